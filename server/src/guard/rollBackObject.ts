import type { JsonValue } from '../model/manifest.ts';
import { asMap, asString, isJsonMap } from '../syntax/objects/jsonAccess.ts';
import { FIELD_MANAGER } from '../workspace/apply/clusterApply.ts';
import type { SessionAnswer, SessionRequest } from '../workspace/clusterSession.ts';
import type { GuardedObject, ObjectOutcome, RollbackProblem } from './guardRecord.ts';
import type { JsonObject } from './guardedObject.ts';
import { contentHash, identityOfObject, lastManager } from './guardedObject.ts';
import { collectionPath, objectPath } from './objectPath.ts';

export type Send = (request: SessionRequest) => Promise<SessionAnswer>;

/** `again`: nothing is decided; it may go when it is tried again. */
export type Tried =
  { readonly outcome: ObjectOutcome } | { readonly again: RollbackProblem; readonly retryAfterMs?: number };

/** Somebody who writes all the time must not keep us here. */
const CONFLICTS = 8;

/**
 * Puts one object back, once: looks at it, and only where it stands as we have written it replaces, deletes or makes
 * it, with its uid and resourceVersion as preconditions, so that a change that comes between is never overwritten.
 * Spec, labels and annotations are put back as they were, never by apply; everything else of the object stays.
 */
export async function rollBackObject(send: Send, object: GuardedObject): Promise<Tried> {
  const { ref } = object;
  for (let left = CONFLICTS; ; left--) {
    const live = await look(send, object);
    if ('again' in live) return live;
    const step = decide(object, live.object);
    if ('outcome' in step) return step;
    if ('again' in step) return step;
    const trial = await send(tried(step.request));
    const answer = trial.ok || cannotBeTried(trial) ? await send(step.request) : trial;
    if (answer.ok) {
      const now = step.result === 'deleted' || !isJsonMap(answer.body) ? undefined : answer.body;
      const left = now === undefined ? { uid: identityOfObject(live.object ?? {}).uid } : identityOfObject(now);
      const nowHash = now === undefined ? null : contentHash(now);
      return { outcome: { ref, result: step.result, nowHash, left } };
    }
    const movedOn = answer.kind === 'conflict' || (answer.kind === 'notFound' && step.result !== 'recreated');
    if (movedOn && left > 0) continue;
    return { again: problemOf(answer), ...wait(answer) };
  }
}

/** The same request without effect: nothing is ever written that the server has not tried before. */
function tried({ method, path, query, body }: SessionRequest): SessionRequest {
  // A server that gets the options of a delete in the body does not look at those in the URL.
  if (method === 'DELETE') return { method, path, body: { ...asMap(body), dryRun: ['All'] } };
  return { method, path, query: { ...query, dryRun: 'All' }, ...(body !== undefined && { body }) };
}

/** A webhook with side effects has no dry run; that must not leave the traffic as it is. */
function cannotBeTried(answer: Refusal): boolean {
  return answer.status === 400 && answer.message.includes('does not support dry run');
}

type Step =
  | { readonly outcome: ObjectOutcome }
  | { readonly again: RollbackProblem }
  | { readonly request: SessionRequest; readonly result: 'restored' | 'deleted' | 'recreated' };

type Live = { readonly object: JsonObject | undefined };

async function look(send: Send, { ref }: GuardedObject): Promise<Live | Extract<Tried, { again: unknown }>> {
  const answer = await send({ method: 'GET', path: objectPath(ref) });
  if (answer.ok) {
    const object = asMap(answer.body);
    if (identityOfObject(object).uid !== '' && asString(asMap(object['metadata'])['name']) === ref.name)
      return { object };
    const message = 'The answer is not the object that was asked for.';
    return { again: { kind: 'unreachable', message } };
  }
  if (answer.kind === 'notFound') return { object: undefined };
  return { again: problemOf(answer), ...wait(answer) };
}

function decide(object: GuardedObject, live: JsonObject | undefined): Step {
  if (object.notWritten === true) return { outcome: { ref: object.ref, result: 'notWritten' } };
  if (live === undefined) return decideAbsent(object);
  if (object.change === 'create') return decideCreated(object, live);
  if (object.change === 'delete') return decideDeleted(object, live);
  return decideUpdated(object, live);
}

function decideAbsent({ ref, change, before, written }: GuardedObject): Step {
  if (change === 'create') {
    return { outcome: { ref, result: written === undefined ? 'notWritten' : 'alreadyBack', nowHash: null } };
  }
  if (change === 'replace') return { outcome: { ref, result: 'leftAlone', why: { kind: 'deleted' }, nowHash: null } };
  const body = newObject(before ?? {});
  return {
    request: { method: 'POST', path: collectionPath(ref), query: { fieldManager: FIELD_MANAGER }, body },
    result: 'recreated',
  };
}

