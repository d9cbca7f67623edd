/** Intent tests: what there is, what they say, and an answer that becomes one. Lines and characters as in LSP. */

export interface IntentRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export interface IntentFolder {
  /** A folder of the window. */
  readonly folder: string;
}

/** The files of tests of a folder, unsaved text included. */
export interface IntentList {
  readonly files: readonly IntentFileItem[];
}

export interface IntentFileItem {
  readonly uri: string;
  readonly tests: readonly IntentItem[];
  /** What is wrong with the file itself; each one sentence. */
  readonly faults: readonly { readonly message: string; readonly range: IntentRange }[];
}

export interface IntentItem {
  readonly name: string;
  readonly range: IntentRange;
}

/** Which tests to run; without names all of a file, without files all of the folder. */
export interface RunIntentsParams extends IntentFolder {
  readonly files?: readonly { readonly uri: string; readonly names?: readonly string[] }[];
}

export interface IntentRunAnswer {
  readonly results: readonly IntentResultItem[];
}

export interface IntentResultItem {
  readonly uri: string;
  readonly name: string;
  readonly range: IntentRange;
  /** `faulty`: something is wrong with how it is written, so that it says nothing. */
  readonly outcome: 'passed' | 'failed' | 'undecided' | 'faulty';
  /** One sentence. */
  readonly message: string;
  /** The pairs that are not as meant, a line each with its causes, and how many more there are. */
  readonly details: readonly string[];
  /** The policies and rules that cause it, where a file or a view of an object holds them. */
  readonly places: readonly { readonly label: string; readonly uri: string; readonly range: IntentRange }[];
  /** How long it took. */
  readonly milliseconds: number;
}

/** An answer that somebody wants to stay so. */
export interface KeepIntentParams {
  /** The document that is looked at: the nearest file of tests is meant, and the answer is one of its scope. */
  readonly uri: string;
  /** A workload's id (`shop/web[Deployment]`), an address, a CIDR, or a word or a name as tests write it. */
  readonly from: string;
  readonly to: string;
  /** Such as `5432/TCP` or `8000-8080/TCP`; empty: every port. */
  readonly ports: readonly string[];
  readonly expect: 'allow' | 'deny';
}

export type KeepIntentAnswer = KeptIntentEdit | { readonly problem: string };

/** The edit that appends the test, in the file's own style; it has been read back. */
export interface KeptIntentEdit {
  readonly uri: string;
  /** The file is not there yet: the only edit holds its whole text. */
  readonly isNew: boolean;
  readonly edits: readonly { readonly range: IntentRange; readonly newText: string }[];
  readonly name: string;
  /** What the test says today. */
  readonly outcome: 'passed' | 'failed' | 'undecided';
}
