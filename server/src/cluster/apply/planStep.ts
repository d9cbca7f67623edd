import { asList, asMap, asString, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type {
  ApplyIntent,
  ApplyMethod,
  ApplyTarget,
  Moved,
  ObjectVersion,
  PlanAnswer,
  PlannedStep,
  Refusal,
} from '../../workspace/apply/clusterApply.ts';
import type { Transport } from '../apiTransport.ts';
import { plainText } from '../plainText.ts';
import { apiVersionOf } from '../resource.ts';
import { askApi, isSuccess, lostRequest } from './askApi.ts';
import { isSpecOurs, managersOf } from './fieldManagers.ts';
import { mergedMetadata, newObject } from './mergeMetadata.ts';
import { objectPath, resourceOf } from './objectPath.ts';
import { ownersOf } from './ownersOf.ts';
import { defaultedSpec } from './sameObject.ts';
import { lostRefusal, refusalOf } from './refusalOf.ts';

/** Reads the live object of an intent and says which one request would do it. Writes nothing, never throws. */
export async function planStep(
  transport: Transport,
  intent: ApplyIntent,
  method: ApplyMethod,
  signal: AbortSignal,
): Promise<PlanAnswer> {
  const { target } = intent;
  const never = neverDone(intent);
  if (never !== undefined) return { kind: 'refused', target, refusal: never };
  const read = await readLive(transport, target, signal);
  if (read.kind === 'refused') return { kind: 'refused', target, refusal: read.refusal };
  const live = read.kind === 'found' ? read.object : undefined;
  if (live !== undefined && asMap(live['metadata'])['deletionTimestamp'] !== undefined) {
    return { kind: 'refused', target, refusal: beingDeleted(live) };
  }
  const moved = movedFrom(intent, live);
  if (moved !== undefined) return { kind: 'moved', target, moved };
  if (intent.action === 'delete' && live === undefined) return { kind: 'absent', target };
  const owners = live === undefined ? [] : ownersOf(live);
  return { kind: 'step', step: { intent, target, owners, ...requestOf(intent, live, method) } };
}

/** The live object; `absent` where there is none of its name. */
export async function readLive(
  transport: Transport,
  target: ApplyTarget,
  signal: AbortSignal,
): Promise<
  | { readonly kind: 'found'; readonly object: JsonMap }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
> {
  try {
    const answer = await askApi(transport, { method: 'GET', path: objectPath(target) }, signal);
    if (answer.status === 404) return { kind: 'absent' };
    if (!isSuccess(answer)) return { kind: 'refused', refusal: refusalOf(answer, target) };
    // A proxy's own page would otherwise count as an object without fields.
    if (versionOf(answer.body) === undefined) {
      const why = 'The answer is no object: the address may not be that of an API server.';
      return { kind: 'refused', refusal: { kind: 'unavailable', why, faults: [] } };
    }
    return { kind: 'found', object: answer.body };
  } catch (error) {
    return { kind: 'refused', refusal: lostRefusal(lostRequest(error)) };
  }
}

export function versionOf(object: JsonMap): ObjectVersion | undefined {
  const { uid, resourceVersion } = asMap(object['metadata']);
  return typeof uid === 'string' && typeof resourceVersion === 'string' ? { uid, resourceVersion } : undefined;
}

/** What is never done, whatever the server would say. */
function neverDone({ action, target }: ApplyIntent): Refusal | undefined {
  const why =
    target.name === ''
      ? 'An object without a name cannot be applied.'
      : target.kind === 'NetworkPolicy' && target.namespace === ''
        ? 'A NetworkPolicy is applied to a namespace, and none is given.'
        : action === 'delete' && target.kind === 'Namespace'
          ? 'A namespace is never deleted: everything in it would go with it.'
          : undefined;
  return why === undefined ? undefined : { kind: 'never', why, faults: [] };
}

function beingDeleted(live: JsonMap): Refusal {
  const finalizers = asList(asMap(live['metadata'])['finalizers']).map((name) => plainText(asString(name)));
  const held = finalizers.length === 0 ? '' : ` and waits for ${finalizers.join(', ')}`;
  return { kind: 'unavailable', why: `The object is being deleted${held}.`, faults: [] };
}

/** A rollback meets another state than the one it was made for. */
function movedFrom(intent: ApplyIntent, live: JsonMap | undefined): Moved | undefined {
  const expected = intent.action === 'apply' ? undefined : intent.expected;
  if (expected === undefined) return undefined;
  if (expected === 'absent') return live === undefined ? undefined : { how: 'made', by: managersOf(live) };
  if (live === undefined) return intent.action === 'delete' ? undefined : { how: 'gone', by: [] };
  const now = versionOf(live);
  if (now?.uid === expected.uid && now.resourceVersion === expected.resourceVersion) return undefined;
  return { how: now?.uid === expected.uid ? 'changed' : 'replaced', by: managersOf(live) };
}

type Request = Pick<PlannedStep, 'change' | 'verb' | 'live' | 'sent' | 'notSent'>;

function requestOf(intent: ApplyIntent, live: JsonMap | undefined, method: ApplyMethod): Request {
  if (intent.action === 'delete') {
    return { change: 'delete', verb: 'delete', ...(live !== undefined && { live }), notSent: [] };
  }
  if (intent.action === 'restore') return restoring(intent.target, intent.previous, live);
  const { target, document } = intent;
  const named = withIdentity(target, document);
  if (live === undefined) {
    const { object, notSent } = newObject(named);
    return { change: 'create', verb: 'create', sent: object, notSent };
  }
  return method === 'serverSideApply' && target.kind === 'NetworkPolicy' && isSpecOurs(live)
    ? applying(target, named, live)
    : replacing(target, named, live);
}

/** The document's spec as it is; a Namespace's spec is the server's business. */
function replacing(target: ApplyTarget, document: JsonMap, live: JsonMap): Request {
  const { metadata, notSent } = mergedMetadata(document, live);
  const { status: _status, ...rest } = document;
  const spec = target.kind === 'Namespace' ? live['spec'] : document['spec'];
  const ignored = [
    ...(document['status'] === undefined ? [] : ['status']),
    ...(target.kind === 'Namespace' && document['spec'] !== undefined ? ['spec'] : []),
  ];
  const sent = { ...rest, metadata: metadata as never, ...(spec === undefined ? {} : { spec }) };
  return { change: 'replace', verb: 'update', live, sent, notSent: [...notSent, ...ignored] };
}

function applying(target: ApplyTarget, document: JsonMap, live: JsonMap): Request {
  const { object, notSent } = newObject(document);
  const { finalizers, ownerReferences, ...metadata } = asMap(object['metadata']);
  const ignored = [
    ...(finalizers === undefined ? [] : ['metadata.finalizers']),
    ...(ownerReferences === undefined ? [] : ['metadata.ownerReferences']),
  ];
  const spec = asMap(object['spec']);
  const sent = withIdentity(target, {
    ...object,
    metadata: { ...metadata, ...versionOf(live) },
    // What the server once filled in stays where an apply does not name it: a rule's direction without its rules.
    spec: { ...spec, policyTypes: defaultedSpec(spec)['policyTypes'] ?? [] },
  });
  return { change: 'replace', verb: 'apply', live, sent, notSent: [...notSent, ...ignored] };
}

/** Spec, labels and annotations as they were; what else the object has stays. */
function restoring(target: ApplyTarget, previous: JsonMap, live: JsonMap | undefined): Request {
  const { labels, annotations } = asMap(previous['metadata']);
  const kept = { ...(labels !== undefined && { labels }), ...(annotations !== undefined && { annotations }) };
  const spec = target.kind === 'Namespace' && live !== undefined ? live['spec'] : previous['spec'];
  const withSpec = spec === undefined || (target.kind === 'Namespace' && live === undefined) ? {} : { spec };
  if (live === undefined) {
    const sent = withIdentity(target, { metadata: kept, ...withSpec });
    return { change: 'create', verb: 'create', sent, notSent: [] };
  }
  const { managedFields: _managed, labels: _labels, annotations: _annotations, ...stays } = asMap(live['metadata']);
  const sent = withIdentity(target, { metadata: { ...stays, ...kept }, ...withSpec });
  return { change: 'replace', verb: 'update', live, sent, notSent: [] };
}

function withIdentity(target: ApplyTarget, object: JsonMap): JsonMap {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object;
  const { name: _name, namespace: _namespace, ...others } = asMap(metadata);
  const place = target.namespace === '' ? { name: target.name } : { name: target.name, namespace: target.namespace };
  return {
    apiVersion: apiVersionOf(resourceOf(target)),
    kind: target.kind,
    metadata: { ...place, ...others },
    ...rest,
  };
}
