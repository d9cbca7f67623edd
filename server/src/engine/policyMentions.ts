import type { Direction, NetworkPolicy } from '../model/networkPolicy.ts';
import type { Pod } from '../model/workload.ts';
import { parseAddress } from './address.ts';
import { contains } from './addressSet.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import { directionOf } from './compilePolicy.ts';
import { labelFacts, matchSelector, type LabelFacts } from './labelSelector.ts';
import { MAYBE, NO, YES, and, or, type Match } from './match.ts';
import { namespaceFacts, namespaceOf } from './namespaceFacts.ts';
import type { PeerSpec } from './peerSpec.ts';
import type { NamespaceFacts } from './podClass.ts';
import { blockHoldsUnaddressed } from './unaddressedPods.ts';

/** A place of a policy that means some pods or a namespace. */
export interface PolicyMention {
  readonly policy: NetworkPolicy;
  readonly place:
    | { readonly kind: 'targets' }
    /** A rule without peers lets everyone through. */
    | { readonly kind: 'rule'; readonly direction: Direction; readonly rule: number }
    | { readonly kind: 'peer'; readonly direction: Direction; readonly rule: number; readonly peer: number };
  /** Only perhaps: labels or placeholders that are not known, pods on their node's network. */
  readonly perhaps?: true;
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/**
 * Where the policies of a cluster select or admit at least one of some pods, which need not be the cluster's own. Rules
 * of a direction that a policy does not isolate take no part, nor do ipBlocks that may or may not hold a pod.
 */
export function mentionsOfPods(cluster: CompiledCluster, pods: readonly Pod[]): readonly PolicyMention[] {
  const sorts = sortsOf(cluster, pods);
  const { ipBlockPods } = cluster.options;
  const matches = (spec: PeerSpec): Match => {
    if (spec.kind === 'block' && ipBlockPods === 'never') return NO;
    const match = sorts.reduce<Match>((found, sort) => or(found, matchSort(spec, sort)), NO);
    return spec.kind === 'block' && ipBlockPods === 'unknown' ? and(match, MAYBE) : match;
  };
  return sorts.length === 0 ? [] : mentions(cluster, matches, true);
}

/** Where the policies of a cluster name a namespace by its labels. */
export function mentionsOfNamespace(cluster: CompiledCluster, name: string): readonly PolicyMention[] {
  const facts = factsOf(cluster, name);
  const matches = (spec: PeerSpec): Match =>
    spec.kind === 'pods' && spec.namespaces !== undefined ? matchSelector(spec.namespaces, facts) : NO;
  return mentions(cluster, matches, false);
}

function mentions(
  cluster: CompiledCluster,
  matches: (spec: PeerSpec) => Match,
  everyone: boolean,
): readonly PolicyMention[] {
  const found: PolicyMention[] = [];
  for (const compiled of cluster.policies.values()) {
    const { policy } = compiled;
    const add = (match: Match, place: PolicyMention['place']): void => {
      if (match !== NO) found.push({ policy, place, ...(match === MAYBE ? { perhaps: true } : {}) });
    };
    add(matches(compiled.targets.spec), { kind: 'targets' });
    for (const direction of DIRECTIONS) {
      for (const { index: rule, peers } of directionOf(compiled, direction).rules) {
        if (peers.length === 0 && everyone) add(YES, { kind: 'rule', direction, rule });
        for (const [peer, { spec }] of peers.entries()) add(matches(spec), { kind: 'peer', direction, rule, peer });
      }
    }
  }
  return found;
}

/** Pods that no selector tells apart. */
interface Sort {
  readonly namespace: NamespaceFacts;
  readonly facts: LabelFacts;
  readonly hostNetwork: boolean;
  readonly ips: readonly string[];
  /** Of one of them no address is known. */
  readonly unaddressed: boolean;
}

function sortsOf(cluster: CompiledCluster, pods: readonly Pod[]): readonly Sort[] {
  const sorts = new Map<string, Sort & { ips: string[]; unaddressed: boolean }>();
  for (const { labels, unknownLabels, hostNetwork, ips, workload } of pods) {
    const onNode = hostNetwork && cluster.options.hostNetwork === 'unknown';
    const key = JSON.stringify([workload.namespace, labels, unknownLabels ?? [], onNode]);
    let sort = sorts.get(key);
    if (sort === undefined) {
      const namespace = factsOf(cluster, workload.namespace);
      const facts = labelFacts(labels, unknownLabels);
      sorts.set(key, (sort = { namespace, facts, hostNetwork: onNode, ips: [], unaddressed: false }));
    }
    sort.ips.push(...ips);
    if (ips.length === 0) sort.unaddressed = true;
  }
  return [...sorts.values()];
}

function matchSort(spec: PeerSpec, { namespace, facts, hostNetwork, ips, unaddressed }: Sort): Match {
  const asAnswered = (match: Match): Match => (hostNetwork ? and(match, MAYBE) : match);
  if (spec.kind === 'block') {
    const inside = ips.some((ip) => {
      const address = parseAddress(ip);
      return address !== undefined && contains(spec.addresses, address);
    });
    const holds = inside || (unaddressed && blockHoldsUnaddressed(spec.addresses) === YES);
    return holds ? asAnswered(spec.incomplete ? MAYBE : YES) : NO;
  }
  if (spec.kind !== 'pods') return NO;
  if (spec.namespace !== undefined && spec.namespace !== namespace.name) return NO;
  const inNamespace = spec.namespaces === undefined ? YES : matchSelector(spec.namespaces, namespace);
  if (inNamespace === NO || spec.pods === undefined) return asAnswered(inNamespace);
  return asAnswered(and(inNamespace, matchSelector(spec.pods, facts)));
}

function factsOf(cluster: CompiledCluster, name: string): NamespaceFacts {
  return namespaceFacts(cluster).get(name) ?? cluster.facts.classes.namespace(namespaceOf(undefined, name));
}
