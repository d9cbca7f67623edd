import { CompletionItemKind } from 'vscode-languageserver-types';
import { listSome } from '../../analysis/wording.ts';
import { servicesSelecting } from '../../analysis/serviceIndex.ts';
import type { Labels } from '../../model/labels.ts';
import { dnsLabelFaults } from '../../syntax/apiServer/names.ts';
import { asMap } from '../../syntax/objects/jsonAccess.ts';
import { EMPTY_CONTENTS } from '../../workspace/clusterSource.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import { plain } from '../markdown.ts';
import { namespacesMeant, podGroups, type PodGroup } from './podGroups.ts';
import { dnsRule } from './dnsRule.ts';
import { byName, podsPeer } from './peerTemplates.ts';
import { PodUse, withSource } from './podUse.ts';
import { portEntry } from './portEntry.ts';
import { destinations, portsOfGroup } from './ports.ts';
import type { Asked, Proposal } from './proposal.ts';
import { isSelectable } from './selectable.ts';
import { mapOf, type Template, type TemplateMap } from './template.ts';
import { valueAt } from './selectorPlace.ts';

/** A workload as a peer: by the labels of its Service or controller, its namespace by name where that is another. */
export interface PeerWorkload {
  readonly group: PodGroup;
  readonly name: string;
  readonly labels: () => Labels;
  readonly use: PodUse;
}

/** Whole peers: the pods of a workload, every pod of a namespace, everywhere, addresses. */
export function peers(asked: Asked): readonly Proposal[] {
  const word = asked.path[1] === 'egress' ? 'to' : 'from';
  return wholePeers(asked, word).map(({ peer, ...rest }) => ({
    ...rest,
    write: () => ({ value: peer() }),
  }));
}

/** Whole rules: the same peers, with the ports on which the pods that receive answer. */
export function rules(asked: Asked): readonly Proposal[] {
  const egress = asked.path[1] === 'egress';
  const own = egress ? [] : portsOfAll(asked, destinations(asked));
  const ofPeers = wholePeers(asked, egress ? 'to' : 'from').map(({ peer, groups, ...rest }): Proposal => {
    const ports = egress && groups !== undefined ? portsOfAll(asked, groups) : own;
    const rule = (): TemplateMap => {
      const made = new Map<string, Template>([[egress ? 'to' : 'from', [peer()]]]);
      return ports.length === 0 ? made : made.set('ports', ports.map(portEntry));
    };
    const on = ports.map(({ port, protocol }) => `${port}/${protocol}`);
    return {
      ...rest,
      label: on.length === 0 ? rest.label : `${rest.label} on ${listSome(on, 2)}`,
      write: () => ({ value: rule() }),
    };
  });
  return egress ? [toDns(asked), ...ofPeers] : ofPeers;
}

function toDns(asked: Asked): Proposal {
  const { rule, note } = dnsRule(asked);
  return {
    label: 'to the DNS servers',
    detail: note,
    kind: CompletionItemKind.Struct,
    words: 'dns to the DNS servers kube-dns coredns',
    rank: -1e9,
    write: { value: rule },
  };
}

interface WholePeer extends Omit<Proposal, 'write'> {
  readonly peer: () => TemplateMap;
  readonly groups?: readonly PodGroup[];
}

function wholePeers(asked: Asked, word: 'from' | 'to'): readonly WholePeer[] {
  const own = asked.policy.namespace;
  const kind = CompletionItemKind.Struct;
  const workloads = peerWorkloads(asked).map(({ group, name, labels, use }): WholePeer => ({
    label: `${word} the pods of ${plain(name)}`,
    detail: () => withSource(selectedBy(asked, group, labels()).text, asked),
    kind,
    words: `${group.workload.name} ${name} ${word} the pods of`,
    rank: (group.workload.namespace === own ? 0 : 1e9) - use.weight,
    peer: () => podsPeer(own, group.workload.namespace, labels()),
    groups: [group],
  }));
  const namespaces = namespacesMeant(asked.snapshot).flatMap((name): readonly WholePeer[] => {
    if (dnsLabelFaults(name).length > 0) return [];
    const groups = podGroups(asked.snapshot, name);
    const use = new PodUse();
    for (const group of groups) use.add(group, own);
    return [
      {
        label: `${word} every pod of ${name === own ? 'this namespace' : `namespace ${name}`}`,
        detail: () => withSource(groups.length === 0 ? 'no pods known' : use.text, asked),
        kind,
        words: `${name} ${word} every pod of namespace`,
        rank: 2e9 - use.weight,
        peer: () => (name === own ? mapOf({ podSelector: mapOf({}) }) : mapOf({ namespaceSelector: byName(name) })),
      },
    ];
  });
  return [
    ...workloads,
    ...namespaces,
    {
      label: `${word} every pod of every namespace`,
      detail: 'the whole cluster',
      kind,
      rank: 3e9,
      peer: () => mapOf({ namespaceSelector: mapOf({}) }),
    },
    {
      label: `${word} every IPv4 address`,
      detail: 'also outside the cluster',
      kind,
      rank: 3e9,
      peer: () => mapOf({ ipBlock: mapOf({ cidr: '0.0.0.0/0' }) }),
    },
  ];
}

