import type { JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { ObservedPods, PodsOfPolicy } from './observation.ts';

/** What may be written; nothing else ever is. */
export type ApplyKind = 'NetworkPolicy' | 'Namespace';

export interface ApplyTarget {
  readonly kind: ApplyKind;
  /** `''` for a Namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** Which state of an object is meant: a change of any kind gives it another resourceVersion. */
export interface ObjectVersion {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** What a person wants of one object. */
export type ApplyIntent =
  /** The object becomes what the document says; `document` is its JSON, with its namespace filled in. */
  | { readonly action: 'apply'; readonly target: ApplyTarget; readonly document: JsonMap }
  /** `expected`: only while it is in this state, as a rollback deletes what an apply created. */
  | { readonly action: 'delete'; readonly target: ApplyTarget; readonly expected?: ObjectVersion }
  /**
   * Spec, labels and annotations become those of `previous`, by update. `expected` is the state that the change left,
   * `absent` after a delete; without it, whatever is there now. Where nothing is there, it is created again.
   */
  | {
      readonly action: 'restore';
      readonly target: ApplyTarget;
      readonly previous: JsonMap;
      readonly expected?: ObjectVersion | 'absent';
    };

/**
 * `replace`: create, or one update on the state that was previewed. `serverSideApply`: the same where no object is
 * there or where its fields are others'; a server-side apply only of objects whose spec is our field manager's alone.
 */
export type ApplyMethod = 'replace' | 'serverSideApply';

/** The field manager of every request. */
export const FIELD_MANAGER = 'bulkhead';

/** One request that is ready to be tried. Only `plan` makes it, and nothing else can be tried. */
export interface PlannedStep {
  readonly intent: ApplyIntent;
  readonly target: ApplyTarget;
  readonly change: 'create' | 'replace' | 'delete';
  /** `apply` is a server-side apply. */
  readonly verb: 'create' | 'update' | 'apply' | 'delete';
  /** The object as it was read; absent where there is none. */
  readonly live?: JsonMap;
  /** The object that is sent; absent for a delete. */
  readonly sent?: JsonMap;
  /** Who will put it back, or over it, by itself. */
  readonly owners: readonly Owner[];
  /** Fields of the document that are not sent, because the server or the live object decides them. */
  readonly notSent: readonly string[];
}

export type PlanAnswer =
  | { readonly kind: 'step'; readonly step: PlannedStep }
  /** What should be deleted is not there. */
  | { readonly kind: 'absent'; readonly target: ApplyTarget }
  | { readonly kind: 'moved'; readonly target: ApplyTarget; readonly moved: Moved }
  | { readonly kind: 'refused'; readonly target: ApplyTarget; readonly refusal: Refusal };

/** A step that the server has tried without effect. Only `dryRun` makes it, and nothing else can be sent. */
export interface Preview {
  readonly step: PlannedStep;
  /** The object as it would be, with defaults and what admission makes of it; absent for a delete. */
  readonly result?: JsonMap;
  /** Sending it would change nothing. */
  readonly unchanged: boolean;
  /** Field managers that lose fields by it. */
  readonly takesOver: readonly TakenOver[];
  /** Fields that would not be what was asked for, because admission changes them. */
  readonly mutated: readonly string[];
  /** The server's warnings, as plain text. */
  readonly warnings: readonly string[];
}

export type DryRunOutcome =
  | { readonly kind: 'preview'; readonly preview: Preview }
  /** The object is another one than planned: plan again. */
  | { readonly kind: 'moved'; readonly target: ApplyTarget; readonly moved: Moved }
  | { readonly kind: 'refused'; readonly target: ApplyTarget; readonly refusal: Refusal };

export type SendOutcome =
  /** What the server holds now is what was asked for. */
  | { readonly kind: 'applied'; readonly target: ApplyTarget; readonly applied: Applied }
  /** The server took it and holds something else in the fields of `applied.mutated`. */
  | { readonly kind: 'altered'; readonly target: ApplyTarget; readonly applied: Applied }
  /** Nothing had to be sent. */
  | { readonly kind: 'unchanged'; readonly target: ApplyTarget }
  /** Nothing was written, because the object has moved on: plan and preview again. */
  | { readonly kind: 'moved'; readonly target: ApplyTarget; readonly moved: Moved }
  | { readonly kind: 'refused'; readonly target: ApplyTarget; readonly refusal: Refusal }
  /** The connection broke after the request was sent, and the server cannot be asked what became of it. */
  | { readonly kind: 'uncertain'; readonly target: ApplyTarget; readonly why: string };

export interface Applied {
  readonly change: PlannedStep['change'];
  /** The object before; absent where it was created. */
  readonly before?: JsonMap;
  /** The object as the server holds it now; absent where it is gone. */
  readonly after?: JsonMap;
  readonly mutated: readonly string[];
  readonly warnings: readonly string[];
  /** Deleted, and still there until these are done. */
  readonly finalizers?: readonly string[];
  /** The answer was lost; that it was applied was read afterwards. */
  readonly readBack?: true;
}

/** How an object is another one than it was previewed as. */
export interface Moved {
  /** `made`: there was none, and one is there now. `gone`: the other way round. `replaced`: deleted and made anew. */
  readonly how: 'changed' | 'made' | 'gone' | 'replaced';
  /** Who wrote it since, as far as its managed fields say. */
  readonly by: readonly string[];
}

/** Why the server does not take something. No raw answer: `why` is one sentence, plain and without secrets. */
export interface Refusal {
  readonly kind: RefusalKind;
  readonly why: string;
  /** The faults of an `invalid` object, in the server's words and order. */
  readonly faults: readonly FieldFault[];
  /** `forbidden`: the right that is missing. */
  readonly missing?: Right;
  /** `admission`: the webhook or policy that refuses. `fieldConflict`: the other field managers. */
  readonly by?: readonly string[];
  readonly retryAfterMs?: number;
}

export type RefusalKind =
  /** The object is at fault (400, 422). */
  | 'invalid'
  /** A webhook or an admission policy refuses it, or cannot be asked. */
  | 'admission'
  /** A right is missing. */
  | 'forbidden'
  /** The server does not accept the login, or there is none. */
  | 'login'
  | 'namespaceMissing'
  | 'namespaceTerminating'
  /** Another field manager owns what a server-side apply would write. */
  | 'fieldConflict'
  /** We never do this, whatever the server says. */
  | 'never'
  /** The server or the way to it: may pass by itself. */
  | 'unavailable';

export interface FieldFault {
  /** The server's path (`spec.ingress[0].ports[1].port`); empty where it names none. */
  readonly path: string;
  readonly message: string;
}

export interface Right {
  readonly verb: string;
  readonly resource: string;
  /** `''` for the core API. */
  readonly group: string;
  /** Absent: in the whole cluster. */
  readonly namespace?: string;
}

/** A field manager and what it would lose. */
export interface TakenOver {
  readonly manager: string;
  readonly operation: string;
  /** When it wrote last, as the server says it (RFC 3339); empty where it does not. */
  readonly time: string;
  /** `spec.ingress`, `metadata.labels.team`. */
  readonly fields: readonly string[];
}

/** A program that keeps an object as its own source says. */
export interface Owner {
  readonly by: 'Argo CD' | 'Flux' | 'Helm';
  /** What holds it: `Application`, `Kustomization`, `HelmRelease`, `release`. Name and namespace as far as known. */
  readonly holder: { readonly kind: string; readonly name: string; readonly namespace: string };
  /** How it shows, for people: `annotation argocd.argoproj.io/tracking-id`. */
  readonly evidence: string;
}

/** Whether an owner puts an object back by itself. `unknown` carries why, `how` says when or how it does. */
export type SelfHeal =
  | { readonly state: 'on'; readonly how: string }
  | { readonly state: 'off'; readonly how: string }
  | { readonly state: 'unknown'; readonly why: string };

/** Who applies. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
  /** `server`: a SelfSubjectReview says so. `kubeconfig`: the server does not say; the kubeconfig's user entry. */
  readonly from: 'server' | 'kubeconfig';
}

export type RightAnswer = Right & { readonly allowed: boolean | 'unknown'; readonly why?: string };

/**
 * Changes of a cluster: planned, tried by the server, sent. Nothing rejects; nothing is sent that was not tried before
 * as exactly the same request.
 */
export interface ClusterApply {
  /** Reads the live object and says what has to be sent. Writes nothing. */
  readonly plan: (intent: ApplyIntent, method?: ApplyMethod) => Promise<PlanAnswer>;
  /** Sends exactly the planned request with `dryRun=All` and `fieldValidation=Strict`. */
  readonly dryRun: (step: PlannedStep) => Promise<DryRunOutcome>;
  /** Sends the previewed request, on the state that was previewed. Each preview once. */
  readonly send: (preview: Preview) => Promise<SendOutcome>;
  /** Whether an owner puts an object back, read from its Application, Kustomization or HelmRelease. */
  readonly selfHeal: (owner: Owner) => Promise<SelfHeal>;
  /** Which rights there are (SelfSubjectAccessReview), in the order asked. */
  readonly rights: (rights: readonly Right[]) => Promise<readonly RightAnswer[]>;
  readonly identity: () => Promise<Identity>;
  /** How the pods of policies fare right now; undefined where that cannot be read. */
  readonly observe: (policies: readonly PodsOfPolicy[]) => Promise<ObservedPods | undefined>;
}
