/**
 * The reachability preview: what changes between two states of a universe, for a panel that shows it while a person
 * types. A panel opens a session, is told when what it shows may have changed, and asks for what is visible: nothing here
 * carries all pairs. Every text is plain and may hold hostile names; ids are opaque.
 *
 * Long, because it is one contract under one version, and declarations alone.
 */
import type { NotificationMethod, RequestMethod } from './methods.ts';

/** Of this contract; a panel that was restored with another one opens anew. */
export const PREVIEW_VERSION = 1;

/** Client to server: begin to follow a document or a folder. */
export const PREVIEW_OPEN: RequestMethod<PreviewOpenParams, PreviewOpened> = { name: 'bulkhead/preview/open' };
/** Client to server: compare something else in the same panel; the session keeps its id. */
export const PREVIEW_COMPARE: RequestMethod<PreviewCompareParams, PreviewOpened> = { name: 'bulkhead/preview/compare' };
/** Client to server: the panel has gone. */
export const PREVIEW_CLOSE: NotificationMethod<{ readonly id: string }> = { name: 'bulkhead/preview/close' };
/** Server to client: what a session was answered from is not the present any more; ask again for what is shown. */
export const PREVIEW_CHANGED: NotificationMethod<{ readonly id: string; readonly revision: number }> = {
  name: 'bulkhead/preview/changed',
};
/** Client to server: the summary, and a page of the rows. */
export const PREVIEW_CHANGES: RequestMethod<PreviewChangesParams, PreviewChanges | PreviewProblem> = {
  name: 'bulkhead/preview/changes',
};
/** Client to server: the pairs of workloads that a row stands for. */
export const PREVIEW_PAIRS: RequestMethod<PreviewPairsParams, PreviewPairs | PreviewProblem> = {
  name: 'bulkhead/preview/pairs',
};
/** Client to server: traffic of which the edit removes one obstacle, and that is still denied. */
export const PREVIEW_DENIED: RequestMethod<PreviewPageParams, PreviewDenied | PreviewProblem> = {
  name: 'bulkhead/preview/denied',
};
/** Client to server: what is not decided, folded by reason. */
export const PREVIEW_UNKNOWN: RequestMethod<PreviewPageParams, PreviewUnknown | PreviewProblem> = {
  name: 'bulkhead/preview/unknown',
};
/** Client to server: a window of the matrix. */
export const PREVIEW_MATRIX: RequestMethod<PreviewMatrixParams, PreviewMatrix | PreviewProblem> = {
  name: 'bulkhead/preview/matrix',
};
/** Client to server: a neighbourhood, laid out. */
export const PREVIEW_GRAPH: RequestMethod<PreviewGraphParams, PreviewGraph | PreviewProblem> = {
  name: 'bulkhead/preview/graph',
};
/** Client to server: names to choose from: workloads, namespaces and policies of both states. */
export const PREVIEW_NAMES: RequestMethod<PreviewNamesParams, PreviewNames | PreviewProblem> = {
  name: 'bulkhead/preview/names',
};
/** Client to server: what is shown, as text for elsewhere. */
export const PREVIEW_EXPORT: RequestMethod<PreviewExportParams, PreviewExport | PreviewProblem> = {
  name: 'bulkhead/preview/export',
};

// ---------------------------------------------------------------------------------------------- sessions

export interface PreviewOpenParams extends PreviewComparison {
  readonly version: number;
  /** The document that the panel follows, or a folder of the window. */
  readonly uri: string;
}

export interface PreviewCompareParams extends PreviewComparison {
  readonly id: string;
  /** The panel follows another document from now on; absent: the same. */
  readonly uri?: string;
}

export interface PreviewComparison {
  readonly before: PreviewBefore;
  readonly after: PreviewAfter;
}