function decideCreated(object: GuardedObject, live: JsonObject): Step {
  const { ref, written, intendedHash } = object;
  const { uid, resourceVersion } = identityOfObject(live);
  if (written !== undefined && uid !== written.uid) return leftAlone(object, live, 'replaced');
  const stands = contentHash(live) === (written?.hash ?? intendedHash);
  // Without the answer to our request nothing but its content and its only writer tell whose object it is.
  if (!stands || (written === undefined && lastManager(live, FIELD_MANAGER, undefined)?.manager !== FIELD_MANAGER)) {
    return leftAlone(object, live, 'changed');
  }
  if (ref.kind === 'Namespace') return leftAlone(object, live, 'namespace');
  return {
    request: {
      method: 'DELETE',
      path: objectPath(ref),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } },
    },
    result: 'deleted',
  };
}

function decideDeleted(object: GuardedObject, live: JsonObject): Step {
  const { ref, before = {} } = object;
  if (identityOfObject(live).uid !== identityOfObject(before).uid) {
    if (contentHash(live) === contentHash(before)) return alreadyBack(object, live);
    return leftAlone(object, live, 'replaced');
  }
  const isGoing = asMap(live['metadata'])['deletionTimestamp'] !== undefined;
  if (!isGoing) return { outcome: { ref, result: 'notWritten', nowHash: contentHash(live) } };
  // Its finalizers hold it; only once it is gone can it be made again.
  return { again: { kind: 'unreachable', message: 'The object is still being deleted.' } };
}

function decideUpdated(object: GuardedObject, live: JsonObject): Step {
  const { ref, before = {}, written, intendedHash } = object;
  const { uid } = identityOfObject(live);
  const now = contentHash(live);
  if (uid !== identityOfObject(before).uid) return leftAlone(object, live, 'replaced');
  if (now === contentHash(before)) {
    const result = written === undefined ? 'notWritten' : 'alreadyBack';
    return { outcome: { ref, result, nowHash: now } };
  }
  if (now !== (written?.hash ?? intendedHash)) return leftAlone(object, live, 'changed');
  const { labels, annotations } = asMap(before['metadata']);
  // With the uid and resourceVersion that were looked at, which the server compares with its own.
  const { managedFields: _, labels: __, annotations: ___, ...metadata } = asMap(live['metadata']);
  const body: JsonObject = {
    ...live,
    // A Namespace's spec holds only finalizers, which are not a person's.
    ...(ref.kind !== 'Namespace' && before['spec'] !== undefined && { spec: before['spec'] }),
    metadata: {
      ...metadata,
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
    },
  };
  return {
    request: { method: 'PUT', path: objectPath(ref), query: { fieldManager: FIELD_MANAGER }, body: { ...body } },
    result: 'restored',
  };
}

function leftAlone(object: GuardedObject, live: JsonObject, kind: 'changed' | 'replaced' | 'namespace'): Step {
  const { ref, written } = object;
  const by = kind === 'namespace' ? undefined : lastManager(live, FIELD_MANAGER, written?.at);
  return {
    outcome: { ref, result: 'leftAlone', why: { kind }, nowHash: contentHash(live), ...(by !== undefined && { by }) },
  };
}

function alreadyBack({ ref }: GuardedObject, live: JsonObject): Step {
  return { outcome: { ref, result: 'alreadyBack', nowHash: contentHash(live) } };
}

/** What the server gives an object when it makes it cannot be asked for again. */
const GIVEN_BY_SERVER = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'selfLink',
  'managedFields',
];

function newObject(before: JsonObject): JsonValue {
  const metadata = Object.fromEntries(
    Object.entries(asMap(before['metadata'])).filter(([key]) => !GIVEN_BY_SERVER.includes(key)),
  );
  const { status: _, ...rest } = before;
  return { ...rest, metadata };
}

type Refusal = Extract<SessionAnswer, { ok: false }>;

function problemOf({ kind, reasons, message, status }: Refusal): RollbackProblem {
  const isNamespaceGone = reasons.includes('NamespaceTerminating') || kind === 'notFound';
  if (isNamespaceGone) return { kind: 'namespaceGone', message };
  if (kind === 'login' || kind === 'forbidden' || kind === 'refused') return { kind, message };
  // A conflict that lasts: the server or a webhook answers so whatever is sent.
  return { kind: 'unreachable', message: status === 409 ? `Somebody changes it all the time. ${message}` : message };
}

function wait({ retryAfterMs }: Refusal): { retryAfterMs?: number } {
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}
