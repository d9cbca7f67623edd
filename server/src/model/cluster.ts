import type { NetworkPolicy } from './networkPolicy.ts';
import type { Namespace, Pod } from './workload.ts';

/**
 * What the engine evaluates: one universe of pods and policies (the live cluster, a snapshot or the workspace's
 * manifests, each with open documents laid over it). Immutable.
 */
export interface ClusterState {
  /** A namespace that a pod or policy names and that is missing here exists without further labels. */
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  readonly policies: readonly NetworkPolicy[];
  readonly unreadable: readonly UnreadableScope[];
  /** Addresses of nodes in their shortest form, where `ipBlockPods` is not `always`: what holds for pods holds for them. */
  readonly nodeAddresses?: ReadonlySet<string>;
}

/**
 * Something that could change verdicts and that is not evaluated: a policy of another API, a policy that cannot be
 * read, policies that may not be listed. Every verdict of the scope's pods that it could change is `unknown`.
 */
export interface UnreadableScope {
  /** A namespace's name, or `*` for the whole cluster. */
  readonly namespace: string;
  /** Absent: both directions. */
  readonly direction?: 'ingress' | 'egress';
  /**
   * What is not evaluated are NetworkPolicies: they may isolate, and add to what others allow, but never refuse what
   * another NetworkPolicy allows. `mesh`: the authorization of a service mesh, which stands behind NetworkPolicies: it
   * may refuse what they allow, but never allow what they refuse. Absent: anything.
   */
  readonly layer?: 'networkPolicy' | 'mesh';
  /** One clause for people that names the cause, such as `CiliumNetworkPolicy shop/web is not evaluated`. */
  readonly why: string;
}

export interface EngineOptions {
  /**
   * `unknown` (default): a verdict that a policy would have to decide about a hostNetwork pod is `unknown`, since
   * the API leaves it to the network plug-in. `pods`: treated as any pod.
   */
  readonly hostNetwork: 'unknown' | 'pods';
  /**
   * `always` (default, as the API says): an ipBlock matches pods by their IP. `never`: as some plug-ins do. `unknown`:
   * one or the other, so a verdict that depends on it is not known.
   */
  readonly ipBlockPods: 'always' | 'never' | 'unknown';
  /** One clause on why `ipBlockPods` is `unknown`. */
  readonly ipBlockWhy?: string;
  /** A plug-in that does not know `endPort` opens only `port`; absent: the whole range, as the API says. */
  readonly endPort?: 'ignored';
}

export const DEFAULT_ENGINE_OPTIONS: EngineOptions = { hostNetwork: 'unknown', ipBlockPods: 'always' };
