import { fieldPath, type DocumentStep } from '../../analysis/fixEdits.ts';
import { peersFieldOf, policyTypeOf } from '../../analysis/policyRules.ts';
import { clusterHasIpv6 } from '../../engine/ipv6.ts';
import type { RuleWalk } from '../../engine/walkDirection.ts';
import type { JsonValue } from '../../model/manifest.ts';
import type { Direction, PolicyRef, Protocol } from '../../model/networkPolicy.ts';
import { appendItem } from '../../syntax/yamlEdit.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { endPods, peerLists } from './endPeers.ts';
import type { PathEnd } from './pathEnd.ts';
import { editablePolicy, type PolicyEdit } from './policyEdit.ts';

/** One direction of traffic that an edit is to let through or not. */
export interface DirectionQuestion {
  readonly direction: Direction;
  /** Whose policies decide, and the other end. */
  readonly target: PathEnd;
  readonly peer: PathEnd;
  readonly protocol: Protocol;
  /** Ports on the destination's pods. */
  readonly ports: readonly number[];
  /** Policies that isolate the target, with the rules' walks towards the peer, of each kind of pods. */
  readonly policies: ReadonlyMap<
    string,
    { readonly policy: PolicyRef; readonly walks: readonly (readonly RuleWalk[])[] }
  >;
}

/** More are not tried: the first ones are those that change least. */
const MOST_POLICIES = 6;
const MOST_RULES = 6;

/**
 * Edits of which each may let the traffic through in one direction: another port or another peer in a rule, another rule
 * in a policy, another policy. The naive one, a policy of its own for these ends and ports, is the last.
 */
export function allowCandidates(
  snapshot: WorkspaceSnapshot,
  asked: DirectionQuestion,
): readonly (readonly PolicyEdit[])[] {
  const candidates: (readonly PolicyEdit[])[] = [];
  for (const { policy, walks } of [...asked.policies.values()].slice(0, MOST_POLICIES)) {
    if (editablePolicy(snapshot, policy) === undefined) continue;
    candidates.push(...ruleEdits(snapshot, asked, policy, walks[0] ?? []));
    for (const peers of listsOf(snapshot, asked, policy.namespace ?? '')) {
      const rule = { [peersFieldOf(asked.direction)]: peers, ports: portEntries(asked) };
      candidates.push([edit('addRule', asked, policy, undefined, [appendAt(['spec', asked.direction], rule)])]);
    }
  }
  return [...candidates, ...newPolicies(snapshot, asked)];
}

function ruleEdits(
  snapshot: WorkspaceSnapshot,
  asked: DirectionQuestion,
  policy: PolicyRef,
  rules: readonly RuleWalk[],
): readonly (readonly PolicyEdit[])[] {
  const { direction } = asked;
  const field = peersFieldOf(direction);
  const near = rules.filter(({ ports, everyone, peers }) => {
    const meansPeer = everyone || peers.some(({ outcome }) => outcome === 'yes');
    return (ports === 'yes') !== meansPeer;
  });
  return near.slice(0, MOST_RULES).flatMap(({ ref, ports }): (readonly PolicyEdit[])[] => {
    const at = ref.rule ?? 0;
    if (ports !== 'yes') {
      const steps = portEntries(asked).map((entry) => appendAt(['spec', direction, at, 'ports'], entry));
      return [[edit('addPort', asked, policy, at, steps)]];
    }
    return listsOf(snapshot, asked, policy.namespace ?? '').map((peers) => [
      edit(
        'addPeer',
        asked,
        policy,
        at,
        peers.map((peer) => appendAt(['spec', direction, at, field], peer)),
      ),
    ]);
  });
}

type Step = (prefix: Parameters<typeof fieldPath>[0]) => DocumentStep;

function appendAt(path: Parameters<typeof fieldPath>[1], value: JsonValue): Step {
  return (written) => (document) => appendItem(document, fieldPath(written, path), value);
}

