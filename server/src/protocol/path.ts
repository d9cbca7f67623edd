/**
 * Questions about one path: whether A can reach B, because of which rules, what would make it another answer, and how to
 * try it. Texts are plain, one sentence without its full stop; names in them are the cluster's and hostile text. Lines
 * and characters are 0-based, UTF-16.
 */
import type { RequestMethod } from './methods.ts';

export type PathVerdict = 'allow' | 'deny' | 'unknown';
export type PathProtocol = 'TCP' | 'UDP' | 'SCTP';

/** From whose state of everything a question is answered. */
export interface PathScope {
  /** The window's folder; `''`: the first. */
  readonly folder: string;
  /** The document whose scope counts; absent: everything that the folder holds. */
  readonly uri?: string;
}

/** Ends as a person writes them (`shop/web`, `db.shop:5432`, `10.2.3.4`, `internet`, `any pod`), or a pasted line. */
export interface PathAsked extends PathScope {
  readonly from?: string;
  readonly to?: string;
  readonly port?: number;
  readonly protocol?: PathProtocol;
  /** A line of a program whose connection failed; what it names stands in for what is absent. */
  readonly error?: string;
}

export interface EndAsked extends PathScope {
  /** What is typed so far. */
  readonly text: string;
  readonly limit: number;
}

export interface EndCandidates {
  readonly candidates: readonly EndCandidateItem[];
}

export interface EndCandidateItem {
  /** What stands in the field once it is chosen; it has one meaning. */
  readonly text: string;
  readonly kind: 'workload' | 'service' | 'pod' | 'anyPod' | 'address' | 'internet';
  /** `3 pods`, `15432/TCP`; may be empty. */
  readonly description: string;
}

export interface PathPlace {
  readonly uri: string;
  readonly line: number;
  readonly character: number;
  /** What is written there is not what the answer is made of: the cluster has it in another form. */
  readonly differs?: true;
}

export interface PathReplyLine {
  /** 0: a policy; 1: one of its rules. */
  readonly depth: number;
  readonly text: string;
  readonly tone?: PathVerdict;
  readonly place?: PathPlace;
}

export interface PathReplyDirection {
  readonly verdict: PathVerdict;
  /** `denied: shop/db isolates db, and no rule lets this in`. */
  readonly text: string;
  readonly lines: readonly PathReplyLine[];
}

export interface PathReplyEnd {
  /** As a sentence names it. */
  readonly name: string;
  readonly pods: number;
  /** At most some; `workloadCount` says how many there are. */
  readonly workloads: readonly { readonly id: string; readonly pods: number }[];
  readonly workloadCount: number;
  /** Addresses instead of pods. */
  readonly cidrs?: readonly string[];
}

export interface PathReplyGroup {
  readonly from: PathReplyEnd;
  readonly to: PathReplyEnd;
  /** On the destination's pods. */
  readonly port: number;
  readonly verdict: PathVerdict;
  readonly egress: PathReplyDirection;
  readonly ingress: PathReplyDirection;
}

/** What has to be said before there is an answer. */
export interface PathUnclear {
  readonly part: 'from' | 'to' | 'port' | 'error';
  readonly text: string;
  /** Texts of which each has one meaning: ends, or ports as `80/TCP`. */
  readonly choices: readonly string[];
}

export interface PathReply {
  /** What a pasted line says, and what that says about policies. */
  readonly error?: string;
  readonly unclear: readonly PathUnclear[];
  /** Absent where something is unclear. */
  readonly answer?: PathReplyAnswer;
}

export interface PathReplyAnswer {
  readonly headline: string;
  readonly verdict: PathVerdict;
  /** Some pods of an end pass and others do not. */
  readonly mixed: boolean;
  /** As they were understood; texts with one meaning. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: PathProtocol;
  readonly notes: readonly string[];
  readonly groups: readonly PathReplyGroup[];
  /** Groups beyond those that are listed. */
  readonly more: number;
}

export interface ProposeAsked extends PathAsked {
  readonly wanted: 'allow' | 'deny';
}

export interface PathProposals {
  readonly obstacles: readonly string[];
  /** The smallest first. */
  readonly proposals: readonly PathProposal[];
}

export interface PathProposal {
  readonly title: string;
  /** What else it does: `Changes nothing else`. */
  readonly summary: string;
  /** Other changes, one a line. */
  readonly others: readonly string[];
  readonly opened: PathPairs;
  readonly closed: PathPairs;
  readonly changedLines: number;
  readonly files: readonly PathFileEdit[];
  /** New policies for which there is no file yet. */
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  readonly diffs: readonly {
    readonly name: string;
    readonly uri?: string;
    readonly lines: readonly { readonly kind: 'same' | 'removed' | 'added'; readonly text: string }[];
  }[];
}

/** Pairs of pods, and pods with addresses outside. */
export interface PathPairs {
  readonly pods: number;
  readonly outside: number;
}

export interface PathFileEdit {
  readonly uri: string;
  /** The version of the open document that the edits are for; absent: the file is not open. */
  readonly version?: number;
  readonly edits: readonly {
    readonly range: {
      readonly start: { readonly line: number; readonly character: number };
      readonly end: { readonly line: number; readonly character: number };
    };
    readonly newText: string;
  }[];
}

/** Commands for a person to copy; they are never run for one. */
export interface PathProbe {
  readonly commands: readonly { readonly kind: 'exec' | 'debug'; readonly title: string; readonly command: string }[];
  readonly cautions: readonly string[];
  /** What the outcomes mean. */
  readonly reading?: string;
  readonly problem?: string;
}

export interface ExposureAsked extends PathScope {
  /** A pod, a workload or a Service. */
  readonly of: string;
}

export interface PathExposure {
  readonly of?: string;
  readonly pods?: number;
  readonly lines: readonly {
    readonly direction: 'ingress' | 'egress';
    readonly about: 'internet' | 'pods' | 'newPods' | 'dormant';
    readonly text: string;
    readonly places: readonly PathPlace[];
  }[];
  readonly problem?: string;
}

/** Client to server: ends for what is typed so far. */
export const COMPLETE_END: RequestMethod<EndAsked, EndCandidates> = { name: 'bulkhead/completeEnd' };
/** Client to server: whether A can reach B, and because of which rules. */
export const EXPLAIN_PATH: RequestMethod<PathAsked, PathReply> = { name: 'bulkhead/explainPath' };
/** Client to server: the smallest edits that would allow it, or deny it. */
export const PROPOSE_EDITS: RequestMethod<ProposeAsked, PathProposals> = { name: 'bulkhead/proposeEdits' };
/** Client to server: the command that would try it on the real network. */
export const PROBE_PATH: RequestMethod<PathAsked, PathProbe> = { name: 'bulkhead/probePath' };
/** Client to server: whom a workload is open to, and whom it reaches. */
export const EXPOSURE: RequestMethod<ExposureAsked, PathExposure> = { name: 'bulkhead/exposure' };
