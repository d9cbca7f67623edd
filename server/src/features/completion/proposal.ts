import type { CompletionItemKind } from 'vscode-languageserver-types';
import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { NetworkPolicy } from '../../model/networkPolicy.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import type { Template, TemplateMap } from './template.ts';

/** What is made only for those that are sent: a large cluster has thousands of workloads. */
export type Late<T> = T | (() => T);

/** `bulkhead.yaml`, or a file of intent tests. */
export type OwnFile = 'configuration' | 'intents';

export type Written = { readonly entries: TemplateMap } | { readonly value: Template };

/** Something to write, before it is known how. */
export interface Proposal {
  readonly label: string;
  /** What stands beside it: how many, who, from which source. */
  readonly detail?: Late<string>;
  readonly kind: CompletionItemKind;
  /** Entries of a map, or a value of its own. */
  readonly write: Late<Written>;
  /** Written before it: what begins a new document. */
  readonly before?: string;
  /** The smaller the earlier; the same: in the order of the list. */
  readonly rank?: number;
  /** It is a whole value: after the names of what makes one up. */
  readonly whole?: true;
  /** It would select nothing, beside what is written already: after everything else. */
  readonly nothing?: boolean;
  /** What a person may type to find it; absent: the label. */
  readonly words?: string;
  /** The field whose documentation is shown once it is looked at. */
  readonly doc?: FieldPath;
  /** `doc` is a path in a file of our own, and not in an object of the API. */
  readonly docsOf?: OwnFile;
}

/** What proposals are made from: the document as it seems to be, and where in it something is to be written. */
export interface Asked {
  readonly snapshot: WorkspaceSnapshot;
  readonly uri: string;
  /** The object, without the word under the cursor. */
  readonly object: JsonValue;
  /** In the object. */
  readonly path: FieldPath;
  /** What is written of the map that gets a key. */
  readonly siblings: Readonly<Record<string, JsonValue>>;
  /** The policy that the object seems to be; empty where it is none. */
  readonly policy: NetworkPolicy;
}

export function writtenBy({ write }: Proposal): Written {
  return typeof write === 'function' ? write() : write;
}

/** The whole as a value of its own. */
export function valueOf(written: Written): Template {
  return 'entries' in written ? written.entries : written.value;
}
