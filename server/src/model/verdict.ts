import type { Direction, Protocol, RuleRef } from './networkPolicy.ts';

/** `unknown` is an answer, not a failure: it always carries why. */
export type Verdict = 'allow' | 'deny' | 'unknown';

/**
 * One direction of a traffic's verdict. On `allow`, `by` lists every rule that allows it and is empty where nothing
 * isolates the pod; on `deny`, exactly the policies that isolate the pod (no `rule`); `unknown` carries `why`.
 */
export interface DirectionVerdict {
  readonly verdict: Verdict;
  readonly by: readonly RuleRef[];
  readonly why?: string;
}

export interface TrafficVerdict {
  readonly verdict: Verdict;
  readonly egress: DirectionVerdict;
  readonly ingress: DirectionVerdict;
  readonly why?: string;
}

/** Isolation of a pod per direction: by which policies, certainly or possibly. */
export interface Isolation {
  readonly direction: Direction;
  readonly isolated: boolean | 'unknown';
  readonly by: readonly RuleRef[];
}

/** A closed interval of ports, 1–65535. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Ports of one protocol, ascending, disjoint and merged. */
export interface ProtocolPorts {
  readonly protocol: Protocol;
  readonly ranges: readonly PortRange[];
}

/** What may connect between two ends: protocols in the order TCP, UDP, SCTP, those without ports left out. */
export type Connections = readonly ProtocolPorts[];