export type PreviewBefore =
  /** The chosen source as it is: the cluster or snapshot alone; without one, the files as they are saved on disk. */
  | { readonly kind: 'source' }
  /** Another context that is connected for files of the folder, alone. */
  | { readonly kind: 'context'; readonly context: string }
  /** A saved cluster, alone. The host reads it: the server opens no files for a panel. */
  | { readonly kind: 'snapshot'; readonly label: string; readonly text: string }
  /**
   * Files as they were (a Git revision): laid over the chosen source, or, without one, in the place of the folder's
   * files. `label` is shown: `HEAD~1`. A file without text did not exist.
   */
  | {
      readonly kind: 'texts';
      readonly label: string;
      readonly files: readonly { readonly uri: string; readonly text?: string }[];
    };

/** What is laid over the chosen source: this document, every unsaved document, or every policy of this folder. */
export type PreviewAfter = { readonly kind: 'document' } | { readonly kind: 'unsaved' } | { readonly kind: 'folder' };

export type PreviewOpened =
  { readonly version: number; readonly id: string; readonly revision: number } | PreviewProblem;

/** One sentence: why there is no answer. `gone`: the session is not known (any more); open it anew. */
export interface PreviewProblem {
  readonly problem: string;
  readonly gone?: true;
}

/** What every answer begins with. */
export interface PreviewAnswerBase {
  readonly version: number;
  readonly id: string;
  /** Of the state that this was made from; grows. Two answers of one revision fit together. */
  readonly revision: number;
}

/** The two states, for the line on top. */
export interface PreviewCompared {
  readonly before: PreviewState;
  readonly after: PreviewState;
  /** The file that the panel follows, and whether its text is not saved; absent of a folder. */
  readonly document?: { readonly uri: string; readonly unsaved: boolean };
  /** Parts of the documents that cannot be decoded as they stand: the last state that could be counts. */
  readonly held: boolean;
}

export interface PreviewState {
  readonly kind: 'live' | 'snapshot' | 'files' | 'texts' | 'none';
  /** `prod-eu`, `shop.json`, `files as saved`, `HEAD~1`, `prod-eu + web.yaml`. */
  readonly label: string;
  /** When the source last said something, ms since 1970; absent of files. */
  readonly readAt?: number;
  /** The first read goes on: 0 to 1. */
  readonly reading?: number;
  readonly pods: number;
  readonly workloads: number;
  readonly policies: number;
}

// ---------------------------------------------------------------------------------------------- filters

/** All conditions hold. Absent or empty: no condition. */
export interface PreviewFilter {
  /** One end is in one of these namespaces. */
  readonly namespaces?: readonly string[];
  /** One end's `namespace/name[Kind]` contains this text, whatever its case. */
  readonly workload?: string;
  /** The policies of this direction made the change: the subject's ingress or egress. */
  readonly direction?: 'ingress' | 'egress';
  /** The port is among what was lost or gained. */
  readonly port?: { readonly port: number; readonly protocol?: 'TCP' | 'UDP' | 'SCTP' };
  /** Rows that lose something: `lost`, and `changed` where a port is gone. */
  readonly onlyLost?: boolean;
}

export interface PreviewPageParams {
  readonly id: string;
  readonly filter?: PreviewFilter;
  readonly offset: number;
  /** At most 500 are given. */
  readonly limit: number;
}

// ---------------------------------------------------------------------------------------------- changes

export type PreviewChangesParams = PreviewPageParams;

export interface PreviewChanges extends PreviewAnswerBase {
  readonly compared: PreviewCompared;
  readonly summary: PreviewSummary;
  /** Present exactly where no row is there before filtering. */
  readonly nothing?: PreviewNothing;
  /** Workloads that exist in one state only; at most 100 each, `more` beyond. */
  readonly workloads: { readonly added: readonly string[]; readonly removed: readonly string[]; readonly more: number };
  /** Those of the page, sorted by group and, within it, lost before changed before gained. */
  readonly rows: readonly PreviewRow[];
  /** Headings of the page's rows, by `group` of a row. */
  readonly groups: readonly PreviewGroup[];
  /** How many rows the filter lets through. */
  readonly total: number;
  /** What the lost access is known to be needed for. */
  readonly breaks: readonly PreviewBreak[];
}

