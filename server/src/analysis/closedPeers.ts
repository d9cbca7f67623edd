import { closedPair, type ClosedPair, type PairSide } from '../engine/closedPairs.ts';
import { peerSpec, policyKey } from '../engine/compilePolicy.ts';
import type { FieldPath } from '../model/manifest.ts';
import type { Peer } from '../model/networkPolicy.ts';
import type { CheckContext } from './check.ts';
import { isEmptySelector } from './targetText.ts';
import { count, nameSome } from './wording.ts';
import { writtenPeers, writtenRules, type WrittenRule } from './writtenRules.ts';

/** A peer that a rule lets through and that cannot connect all the same. */
export interface ClosedPeer {
  readonly rule: WrittenRule;
  readonly path: FieldPath;
  readonly pair: ClosedPair;
}

const known = new WeakMap<CheckContext, readonly ClosedPeer[]>();

/** The peers of the file's rules that name pods by their labels, where for sure no connection comes about. */
export function closedPeers(context: CheckContext): readonly ClosedPeer[] {
  let peers = known.get(context);
  if (peers === undefined) known.set(context, (peers = [...find(context)]));
  return peers;
}

function* find(context: CheckContext): Generator<ClosedPeer> {
  const { intended } = context;
  const seen = new Set<string>();
  for (const rule of writtenRules(context)) {
    const { policy } = rule.written;
    const compiled = intended.policies.get(policyKey(policy));
    if (compiled === undefined || !isKnown(context, policy.namespace)) continue;
    for (const { peer, path } of writtenPeers(rule)) {
      if (!isNamed(peer)) continue;
      const other = intended.facts.peers.intern(peerSpec(policy.namespace, peer));
      const key = `${compiled.key} ${rule.direction} ${other.id}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const pair =
        rule.direction === 'egress'
          ? closedPair(intended, compiled.targets, other)
          : closedPair(intended, other, compiled.targets);
      if (pair !== undefined && sidesKnown(context, pair)) yield { rule, path, pair };
    }
  }
}

/** Certain pods, and not whoever is in a namespace: a wide rule need not come to anything everywhere. */
function isNamed({ podSelector, incomplete }: Peer): boolean {
  return podSelector !== undefined && incomplete !== true && !isEmptySelector(podSelector);
}

function sidesKnown(context: CheckContext, { sources, destinations }: ClosedPair): boolean {
  return [...sources.workloads, ...destinations.workloads].every(({ workload }) =>
    isKnown(context, workload.namespace),
  );
}

function isKnown({ knowledge }: CheckContext, namespace: string): boolean {
  return (
    knowledge.podsKnown(namespace) &&
    knowledge.policiesKnown(namespace, 'ingress') &&
    knowledge.policiesKnown(namespace, 'egress')
  );
}

/** `web and 2 other workloads (5 pods)`. */
export function sideText(side: PairSide): string {
  const pods = side.workloads.reduce((sum, workload) => sum + workload.pods, 0);
  return `${workloadNames(side)} (${count(pods, 'pod')})`;
}

/** `web and 2 other workloads`. */
export function workloadNames({ workloads }: PairSide): string {
  return nameSome([...new Set(workloads.map(({ workload }) => workload.name))], 'workload');
}