function edit(
  kind: PolicyEdit['kind'],
  { direction }: DirectionQuestion,
  policy: PolicyRef,
  rule: number | undefined,
  steps: readonly Step[],
): PolicyEdit {
  return {
    kind,
    direction,
    policy,
    ...(rule === undefined ? {} : { rule }),
    steps: (written) => steps.map((step) => step(written)),
  };
}

function listsOf(snapshot: WorkspaceSnapshot, { peer }: DirectionQuestion, own: string): readonly JsonValue[][] {
  return peerLists(snapshot, own, peer, clusterHasIpv6(snapshot.universe.cluster));
}

export function portEntries({ ports, protocol }: Pick<DirectionQuestion, 'ports' | 'protocol'>): JsonValue[] {
  return ports.map((port) => ({ protocol, port }));
}

/** For the target alone, so that nobody else is let through and nobody else is isolated. */
function newPolicies(snapshot: WorkspaceSnapshot, asked: DirectionQuestion): readonly (readonly PolicyEdit[])[] {
  return targetSelectors(snapshot, asked.target).flatMap(({ namespace, podSelector }) =>
    listsOf(snapshot, asked, namespace).map((peers): readonly PolicyEdit[] => {
      const rule = { [peersFieldOf(asked.direction)]: peers, ports: portEntries(asked) };
      return [newPolicy(snapshot, 'newPolicy', asked, namespace, podSelector, [rule])];
    }),
  );
}

/** A policy that does not exist yet, under a name that is free. */
export function newPolicy(
  snapshot: WorkspaceSnapshot,
  kind: PolicyEdit['kind'],
  { direction, target, peer }: Pick<DirectionQuestion, 'direction' | 'target' | 'peer'>,
  namespace: string,
  podSelector: JsonValue,
  rules: JsonValue[],
): PolicyEdit {
  const [own, other] = [nameOf(target), nameOf(peer)];
  const verb = kind === 'newPolicy' ? 'allow' : 'deny';
  const wanted = direction === 'ingress' ? `${own}-${verb}-from-${other}` : `${own}-${verb}-to-${other}`;
  const name = freeName(snapshot, namespace, wanted);
  return {
    kind,
    direction,
    policy: { kind: 'NetworkPolicy', namespace, name },
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace },
      spec: { podSelector, policyTypes: [policyTypeOf(direction)], [direction]: rules },
    },
  };
}

/** How a policy selects an end's pods; none for ends that no one policy selects. */
export function targetSelectors(
  snapshot: WorkspaceSnapshot,
  target: PathEnd,
): readonly { readonly namespace: string; readonly podSelector: JsonValue }[] {
  if (target.kind === 'anyPod' && target.namespace !== undefined) {
    return [{ namespace: target.namespace, podSelector: {} }];
  }
  const pods = endPods(snapshot, target);
  return (pods?.selectors ?? []).map((labels) => ({
    namespace: pods?.namespace ?? '',
    podSelector: Object.keys(labels).length === 0 ? {} : { matchLabels: { ...labels } },
  }));
}

/** As far as it makes a valid name (RFC 1123). */
function nameOf(end: PathEnd): string {
  const text =
    end.kind === 'pod'
      ? end.pod.workload.name
      : end.kind === 'workload'
        ? end.workload.ref.name
        : end.kind === 'service'
          ? end.service.name
          : end.kind === 'address'
            ? end.address
            : end.kind === 'internet'
              ? 'internet'
              : (end.namespace ?? 'pods');
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60)
      .replace(/-+$/, '') || 'pods'
  );
}

function freeName({ universe, manifests }: WorkspaceSnapshot, namespace: string, wanted: string): string {
  const taken = new Set((universe.parts.contents.get(namespace)?.policies ?? []).map(({ name }) => name));
  const isTaken = (name: string): boolean =>
    taken.has(name) || manifests.namespaces.get(namespace)?.has(`NetworkPolicy/${namespace}/${name}`) === true;
  let name = wanted;
  for (let number = 2; isTaken(name); number += 1) name = `${wanted}-${number}`;
  return name;
}