export interface PreviewSummary {
  /** Certain, whatever is not known turns out to be. */
  readonly lost: PreviewCount;
  readonly gained: PreviewCount;
  readonly changed: PreviewCount;
  /** Pairs of which it is not decided whether they change, folded by reason, the most pairs first. */
  readonly undecided: readonly PreviewReason[];
  readonly undecidedPairs: number;
  /** `certain: 3 lost, 1 gained; not decidable: 41 pairs, may not list pods in billing`. */
  readonly text: string;
}

export interface PreviewCount {
  /** Pairs of workloads, or of a workload and addresses outside. */
  readonly pairs: number;
  /** Pods of the workloads on the side whose policies changed, each once. */
  readonly pods: number;
}

export interface PreviewReason {
  /** Stable for the same reason. */
  readonly id: string;
  /** 0: pods that may be there, and that the source could not show. */
  readonly pairs: number;
  /** One clause: `may not list pods in billing`. */
  readonly why: string;
  /** The right that would mend it: `list and watch pods in namespace billing`. */
  readonly right?: string;
}

/** Why nothing changes; each has a sentence in `text`. */
export interface PreviewNothing {
  readonly reason:
    /** Policy by policy, the documents say what is applied, byte by byte in what counts. */
    | 'sameAsApplied'
    /** Unsaved changes touch nothing that means anything: comments, order, formatting, other kinds. */
    | 'sameMeaning'
    /** There is no policy in what is laid over. */
    | 'noPolicy'
    /** The changed policies select no pod that is known. */
    | 'selectsNoPod'
    /** The rules that changed name no pod and no address that is known. */
    | 'peersMatchNothing'
    /** What the edit opens is open already, or what it closes is still opened, by the policies in `by`. */
    | 'otherPolicyAllows'
    /** What the edit opens is still denied; see the denied rows. */
    | 'stillDenied'
    /** Whether something changes is not decidable; see the reasons. */
    | 'notDecidable'
    /** Nothing can be compared: no source, or it is still being read. */
    | 'notKnown'
    /** It differs, and changes no traffic between known pods. */
    | 'noEffect';
  readonly text: string;
  /** Policies that are named in the text, `namespace/name`. */
  readonly by: readonly string[];
}

/** The workload whose policies, or existence, changed: rows are grouped by it. */
export interface PreviewGroup {
  readonly id: string;
  readonly subject: PreviewWorkload;
  /** Pairs over all rows of the group that the filter lets through. */
  readonly lost: number;
  readonly gained: number;
  readonly changed: number;
  readonly rows: number;
  readonly isolation: PreviewIsolation;
}

/** Isolation of a workload before and after, by direction. */
export interface PreviewIsolation {
  readonly ingress: { readonly before: boolean | 'unknown'; readonly after: boolean | 'unknown' };
  readonly egress: { readonly before: boolean | 'unknown'; readonly after: boolean | 'unknown' };
}

/** One subject, one direction, the same ports before and after, and everybody at the other end. */
export interface PreviewRow {
  /** The same for the same row after the next keystroke: of subject, direction, type, ports and causes. */
  readonly id: string;
  /** Id of its group. */
  readonly group: string;
  readonly type: PreviewChangeType;
  /** `ingress`: the subject is `to`. `egress`: the subject is `from`. */
  readonly direction: 'ingress' | 'egress';
  readonly from: PreviewEnd;
  readonly to: PreviewEnd;
  readonly before: PreviewPorts;
  readonly after: PreviewPorts;
  /** What is gone and what has come, for certain. */
  readonly lost: PreviewPorts;
  readonly gained: PreviewPorts;
  /** Pairs of workloads; 1 where both ends are one. More than one: `PREVIEW_PAIRS` expands it. */
  readonly pairs: number;
  readonly causes: readonly PreviewCause[];
}

