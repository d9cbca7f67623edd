import { matchNamespaces, matchPods } from '../engine/matchPods.ts';
import { countPods } from '../engine/policyTargets.ts';
import type { LabelSelector } from '../model/labels.ts';
import type { NetworkPolicy, Peer, PolicyRule } from '../model/networkPolicy.ts';
import type { CheckContext } from './check.ts';
import { isEmptySelector } from './targetText.ts';

/** Two neighbouring peers of one rule, one of them only namespaces, the other only pods. */
export interface PeerPair {
  /** Index of the first of the two. */
  readonly index: number;
  readonly namespaceSelector: LabelSelector;
  readonly podSelector: LabelSelector;
  /** Pods that the two mean as they stand, and those that they would mean as one peer. */
  readonly asTwo: number;
  readonly asOne: number;
  /**
   * What shows that one peer is meant. `noOwnPod`: no pod of the policy's own namespace has the labels, pods of the
   * other namespaces have. `contained`: the own namespace is among those of the first peer, so that the second adds nothing.
   * `both`: pods of either kind exist, only the writing suggests it.
   */
  readonly evidence: 'noOwnPod' | 'contained' | 'both';
}

/**
 * The neighbours among a rule's peers that look like one peer with a dash too many. Only where all pods concerned are
 * known, and where as one peer they would mean somebody.
 */
export function pairsMeantAsOne(context: CheckContext, policy: NetworkPolicy, rule: PolicyRule): readonly PeerPair[] {
  let known = knownPairs.get(context);
  if (known === undefined) knownPairs.set(context, (known = new Map()));
  let pairs = known.get(rule);
  if (pairs === undefined) known.set(rule, (pairs = findPairs(context, policy, rule)));
  return pairs;
}

const knownPairs = new WeakMap<CheckContext, Map<PolicyRule, readonly PeerPair[]>>();

function findPairs(context: CheckContext, policy: NetworkPolicy, { peers = [] }: PolicyRule): readonly PeerPair[] {
  // A list of more kinds of peers, such as the one of the Kubernetes documentation, is a list of alternatives.
  if (peers.length !== 2) return [];
  const [first, second] = peers as readonly [Peer, Peer];
  const namespaces = onlyNamespaces(first) ?? onlyNamespaces(second);
  const pods = onlyPods(second) ?? onlyPods(first);
  if (namespaces === undefined || pods === undefined) return [];
  const pair = evidence(context, policy.namespace, namespaces, pods);
  return pair === undefined ? [] : [{ index: 0, namespaceSelector: namespaces, podSelector: pods, ...pair }];
}

function evidence(
  context: CheckContext,
  namespace: string,
  namespaceSelector: LabelSelector,
  podSelector: LabelSelector,
): Pick<PeerPair, 'asTwo' | 'asOne' | 'evidence'> | undefined {
  const { cluster, knowledge } = context;
  const selected = matchNamespaces(cluster, namespaceSelector);
  if (selected.certain.length === 0 || selected.possible.length > 0) return undefined;
  if (![namespace, ...selected.certain].every((name) => knowledge.podsKnown(name))) return undefined;
  const own = matchPods(cluster, { namespace, podSelector });
  if (own.possible.length > 0) return undefined;
  const asOne = countPods(cluster, namespace, [{ namespaceSelector, podSelector }]);
  const asTwo = countPods(cluster, namespace, [{ namespaceSelector }, { podSelector }]);
  if (asOne === 0 || asOne === asTwo) return undefined;
  const contained = selected.certain.includes(namespace);
  return { asOne, asTwo, evidence: own.certain.length === 0 ? 'noOwnPod' : contained ? 'contained' : 'both' };
}

function onlyNamespaces({ namespaceSelector, podSelector, ipBlock, incomplete }: Peer): LabelSelector | undefined {
  if (podSelector !== undefined || ipBlock !== undefined || incomplete === true) return undefined;
  return namespaceSelector?.incomplete === true ? undefined : namespaceSelector;
}

function onlyPods({ namespaceSelector, podSelector, ipBlock, incomplete }: Peer): LabelSelector | undefined {
  if (namespaceSelector !== undefined || ipBlock !== undefined || incomplete === true) return undefined;
  return podSelector === undefined || podSelector.incomplete === true || isEmptySelector(podSelector)
    ? undefined
    : podSelector;
}