/** Everybody whom the labels select in the workload's namespace: its Service may lead to others as well. */
function selectedBy(asked: Asked, { workload: { namespace } }: PodGroup, labels: Labels): PodUse {
  const wanted = Object.entries(labels);
  const use = new PodUse();
  for (const group of podGroups(asked.snapshot, namespace)) {
    const isMeant = !group.hostNetwork && wanted.every(([key, value]) => group.labels.labels.get(key) === value);
    if (isMeant) use.add(group, asked.policy.namespace);
  }
  return use;
}

/** The workloads that a selector can name, those of the policy's namespace first. */
export function peerWorkloads(asked: Asked): readonly PeerWorkload[] {
  const { snapshot, policy } = asked;
  const own = policy.namespace;
  const found = new Map<string, PeerWorkload>();
  for (const namespace of [own, ...namespacesMeant(snapshot).filter((name) => name !== own)]) {
    if (dnsLabelFaults(namespace).length > 0) continue;
    for (const group of podGroups(snapshot, namespace)) {
      const { workload } = group;
      // A selector means nothing of pods on their node's network.
      if (group.hostNetwork || Object.keys(group.lasting).length === 0) continue;
      const name = namespace === own ? workload.name : `${namespace}/${workload.name}`;
      const key = `${workload.kind}/${name}`;
      let entry = found.get(key);
      if (entry === undefined) {
        const labels = (): Labels => selectingLabels(snapshot, group);
        found.set(key, (entry = { group, name, labels, use: new PodUse() }));
      }
      entry.use.add(group, own);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The labels that last by which a workload's Service or controller, or else its template, knows its pods. */
function selectingLabels(snapshot: WorkspaceSnapshot, { workload, labels, lasting }: PodGroup): Labels {
  const view = snapshot.universe.parts.contents.get(workload.namespace) ?? EMPTY_CONTENTS;
  const [service] = servicesSelecting(view, Object.fromEntries(labels.labels));
  const chosen = service?.selector ?? controllerLabels(snapshot, workload) ?? lasting;
  const valid = Object.entries(chosen).filter(([key, value]) => isSelectable(key, value));
  // A selector without labels would mean every pod.
  return valid.length === 0 ? lasting : Object.fromEntries(valid);
}

/** `spec.selector.matchLabels` of the manifest that makes the pods. */
function controllerLabels(
  { manifests }: WorkspaceSnapshot,
  { kind, namespace, name }: PodGroup['workload'],
): Labels | undefined {
  const placed = manifests.namespaces.get(namespace)?.get(`${kind}/${namespace}/${name}`)?.at(-1);
  const value = placed?.origin.placed.document.value;
  if (placed === undefined || value === undefined) return undefined;
  const { matchLabels } = asMap(valueAt(value, [...placed.origin.manifest.path, 'spec', 'selector']));
  const entries = Object.entries(asMap(matchLabels)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Ports that several workloads have together are many: then the rule is left to its peers. */
function portsOfAll(
  asked: Asked,
  groups: readonly PodGroup[],
): readonly { readonly port: number | string; readonly protocol: 'TCP' | 'UDP' | 'SCTP' }[] {
  if (groups.length > MOST_GROUPS) return [];
  const found = new Map(
    groups.flatMap((group) => portsOfGroup(asked, group)).map((one) => [`${one.port}/${one.protocol}`, one]),
  );
  return found.size > MOST_PORTS ? [] : [...found.values()];
}

const MOST_GROUPS = 2;
const MOST_PORTS = 4;