export type PreviewChangeType = 'lost' | 'gained' | 'changed';

/** Ports that certainly pass. */
export interface PreviewPorts {
  /** `5432/TCP`, `all ports`; empty where nothing passes. */
  readonly text: string;
  readonly connections: readonly { readonly protocol: 'TCP' | 'UDP' | 'SCTP'; readonly ports: string }[];
}

export type PreviewEnd =
  | ({ readonly kind: 'workload' } & PreviewWorkload)
  | {
      readonly kind: 'workloads';
      readonly workloads: number;
      readonly pods: number;
      /** Namespaces with their workloads among them, the most first; at most 5. */
      readonly namespaces: readonly { readonly name: string; readonly workloads: number }[];
      readonly moreNamespaces: number;
      /** The first by name; at most 3. */
      readonly first: readonly PreviewWorkload[];
    }
  /** At most 20 ranges; `more` beyond. `everywhere`: every address outside. */
  | {
      readonly kind: 'external';
      readonly cidrs: readonly string[];
      readonly more: number;
      readonly everywhere: boolean;
    };

export interface PreviewWorkload {
  /** `namespace/name[Kind]`. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly workloadKind: string;
  readonly pods: number;
  /** The number is written nowhere (DaemonSet, CronJob). */
  readonly podsUnknown?: true;
}

/** Why something changed, and where it is written. */
export interface PreviewCause {
  /** `namespace/name`. */
  readonly policy: string;
  readonly direction: 'ingress' | 'egress';
  /** 0-based; absent: the policy as a whole, because it isolates. */
  readonly rule?: number;
  /** In which of the two texts it stands. */
  readonly state: 'before' | 'after';
  readonly what:
    /** A rule that is gone, or no longer names this peer or port. */
    | 'removedRule'
    | 'removedPeer'
    | 'removedPort'
    | 'addedRule'
    | 'addedPeer'
    | 'addedPort'
    /** The policy isolates the pods now, or no longer. */
    | 'newIsolation'
    | 'endedIsolation'
    | 'removedPolicy'
    | 'addedPolicy'
    /** The policy selects other pods than before. */
    | 'otherTargets'
    | 'changed';
  /** `removed peer`, `new isolation`. */
  readonly text: string;
  /** Where to go in an editor: the cause itself, or where it would stand; absent where no file holds it. */
  readonly place?: PreviewPlace;
}

/** 0-based, UTF-16, as in LSP. */
export interface PreviewPlace {
  readonly uri: string;
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
}

/** Lost access that something is known to need; of the page's rows, and with the first page what no row loses. */
export interface PreviewBreak {
  /** The row that loses it; empty: none loses it for certain, but it may be lost. */
  readonly row: string;
  /** The pair within the row; absent: every pair of it. */
  readonly pair?: { readonly from: string; readonly to: string };
  /** `dns`, `apiServer`, `webhook`, `ingress`, `metrics`, `service`, `environment`, … */
  readonly need: string;
  /** One clause: `DATABASE_URL of frontend`. */
  readonly text: string;
  readonly sureness: 'certain' | 'likely' | 'possible';
  readonly evidence?: PreviewPlace;
}

export interface PreviewPairsParams extends PreviewPageParams {
  /** Id of a row. */
  readonly row: string;
}

export interface PreviewPairs extends PreviewAnswerBase {
  readonly row: string;
  readonly pairs: readonly PreviewPair[];
  readonly total: number;
}

/** As `bulkhead diff` tells it. */
export interface PreviewPair {
  readonly id: string;
  readonly type: PreviewChangeType;
  readonly from: PreviewEnd;
  readonly to: PreviewEnd;
  readonly before: PreviewPorts;
  readonly after: PreviewPorts;
  readonly causes: readonly PreviewCause[];
}

