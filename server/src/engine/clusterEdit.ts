import type { UnreadableScope } from '../model/cluster.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { Namespace, Pod, WorkloadRef } from '../model/workload.ts';

/** What changed in a universe. `put` replaces what has the same key. */
export interface ClusterEdit {
  readonly policies?: { readonly put?: readonly NetworkPolicy[]; readonly remove?: readonly PolicyName[] };
  readonly pods?: { readonly put?: readonly Pod[]; readonly remove?: readonly PodName[] };
  /** A removed namespace still exists without further labels as long as pods or policies name it. */
  readonly namespaces?: { readonly put?: readonly Namespace[]; readonly remove?: readonly string[] };
  /** Replaces all scopes. */
  readonly unreadable?: readonly UnreadableScope[];
  /** Replaces all of them. */
  readonly nodeAddresses?: ReadonlySet<string>;
}

export interface PolicyName {
  readonly namespace: string;
  readonly name: string;
}

/** A pod is known by its workload and its own name, a template by its workload alone. */
export interface PodName {
  readonly workload: WorkloadRef;
  readonly name?: string;
}
