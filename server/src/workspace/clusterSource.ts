import type { EndpointSlice, Ingress } from '../model/exposure.ts';
import type { ForeignPolicy, RejectedPolicy } from '../model/manifest.ts';
import type { NetworkPlugins } from '../model/networkPlugin.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { Node } from '../model/node.ts';
import type { Namespace, Pod, Service, ServiceReference } from '../model/workload.ts';

/**
 * What a cluster holds, as a live connection or a snapshot file gives it. Immutable: a live connection publishes a
 * new state, which shares every part that did not change, so that identity of a part means "nothing new in it".
 */
export interface SourceState {
  readonly origin: SourceOrigin;
  /** Namespaces that could be read. One that only pods or policies name is in `contents` alone. */
  readonly namespaces: readonly Namespace[];
  /** Per namespace. The object of a namespace is the same one as long as nothing in the namespace changed. */
  readonly contents: ReadonlyMap<string, NamespaceContents>;
  /** Cluster-scoped policies of other APIs. */
  readonly clusterPolicies: readonly ForeignPolicy[];
  readonly nodes: readonly Node[];
  /** What was read and what was not. A kind that is not listed was not looked for. */
  readonly coverage: readonly Coverage[];
  /** Services that the API server calls; absent: not looked for. */
  readonly references?: readonly ServiceReference[];
  /** Absent: not looked for, or not yet. */
  readonly plugins?: NetworkPlugins;
}

export type SourceOrigin =
  | {
      readonly kind: 'live';
      readonly context: string;
      /** The API server's URL. */
      readonly server: string;
      /** When the server last said something, in ms since 1970. */
      readonly readAt: number;
    }
  | {
      readonly kind: 'snapshot';
      /** Absent where the file does not say (output of kubectl). */
      readonly context?: string;
      readonly server?: string;
      /** The server's version as it named itself (`v1.36.3`). */
      readonly version?: string;
      readonly readAt?: number;
    };

/** One namespace's part of a state. */
export interface NamespaceContents {
  /** Pods with their owners followed to the workload. Finished pods are left out. */
  readonly pods: readonly Pod[];
  readonly policies: readonly NetworkPolicy[];
  readonly services: readonly Service[];
  readonly ingresses: readonly Ingress[];
  /** What stands behind Services without a selector. */
  readonly endpoints: readonly EndpointSlice[];
  readonly foreignPolicies: readonly ForeignPolicy[];
  /** Only a snapshot can hold a policy that does not decode; what it does is not known. */
  readonly rejectedPolicies: readonly RejectedPolicy[];
}

export const EMPTY_CONTENTS: NamespaceContents = {
  pods: [],
  policies: [],
  services: [],
  ingresses: [],
  endpoints: [],
  foreignPolicies: [],
  rejectedPolicies: [],
};

/** How far a kind was read, in the whole cluster or in one namespace. */
export interface Coverage {
  readonly kind: string;
  /** `''` for the core API. */
  readonly group: string;
  /** Absent: the whole cluster. An entry with a namespace says more of that namespace than one without. */
  readonly namespace?: string;
  readonly status: CoverageStatus;
}

export type CoverageStatus =
  | { readonly state: 'complete' }
  /** The first read goes on. `fraction` (0 to 1) where the server said how many there are. */
  | { readonly state: 'reading'; readonly fraction?: number }
  /** `why` is a sentence; `mend` names the right that is missing: `list and watch pods in namespace shop`. */
  | { readonly state: 'forbidden'; readonly why: string; readonly mend: string }
  | { readonly state: 'failed'; readonly why: string }
  /** Read once; since `since` (ms since 1970) nothing new is known, and the reading is tried again. */
  | { readonly state: 'stale'; readonly since: number; readonly why: string }
  /** A snapshot that does not say what was read (kubectl's): what it holds exists, what it lacks may exist. */
  | { readonly state: 'unstated' };

/** The coverage entry under which discovery of other policy APIs is reported. */
export const FOREIGN_POLICIES_KIND = 'policies of other APIs';