// ---------------------------------------------------------------------------------------------- still denied

export interface PreviewDenied extends PreviewAnswerBase {
  readonly rows: readonly PreviewDeniedRow[];
  readonly total: number;
  readonly pairs: number;
}

/** The edit lets it through on one side; the other side's policies do not. */
export interface PreviewDeniedRow {
  readonly id: string;
  readonly from: PreviewEnd;
  readonly to: PreviewEnd;
  /** What the edit lets through on its side, and nothing else does before it. */
  readonly ports: PreviewPorts;
  /** The side that the edit opened. */
  readonly opened: 'ingress' | 'egress';
  readonly causes: readonly PreviewCause[];
  /** The direction that still denies it, and the policies that isolate the pods there. */
  readonly deniedIn: 'ingress' | 'egress';
  readonly deniedBy: readonly PreviewPolicy[];
  readonly morePolicies: number;
  readonly pairs: number;
  /** `still denied by shop/default-deny (egress of web)`. */
  readonly text: string;
}

export interface PreviewPolicy {
  /** `namespace/name`. */
  readonly policy: string;
  readonly place?: PreviewPlace;
}

// ---------------------------------------------------------------------------------------------- not decided

export interface PreviewUnknown extends PreviewAnswerBase {
  readonly rows: readonly PreviewUnknownRow[];
  readonly total: number;
}

/** As `unknown` of `bulkhead diff`: covers all pairs of the subject, or exactly one pair. */
export interface PreviewUnknownRow {
  readonly id: string;
  /** Id of a `PreviewReason`. */
  readonly reason: string;
  /** A workload, `namespace/*` or `*`. */
  readonly subject: string;
  readonly direction?: 'ingress' | 'egress';
  readonly from?: PreviewEnd;
  readonly to?: PreviewEnd;
  readonly pairs: number;
  readonly why: string;
}

// ---------------------------------------------------------------------------------------------- matrix

export interface PreviewMatrixParams {
  readonly id: string;
  /** `namespaces` and `workload` narrow both axes; the others do not count. */
  readonly filter?: PreviewFilter;
  /** Names of namespaces that are unfolded into their workloads, on both axes. */
  readonly expanded: readonly string[];
  /** Only namespaces, and workloads of unfolded ones, of which something changes or is not decided. */
  readonly onlyChanged?: boolean;
  /** Windows of the two axes; at most 200 each and 10,000 cells are given. */
  readonly rows: PreviewWindow;
  readonly columns: PreviewWindow;
}

export interface PreviewWindow {
  readonly offset: number;
  readonly count: number;
}

/** Rows are sources, columns are destinations; both axes have the same heads. */
export interface PreviewMatrix extends PreviewAnswerBase {
  /** Of each axis, before windowing. */
  readonly total: number;
  readonly rows: readonly PreviewMatrixHead[];
  readonly columns: readonly PreviewMatrixHead[];
  /** Row by row: `cells[row * columns.length + column]`. */
  readonly cells: readonly PreviewMatrixCell[];
}

export interface PreviewMatrixHead {
  /** `namespace shop`, `workload shop/web[Deployment]`, `outside`. */
  readonly id: string;
  readonly kind: 'namespace' | 'workload' | 'outside';
  readonly label: string;
  readonly namespace?: string;
  readonly workloads: number;
  readonly pods: number;
  readonly expanded: boolean;
  /** Something changes or is not decided in its row or column. */
  readonly changed: boolean;
}

export interface PreviewMatrixCell {
  readonly state: 'same' | 'lost' | 'gained' | 'changed' | 'unknown' | 'none';
  readonly before: PreviewCellPorts;
  readonly after: PreviewCellPorts;
  /** Pairs of workloads that the cell stands for; 0: it means nothing (outside to outside). */
  readonly pairs: number;
  readonly lost: number;
  readonly gained: number;
  readonly changed: number;
  readonly unknown: number;
}

