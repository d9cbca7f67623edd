import type { PeerWalk, PolicyWalk, RuleWalk } from '../../engine/walkDirection.ts';
import type { Protocol, RuleRef } from '../../model/networkPolicy.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { EndNote } from './pathEnd.ts';
import type { PolicyPlace } from './policyPlaces.ts';
import type { ServiceNote } from './servicePath.ts';

/** Whether traffic between two ends may pass and why, as data: `pathText` says it in words. */
export interface PathAnswer {
  /** The verdict of all groups; `unknown` where they differ. */
  readonly verdict: Verdict;
  /** Some pods of an end pass and others do not: `groups` says which. */
  readonly mixed: boolean;
  /** Ends by names that `parseEnd` reads back. */
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  /** As asked: a Service's own port. */
  readonly port: number;
  readonly notes: readonly PathNote[];
  /** Pairs of pods or addresses with the same answer for the same reasons, those with the most pods first. */
  readonly groups: readonly PathGroup[];
  /** Groups beyond those that are listed. */
  readonly more: number;
  /** Why the verdict is `unknown`. */
  readonly why?: string;
}

export interface PathGroup {
  readonly from: EndGroup;
  readonly to: EndGroup;
  /** On the destination's pods. */
  readonly port: number;
  readonly verdict: Verdict;
  readonly egress: DirectionAnswer;
  readonly ingress: DirectionAnswer;
  readonly why?: string;
}

/** Pods by workload, or addresses. */
export interface EndGroup {
  /** `namespace/name[Kind]`, with how many of its pods. At most some of them: `workloadCount` says how many there are. */
  readonly workloads: readonly { readonly id: string; readonly pods: number }[];
  readonly workloadCount: number;
  readonly pods: number;
  readonly cidrs?: readonly string[];
}

export interface DirectionAnswer {
  readonly verdict: Verdict;
  /** As in `DirectionVerdict`. */
  readonly by: readonly RuleRef[];
  readonly why?: string;
  /**
   * `itself`: the same pod is the other end. `ownNode`: the source is the node that the destination runs on.
   * `loopback`: the traffic never leaves the pod. `outside`: the end is no pod, so that no policy isolates it. `open`: nothing isolates the pods. `isolated`: the
   * policies do. `perhaps`: whether they do is not known, or something that is not evaluated decides.
   */
  readonly isolation: 'itself' | 'ownNode' | 'loopback' | 'outside' | 'open' | 'isolated' | 'perhaps';
  readonly policies: readonly AnsweredPolicy[];
}

export interface AnsweredPolicy extends Omit<PolicyWalk, 'rules'> {
  /** Absent: written in no file of the folder. */
  readonly place?: PolicyPlace;
  /** In the order of the text; at most some of them: `ruleCount` says how many there are. */
  readonly rules: readonly AnsweredRule[];
  readonly ruleCount: number;
}

export interface AnsweredRule extends RuleWalk {
  readonly place?: PolicyPlace;
  readonly peers: readonly PeerWalk[];
}

export type PathNote =
  | (EndNote & { readonly end: 'from' | 'to' })
  | ServiceNote
  /** A Service as the source of traffic: its pods are meant. */
  | { readonly kind: 'serviceAsSource'; readonly service: string }
  /** The same pod at both ends: no policy can keep it from itself. */
  | { readonly kind: 'samePod' }
  /** A pod at both ends among others: it reaches itself in any case, and the answer is about its siblings. */
  | { readonly kind: 'siblings' }
  /** Pods of this end are on their node's network, which the API leaves to the plug-in. */
  | { readonly kind: 'hostNetwork'; readonly end: 'from' | 'to' }
  /** A node reaches the pods that run on it in any case; for some it is not known where they run. */
  | { readonly kind: 'nodeToOwnPods'; readonly node: string }
  /** Traffic to a loopback address never leaves the pod. */
  | { readonly kind: 'loopback' }
  /** Neither end is a pod: policies have no say. */
  | { readonly kind: 'noPods' }
  /** Nothing in the cluster enforces policies, or nobody knows. */
  | { readonly kind: 'notEnforced'; readonly why: string }
  /** More pairs than are looked at: name a narrower end. */
  | { readonly kind: 'tooMany'; readonly pairs: number };
