import type { FieldManager, Identity, JsonObject } from './guardedObject.ts';
import type { ApplyTarget, PlannedStep } from '../workspace/apply/clusterApply.ts';
import type { LeftState, Who } from './journalLine.ts';
import type { LoginLife } from '../workspace/clusterSession.ts';
import type { ProcessIdentity } from './processIdentity.ts';
import type { Deadline } from './times.ts';

/**
 * A guarded change as it stands on the disk, before the change is made and until it is decided. It holds no secret:
 * the kubeconfig is named, not copied.
 */
export interface GuardRecord {
  readonly version: 1;
  readonly id: string;
  readonly state: GuardState;
  /** ISO 8601. */
  readonly preparedAt: string;
  /** The process that makes the change. */
  readonly starter: ProcessIdentity;
  readonly target: GuardTarget;
  /** The editor's own process rolls it back, for as long as it runs; absent: a helper process. */
  readonly holder?: 'editor';
  readonly who: Who;
  /** The folder of the journal that a rollback is noted in. */
  readonly journal: string;
  /** How long a person has to keep the change, in seconds. */
  readonly seconds: number;
  /** When it is rolled back; absent until the change begins. Later by the time that writing may take until all is written. */
  readonly deadline?: Deadline;
  /** The deadline is earlier than that, because this ends: without a login nobody could roll back. */
  readonly cutBy?: { readonly of: LoginLife['of']; /** ISO 8601. */ readonly at: string };
  /** In the order in which they are written; rolled back in the opposite one. */
  readonly objects: readonly GuardedObject[];
  /** What the rollback does to traffic, one line, said beforehand: the helper knows no reachability. */
  readonly rollbackDelta: string;
  /** A person has not waited for the deadline. */
  readonly rollBackNow?: true;
  /** The process that rolls it back; one that has ended has left it to others. */
  readonly roller?: ProcessIdentity;
  /** ISO 8601. */
  readonly endedAt?: string;
  readonly outcomes?: readonly ObjectOutcome[];
}

/**
 * `prepared`: nothing is sent yet. `aboutToWrite`: from here on the cluster may have changed. `written`: all of it has,
 * the countdown runs. `rollingBack`: nobody can keep it any more. The end is one of: `kept`; `notWritten`, the cluster
 * never changed; `rolledBack`; `leftAlone`, rolled back but for objects that somebody else has changed; `couldNot`, at
 * least one object still stands as written.
 */
export type GuardState =
  | 'prepared'
  | 'aboutToWrite'
  | 'written'
  | 'rollingBack'
  | 'kept'
  | 'notWritten'
  | 'rolledBack'
  | 'leftAlone'
  | 'couldNot';

/** Where it is made: names and paths. */
export interface GuardTarget {
  readonly context: string;
  /** Server URL and CA (`KubeContext.identity`); a context that leads elsewhere later is not used. */
  readonly identity: string;
  /** The API server's URL. */
  readonly server: string;
  readonly user: string;
  /** The kubeconfig files that were read, for messages. */
  readonly files: readonly string[];
}

/** For writing it all: an answer may take 30 s, and the deadline moves with each. */
export const WRITING_MS = 90_000;

export interface GuardedObject {
  readonly ref: ApplyTarget;
  readonly change: PlannedStep['change'];
  /** The previous object, whole but for managedFields; absent where it is created. */
  readonly before?: JsonObject;
  /** `contentHash` of what the dry run gave; absent where it is deleted. Tells our write where its answer was lost. */
  readonly intendedHash?: string;
  readonly written?: WrittenObject;
  /** The server refused it, or it was never sent. */
  readonly notWritten?: true;
}

/** What the server answered the change with; for a deletion what was deleted. */
export interface WrittenObject extends Identity {
  /** `contentHash` of the answer. */
  readonly hash: string;
  /** ISO 8601, by our clock. */
  readonly at: string;
}

export interface ObjectOutcome {
  readonly ref: ApplyTarget;
  /**
   * `restored`, `deleted` (it had been created), `recreated` (it had been deleted): rolled back. `alreadyBack`:
   * somebody had done so. `notWritten`: it had never changed. `leftAlone`: somebody else has changed it, see `by`.
   * `couldNot`: it stands as written, see `why`.
   */
  readonly result: 'restored' | 'deleted' | 'recreated' | 'alreadyBack' | 'notWritten' | 'leftAlone' | 'couldNot';
  /** Whose change it was left alone for; absent where the object does not tell. */
  readonly by?: FieldManager;
  readonly why?: LeftAloneReason | RollbackProblem;
  /** `contentHash` of what is there now; null: nothing is. */
  readonly nowHash?: string | null;
  /** The state that our request left; without a resourceVersion the object that it deleted. */
  readonly left?: LeftState;
}

/** `namespace`: a Namespace that was created is not deleted, because all in it would be. */
export type LeftAloneReason = { readonly kind: 'changed' | 'deleted' | 'replaced' | 'namespace' };

/** Why an object could not be rolled back. */
export interface RollbackProblem {
  readonly kind: 'refused' | 'forbidden' | 'namespaceGone' | 'unreachable' | 'login';
  /** The server's words or ours, plain text. */
  readonly message: string;
}

/** Nothing is decided: a helper should be waiting for it. */
export function isOpen({ state }: Pick<GuardRecord, 'state'>): boolean {
  return state === 'prepared' || state === 'aboutToWrite' || state === 'written' || state === 'rollingBack';
}

/** The cluster may stand as it was changed, without anybody having kept it. */
export function mayBeChanged({ state }: Pick<GuardRecord, 'state'>): boolean {
  return state === 'aboutToWrite' || state === 'written' || state === 'rollingBack' || state === 'couldNot';
}

/** A record that nobody works on any more, or not yet. */
export function withoutRoller(record: GuardRecord): GuardRecord {
  const { roller: _, rollBackNow: __, endedAt: ___, ...rest } = record;
  return rest;
}
