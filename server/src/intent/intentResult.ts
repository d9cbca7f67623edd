import type { Direction, RuleRef } from '../model/networkPolicy.ts';
import type { Connections } from '../model/verdict.ts';

/** `undecided`: something that is not known decides. */
export type IntentOutcome = 'passed' | 'failed' | 'undecided';

/** What a test says in one state of everything. */
export interface IntentResult {
  readonly outcome: IntentOutcome;
  readonly expect: 'allow' | 'deny';
  readonly from: EndSize;
  readonly to: EndSize;
  /** On `failed` the pairs that are not as meant, on `undecided` those that are not known to be; the first ones. */
  readonly pairs: readonly IntentPair[];
  /** How many pairs there are in all. */
  readonly total: number;
  /** There are more than `total`. */
  readonly isMore: boolean;
  /** Clauses: why it is not decided, or why the test is about nobody. */
  readonly reasons: readonly string[];
}

/** How many pods an end means, and whether addresses are among whom it means. */
export interface EndSize {
  readonly pods: number;
  /** A number of replicas is written nowhere. */
  readonly podsUnknown?: true;
  readonly addresses: boolean;
}

/** Two workloads, or a workload and addresses, and the ports on which what is so is not what is meant. */
export interface IntentPair {
  readonly from: PairEnd;
  readonly to: PairEnd;
  readonly ports: Connections;
  /** Of what may pass: the rules that allow it. Of what may not: the policies that isolate. */
  readonly by: readonly RuleRef[];
  /** Directions in which nothing isolates the pod: nothing keeps the traffic from passing there. */
  readonly open: readonly Direction[];
  /** A clause: why it is not decided, or what else there is to say. */
  readonly why?: string;
}

/** A workload's name, or addresses as the fewest CIDRs; `whole` where they are exactly what a word means. */
export type PairEnd =
  string | { readonly cidrs: readonly string[]; readonly whole?: 'the internet' | 'every address outside' };
