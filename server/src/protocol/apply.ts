/**
 * Changing the cluster from the editor: a preview that the API server has tried, a confirmation by a person, the change.
 * Every text here is plain, in one line where it is a sentence, and without secrets.
 */

/** The scheme of `before` and `after` of a step; their paths end in `.yaml`. */
export const APPLY_SCHEME = 'bulkhead-apply';

/** Which policies a person means. */
export interface ApplyScope {
  /** Documents and files, or folders with everything below them. Open documents count as they stand, unsaved. */
  readonly uris: readonly string[];
  /** Only these policies (`shop/web`); absent: all of them. */
  readonly policies?: readonly string[];
  /** Only what these lines of the only document touch, 0-based, both ends included. */
  readonly lines?: readonly { readonly start: number; readonly end: number }[];
  /** Names of the Namespaces that are applied with them, because a person has ticked them. */
  readonly namespaces?: readonly string[];
}

/** `rollBack`: of the last change that was made from this window's folder; the scope names only the folder. */
export interface PreviewParams extends ApplyScope {
  readonly action: 'apply' | 'delete' | 'rollBack';
}

export type PreviewAnswer =
  /** `chooseContext`: another context would help. */
  { readonly problem: string; readonly chooseContext?: true } | ApplyPreview;

/** What would be sent, as the server has just tried it, and what it does. Nothing is changed yet. */
export interface ApplyPreview {
  readonly id: string;
  readonly action: PreviewParams['action'];
  readonly context: string;
  /** The API server's URL. */
  readonly server: string;
  /** A setting names the context: it is typed before anything is sent, or refused. */
  readonly protection: 'none' | 'typed' | 'refused';
  /** `jane`, or `jane, as the kubeconfig says`. */
  readonly identity: string;
  /** In the order in which they would be sent. */
  readonly steps: readonly ApplyStep[];
  readonly refused: readonly RefusedObject[];
  /** `2 Deployments and 1 Service are left alone`; empty where there are none. */
  readonly leftAlone: string;
  /** Namespaces of the documents that a person may tick. */
  readonly namespaces: readonly string[];
  readonly effect: EffectText;
  /** No order of the changes keeps all traffic that passes before and after: what is cut off meanwhile. */
  readonly gap?: string;
  /** Which tests pass now and would not any more: `2 tests in shop.bulkhead-test.yaml would fail: …`. */
  readonly brokenTests?: string;
  /** Sentences, each of a right that is missing: nothing can be sent, only exported. */
  readonly missingRights: readonly string[];
}

export interface ApplyStep {
  /** `shop/web`; a Namespace's name. */
  readonly key: string;
  readonly kind: 'NetworkPolicy' | 'Namespace';
  readonly namespace: string;
  readonly name: string;
  readonly change: 'create' | 'replace' | 'delete' | 'nothing';
  /** Where it is written; absent for a rollback. */
  readonly uri?: string;
  readonly line?: number;
  /** The document does not name the namespace: a person confirms it by name. */
  readonly namespaceAssumed: boolean;
  /** Who will put it back: `Argo CD (Application shop-prod) puts it back, self-heal is on`. */
  readonly owners: readonly string[];
  /** What else is to be known: fields taken over, what admission changes, warnings of the server, fields not sent. */
  readonly notes: readonly string[];
  /** The server has not tried it, because a right is missing: it can only be exported. */
  readonly unchecked?: true;
  /** Addresses of the read-only texts that a diff lays side by side: the live object, and what the dry run made of it. */
  readonly before: string;
  readonly after: string;
}

/** An object that cannot be sent. */
export interface RefusedObject {
  /** `shop/web`, or the file's name. */
  readonly name: string;
  readonly why: string;
  /** The server's faults where they stand in a document, as far as that can be told. */
  readonly places: readonly FaultPlace[];
}

export interface FaultPlace {
  readonly uri: string;
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
  readonly message: string;
}

/** What the changes do to traffic, computed from what the dry run returned. */
export interface EffectText {
  /** One sentence: `web (3 pods) can no longer reach db; lets in 2 pods`, `Nothing changes for known pods`. */
  readonly summary: string;
  /** What the lost access is known to be needed for: `Would break DATABASE_URL of frontend`; absent where for nothing. */
  readonly breaks?: string;
  /** Rows, the most important first: `frontend → db 5432/TCP`. */
  readonly lost: readonly string[];
  readonly gained: readonly string[];
  /** What cannot be told, with why; empty where all can. */
  readonly undecided: string;
  /** Markdown for a pull request: the rows, the context, and that the server has tried it or has not. */
  readonly markdown: string;
}

export interface SendParams {
  readonly id: string;
  /** What is left undone where one is refused; else the others are sent all the same. */
  readonly stopAtError: boolean;
  /** Rolls back after so many seconds unless it is kept; absent: unguarded. */
  readonly guardSeconds?: number;
  /** `editor`: the language server itself rolls back, only while it runs; absent: a process of its own. */
  readonly guardBy?: 'editor';
}

export type SendAnswer =
  /** Nothing was sent. `guardProblem`: because of the guard; `guardHere`: `guardBy: 'editor'` could do it. */
  | { readonly problem: string; readonly guardProblem?: true; readonly guardHere?: true }
  | {
      readonly results: readonly SendResult[];
      /** The countdown that has begun; `GUARD` tells the rest. */
      readonly guard?: string;
      /** What cannot be known of the process that would roll back, one sentence: a container may stop with the editor. */
      readonly guardNote?: string;
      /** Something was changed, or may have been. */
      readonly changed: boolean;
      /** It can be rolled back from here. */
      readonly canUndo?: true;
    };

export interface SendResult {
  readonly key: string;
  /** `moved`: somebody else has changed it meanwhile; preview again. `uncertain`: no answer came. */
  readonly outcome: 'applied' | 'altered' | 'unchanged' | 'moved' | 'refused' | 'uncertain' | 'notSent';
  /** One sentence. */
  readonly text: string;
}

/** Server to client: where a guarded change stands. */
export interface GuardState {
  readonly id: string;
  readonly context: string;
  /** `counting`: may be kept. `rollingBack`: too late. `ended`: see `text`. `lost`: nobody holds it; roll back or keep. */
  readonly state: 'counting' | 'rollingBack' | 'ended' | 'lost';
  /** Seconds that are left. */
  readonly seconds: number;
  /** What it is about, or how it ended, one sentence. */
  readonly text: string;
  /** What the cluster says meanwhile: restarts and readiness of the pods concerned. */
  readonly observed: readonly string[];
}

export interface DecideParams {
  readonly id: string;
  readonly decision: 'keep' | 'rollBack';
}

export interface ExportText {
  /** What would be sent, as YAML. */
  readonly manifests: string;
  readonly markdown: string;
  /** `kubectl --context … apply -f …`. */
  readonly kubectl: string;
}
