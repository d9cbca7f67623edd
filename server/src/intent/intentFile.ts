import type { LabelSelector } from '../model/labels.ts';
import type { Protocol } from '../model/networkPolicy.ts';
import type { OffsetRange } from '../model/sourceRange.ts';

/** What a `*.bulkhead-test.yaml` says, as far as it can be read, and everything that is wrong with it. */
export interface IntentFile {
  readonly intents: readonly WrittenIntent[];
  readonly faults: readonly IntentFault[];
}

/** An entry of `tests`. One with a fault says nothing that could be tested. */
export interface WrittenIntent {
  /** Position in the list. */
  readonly index: number;
  /** `test 3` where the text gives none. */
  readonly name: string;
  /** Its name, else the entry's first line, in the file. */
  readonly range: OffsetRange;
  /** Absent where something is wrong with it. */
  readonly intent?: Intent;
}

/** One sentence with its remedy, at its place in the file. */
export interface IntentFault {
  readonly message: string;
  readonly range: OffsetRange;
  /** The entry of `tests` that it belongs to. */
  readonly index?: number;
}

/**
 * What is meant of traffic. `allow`: everyone in `from` reaches everyone in `to` on every one of the ports. `deny`:
 * nobody in `from` reaches anybody in `to` on any of them.
 */
export interface Intent {
  readonly from: IntentEnd;
  readonly to: IntentEnd;
  /** `all`: every port; of Services, every port that they have. */
  readonly ports: readonly IntentPort[] | 'all';
  readonly expect: 'allow' | 'deny';
}

/** One end: whoever any of its parts means. */
export interface IntentEnd {
  readonly parts: readonly EndPart[];
}

/** Whoever any of `who` means, without those that any of `except` does. */
export interface EndPart {
  readonly who: readonly Who[];
  readonly except: readonly Who[];
}

export type Who =
  /** `shop/web`, `shop/web[Deployment]`: a pod by its own name, else a workload. */
  | { readonly kind: 'named'; readonly namespace: string; readonly name: string; readonly workloadKind?: string }
  /** Pods by their labels and their namespaces; what is absent asks for nothing. */
  | {
      readonly kind: 'pods';
      readonly namespaces?: readonly string[];
      readonly labels?: LabelSelector;
      readonly namespaceLabels?: LabelSelector;
    }
  /** The pods behind a Service; as `to`, ports are the Service's own. */
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string }
  /** A pod where one has the address. */
  | { readonly kind: 'address'; readonly address: string }
  /** Addresses outside the cluster. */
  | { readonly kind: 'cidr'; readonly cidr: string }
  /** Every public address. */
  | { readonly kind: 'internet' }
  /** Every pod and every address. */
  | { readonly kind: 'anywhere' }
  /** Every pod of other namespaces, and every address outside the cluster. */
  | { readonly kind: 'outside'; readonly namespaces: readonly string[] };

/** Numbers, or the name of a container's or a Service's port. */
export type IntentPort =
  | { readonly protocol: Protocol; readonly from: number; readonly to: number }
  | { readonly protocol?: Protocol; readonly name: string };
