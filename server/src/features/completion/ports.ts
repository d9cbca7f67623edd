import { CompletionItemKind } from 'vscode-languageserver-types';
import { servicesSelecting, targetNumber } from '../../analysis/serviceIndex.ts';
import { compileSelector, matchSelector } from '../../engine/labelSelector.ts';
import { NO } from '../../engine/match.ts';
import type { Peer, Protocol } from '../../model/networkPolicy.ts';
import type { Service } from '../../model/workload.ts';
import { portNameFaults, portNumberFaults } from '../../syntax/apiServer/names.ts';
import { asMap, asString } from '../../syntax/objects/jsonAccess.ts';
import { EMPTY_CONTENTS } from '../../workspace/clusterSource.ts';
import { namespacesMeant, podGroups, type PodGroup } from './podGroups.ts';
import { PodUse, withSource } from './podUse.ts';
import { portEntry } from './portEntry.ts';
import type { Asked, Proposal } from './proposal.ts';
import { valueAt } from './selectorPlace.ts';

/** A port of the pods that a rule's ports are ports of. */
interface KnownPort {
  readonly port: number | string;
  readonly protocol: Protocol;
  readonly use: PodUse;
  /** Numbers that a name stands for, names that a number has. */
  readonly also: Set<string>;
}

/** Ports for the `port` of an entry: of its protocol first, the most used first. */
export function portValues(asked: Asked): readonly Proposal[] {
  const { protocol: own, endPort } = asMap(valueAt(asked.object, asked.path.slice(0, -1)));
  const protocol = asString(own) || 'TCP';
  return knownPorts(asked)
    .filter(({ port }) => typeof endPort !== 'number' || (typeof port === 'number' && port <= endPort))
    .map((known): Proposal => {
      const other = known.protocol !== protocol;
      return {
        label: String(known.port),
        kind: CompletionItemKind.Value,
        write: { value: known.port },
        detail: withSource(`${other ? `${known.protocol}, not ${protocol} · ` : ''}${describe(known)}`, asked),
        rank: -known.use.weight,
        ...(other ? { nothing: true } : {}),
      };
    });
}

/** The last port of a range: numbers that are known behind its first, and the last there is. */
export function endPorts(asked: Asked): readonly Proposal[] {
  const { port } = asMap(valueAt(asked.object, asked.path.slice(0, -1)));
  const first = typeof port === 'number' ? port : 1;
  const known = knownPorts(asked).filter((one) => typeof one.port === 'number' && one.port > first);
  return [
    ...known.map((one): Proposal => ({
      label: String(one.port),
      kind: CompletionItemKind.Value,
      write: { value: one.port },
      detail: withSource(describe(one), asked),
    })),
    {
      label: '65535',
      kind: CompletionItemKind.Value,
      write: { value: 65535 },
      detail: 'the last port there is',
      rank: 1,
    },
  ];
}

/** Whole entries: `8080/TCP`, `http/TCP`. */
export function portEntries(asked: Asked): readonly Proposal[] {
  return knownPorts(asked).map((known): Proposal => ({
    label: `${known.port}/${known.protocol}`,
    kind: CompletionItemKind.Struct,
    write: { value: portEntry(known) },
    detail: withSource(describe(known), asked),
    rank: -known.use.weight,
  }));
}

type GroupPort = { readonly port: number; readonly protocol: Protocol };

const known = new WeakMap<PodGroup, { readonly services: readonly Service[]; readonly ports: readonly GroupPort[] }>();

/** The ports on which a workload's pods answer: behind its Services, else all that its containers declare. */
export function portsOfGroup({ snapshot }: Pick<Asked, 'snapshot'>, group: PodGroup): readonly GroupPort[] {
  const view = snapshot.universe.parts.contents.get(group.workload.namespace) ?? EMPTY_CONTENTS;
  const cached = known.get(group);
  if (cached?.services === view.services) return cached.ports;
  const services = servicesSelecting(view, Object.fromEntries(group.labels.labels));
  const targets = services.flatMap(({ ports }) =>
    ports.flatMap((port) => {
      const number = targetNumber(port, group.ports);
      return number === undefined ? [] : [{ port: number, protocol: port.protocol }];
    }),
  );
  const found = targets.length > 0 ? targets : group.ports.map(({ port, protocol }) => ({ port, protocol }));
  const distinct = new Map(found.map((one) => [`${one.port}/${one.protocol}`, one]));
  const ports = [...distinct.values()].filter(({ port }) => portNumberFaults(port).length === 0);
  known.set(group, { services: view.services, ports });
  return ports;
}

/** The pods that receive: those that the policy selects for ingress, those that the rule's peers mean for egress. */
export function destinations(asked: Asked): readonly PodGroup[] {
  const { snapshot, policy, path } = asked;
  const rule = policy[path[1] === 'egress' ? 'egress' : 'ingress']?.[Number(path[2])];
  if (path[1] !== 'egress') return groupsOfPeer(asked, { podSelector: policy.podSelector });
  const peers = rule?.peers ?? [];
  if (peers.length === 0) return namespacesMeant(snapshot).flatMap((namespace) => podGroups(snapshot, namespace));
  return [...new Set(peers.flatMap((peer) => groupsOfPeer(asked, peer)))];
}

function groupsOfPeer(
  { snapshot, policy }: Asked,
  { podSelector, namespaceSelector, ipBlock }: Peer,
): readonly PodGroup[] {
  if (ipBlock !== undefined) return [];
  const namespaces =
    namespaceSelector === undefined
      ? [policy.namespace]
      : namespacesMeant(snapshot, compileSelector(namespaceSelector));
  const groups = namespaces.flatMap((namespace) => podGroups(snapshot, namespace));
  if (podSelector === undefined) return groups;
  const compiled = compileSelector(podSelector);
  return groups.filter(({ labels }) => matchSelector(compiled, labels) !== NO);
}

function knownPorts(asked: Asked): readonly KnownPort[] {
  const found = new Map<string, KnownPort>();
  const add = (port: number | string, protocol: Protocol, group: PodGroup, also: string | undefined): void => {
    const key = `${typeof port}/${port}/${protocol}`;
    let known = found.get(key);
    if (known === undefined) found.set(key, (known = { port, protocol, use: new PodUse(), also: new Set() }));
    known.use.add(group, asked.policy.namespace);
    if (also !== undefined) known.also.add(also);
  };
  for (const group of destinations(asked)) {
    const seen = new Set<string>();
    for (const { name, port, protocol } of group.ports) {
      if (portNumberFaults(port).length > 0) continue;
      add(port, protocol, group, name);
      seen.add(`${port}/${protocol}`);
      if (name !== undefined && portNameFaults(name).length === 0) add(name, protocol, group, String(port));
    }
    for (const { port, protocol } of portsOfGroup(asked, group)) {
      if (!seen.has(`${port}/${protocol}`)) add(port, protocol, group, undefined);
    }
  }
  return [...found.values()].sort((a, b) => b.use.weight - a.use.weight);
}

function describe({ use, also, port }: KnownPort): string {
  const others = [...also].slice(0, 3).join(', ');
  const name = others === '' ? '' : typeof port === 'string' ? `${others} on ` : `${others} of `;
  return `${name}${use.text}`;
}