export interface PreviewCellPorts {
  /** Everything that passes for some pair: `5432/TCP`, `all ports`, empty. */
  readonly text: string;
  /** Pairs between which anything certainly passes. */
  readonly open: number;
  /** Every pair of the cell has the same ports. */
  readonly uniform: boolean;
}

// ---------------------------------------------------------------------------------------------- graph

export interface PreviewGraphParams {
  readonly id: string;
  readonly focus:
    /** `namespace/name[Kind]`. */
    | { readonly kind: 'workload'; readonly workload: string }
    /** `namespace/name`: its targets and who they talk to. */
    | { readonly kind: 'policy'; readonly policy: string }
    | { readonly kind: 'namespace'; readonly namespace: string }
    /** Everything that changes. */
    | { readonly kind: 'changes' };
  readonly filter?: PreviewFilter;
  /** Only edges that changed. */
  readonly onlyChanged?: boolean;
  /** Nodes and edges together; at most 5,000. */
  readonly most?: number;
}

export interface PreviewGraph extends PreviewAnswerBase {
  readonly width: number;
  readonly height: number;
  /** A parent stands before its children. */
  readonly nodes: readonly PreviewNode[];
  readonly edges: readonly PreviewEdge[];
  /** What was put together to stay within the bound, one sentence: `Workloads of 12 namespaces are shown as one`. */
  readonly aggregated?: string;
  /** The positions are not a layout's, because none could be made; one sentence. */
  readonly layoutProblem?: string;
}

export interface PreviewNode {
  /** The same for the same thing in later answers. */
  readonly id: string;
  readonly kind: 'namespace' | 'workload' | 'workloads' | 'external' | 'anyPod' | 'unknown';
  readonly label: string;
  /** Second line: `Deployment · 3 pods`. */
  readonly detail: string;
  /** Id of the namespace's box. */
  readonly parent?: string;
  readonly focus: boolean;
  readonly pods: number;
  readonly workloads: number;
  /** Default-deny: isolated and no rule lets anybody in, or out. */
  readonly badges: readonly PreviewBadge[];
  /** What the graph is about once a person goes to this node; null where a graph cannot be about it. */
  readonly leadsTo: PreviewGraphParams['focus'] | null;
  /** Relative to the picture, not to the parent. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PreviewBadge {
  readonly direction: 'ingress' | 'egress';
  readonly kind: 'isolated' | 'defaultDeny' | 'unknown';
  readonly state: PreviewEdgeState;
}

export type PreviewEdgeState = 'added' | 'removed' | 'changed' | 'unchanged' | 'unknown';

export interface PreviewEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly state: PreviewEdgeState;
  readonly before: string;
  readonly after: string;
  /** Pairs of workloads. */
  readonly pairs: number;
  /** Bends from end to end, at least two. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

// ---------------------------------------------------------------------------------------------- names, export

export interface PreviewNamesParams {
  readonly id: string;
  /** What names contain, whatever their case; empty: the first ones. */
  readonly text: string;
  /** At most 200 of each. */
  readonly limit: number;
}

export interface PreviewNames extends PreviewAnswerBase {
  readonly workloads: readonly PreviewWorkload[];
  readonly namespaces: readonly string[];
  readonly policies: readonly string[];
}

export interface PreviewExportParams {
  readonly id: string;
  readonly what: 'changes' | 'matrix' | 'graph';
  readonly format: 'md' | 'csv' | 'mermaid' | 'json';
  readonly filter?: PreviewFilter;
  /** Of `graph`. */
  readonly focus?: PreviewGraphParams['focus'];
  /** Of `matrix`. */
  readonly expanded?: readonly string[];
}

export interface PreviewExport extends PreviewAnswerBase {
  readonly text: string;
  /** Lines are missing, because there are too many: one sentence. */
  readonly truncated?: string;
}
