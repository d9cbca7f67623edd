import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  contentHash,
  identityOfObject,
  withoutManagedFields,
  type JsonObject,
} from '../../../server/src/guard/guardedObject.ts';
import type { GuardedObject } from '../../../server/src/guard/guardRecord.ts';
import { rollBackObject, type Tried } from '../../../server/src/guard/rollBackObject.ts';
import { openSession } from '../../../server/src/cluster/session.ts';
import { systemClock } from '../../../server/src/cluster/clock.ts';
import type { ApplyTarget } from '../../../server/src/workspace/apply/clusterApply.ts';
import type { ClusterSession } from '../../../server/src/workspace/clusterSession.ts';
import { policySession } from '../../support/policySession.ts';
import { PolicyServer, refuse } from '../../support/policyServer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const place = temporaryFolder('roll-back');
let server: PolicyServer;
let session: ClusterSession;
beforeAll(async () => {
  server = await PolicyServer.start();
  const opened = await openSession(await policySession(server, place.path), systemClock);
  if (!opened.ok) throw new Error(opened.problem);
  ({ session } = opened);
});
afterEach(() => {
  server.intercept = () => 'pass';
  server.requests.length = 0;
  server.remove('web');
});
afterAll(async () => {
  session.close();
  await server.stop();
  place.remove();
});

const REF: ApplyTarget = { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' };
const OPEN = { podSelector: {}, ingress: [{}] };
const CLOSED = { podSelector: {} };
const OTHER = { podSelector: { matchLabels: { app: 'web' } } };
const plain = (object: unknown): JsonObject => JSON.parse(JSON.stringify(object)) as JsonObject;
const tryIt = (object: GuardedObject): Promise<Tried> => rollBackObject((request) => session.request(request), object);

/** A policy that was open and that we have closed. */
function replaced(): GuardedObject {
  const before = plain(server.put('web', OPEN, { labels: { team: 'a' } }));
  const after = plain(server.put('web', CLOSED, { labels: { team: 'b' }, annotations: { by: 'us' } }, 'bulkhead'));
  return {
    ref: REF,
    change: 'replace',
    before: withoutManagedFields(before),
    intendedHash: contentHash(after),
    written: writtenAs(after),
  };
}

function created(): GuardedObject {
  const after = plain(server.put('web', CLOSED, {}, 'bulkhead'));
  return { ref: REF, change: 'create', intendedHash: contentHash(after), written: writtenAs(after) };
}

function deleted(): GuardedObject {
  const before = plain(server.put('web', OPEN, { labels: { team: 'a' } }));
  server.remove('web');
  return { ref: REF, change: 'delete', before: withoutManagedFields(before), written: writtenAs(before) };
}

function writtenAs(object: JsonObject) {
  return { ...identityOfObject(object), hash: contentHash(object), at: new Date().toISOString() };
}

function unanswered(object: GuardedObject): GuardedObject {
  const { written: _, ...rest } = object;
  return rest;
}

describe('an object that stands as we wrote it', () => {
  it('gets back its spec, labels and annotations, and keeps what others own of it', async () => {
    const object = replaced();
    const ownerReferences = [{ kind: 'App', name: 'shop' }];
    server.put('web', CLOSED, { labels: { team: 'b' }, annotations: { by: 'us' }, ownerReferences }, 'bulkhead');
    const tried = await tryIt(object);
    const { uid, resourceVersion } = server.get('web')?.metadata ?? {};
    expect(tried).toMatchObject({
      outcome: { result: 'restored', nowHash: contentHash(object.before ?? {}), left: { uid, resourceVersion } },
    });
    expect(server.get('web')).toMatchObject({ spec: OPEN, metadata: { labels: { team: 'a' }, ownerReferences } });
    expect(server.get('web')?.metadata.annotations).toBeUndefined();
  });

  it('is deleted where we made it, and made again where we deleted it', async () => {
    const made = created();
    const left = { uid: made.written?.uid };
    expect(await tryIt(made)).toMatchObject({ outcome: { result: 'deleted', nowHash: null, left } });
    expect(server.get('web')).toBeUndefined();
    expect(await tryIt(deleted())).toMatchObject({ outcome: { result: 'recreated' } });
    expect(server.get('web')).toMatchObject({ spec: OPEN, metadata: { labels: { team: 'a' } } });
  });

  it('is known by its content where the answer to our request was lost', async () => {
    expect(await tryIt(unanswered(replaced()))).toMatchObject({ outcome: { result: 'restored' } });
    server.remove('web');
    expect(await tryIt(unanswered(created()))).toMatchObject({ outcome: { result: 'deleted' } });
    expect(await tryIt(unanswered(deleted()))).toMatchObject({ outcome: { result: 'recreated' } });
  });

  it('is written only after the server has tried the same request', async () => {
    await tryIt(replaced());
    const writes = server.requests.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, isDryRun }) => [method, isDryRun])).toEqual([
      ['PUT', true],
      ['PUT', false],
    ]);
  });

  it('is written untried where a webhook has no dry run', async () => {
    const object = replaced();
    server.intercept = ({ isDryRun }) =>
      isDryRun
        ? (response) => refuse(response, 400, 'BadRequest', 'admission webhook "a" does not support dry run')
        : 'pass';
    expect(await tryIt(object)).toMatchObject({ outcome: { result: 'restored' } });
  });
});

describe('an object that somebody else has changed is left alone', () => {
  it.each<readonly [what: string, make: () => GuardedObject, meanwhile: () => void, outcome: object]>([
    [
      'its spec',
      replaced,
      () => server.put('web', OTHER, {}, 'argocd'),
      { why: { kind: 'changed' }, by: { manager: 'argocd' } },
    ],
    [
      'only a label',
      replaced,
      () => server.put('web', CLOSED, { labels: { team: 'x' } }, 'helm'),
      { why: { kind: 'changed' }, by: { manager: 'helm' } },
    ],
    ['deleted', replaced, () => server.remove('web'), { why: { kind: 'deleted' }, nowHash: null }],
    [
      'deleted and made anew',
      replaced,
      () => {
        server.remove('web');
        server.put('web', CLOSED, {}, 'flux');
      },
      { why: { kind: 'replaced' }, by: { manager: 'flux' } },
    ],
    [
      'one that we made',
      created,
      () => server.put('web', OTHER, {}, 'kubectl'),
      { why: { kind: 'changed' }, by: { manager: 'kubectl' } },
    ],
    [
      'one that we deleted was made anew',
      deleted,
      () => server.put('web', OTHER, {}, 'kubectl'),
      { why: { kind: 'replaced' } },
    ],
  ])('%s', async (_what, make, meanwhile, outcome) => {
    const object = make();
    meanwhile();
    const now = server.get('web');
    expect(await tryIt(object)).toMatchObject({ outcome: { result: 'leftAlone', ...outcome } });
    expect(server.get('web')).toEqual(now);
    expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('also where that happens between our look and our request', async () => {
    const object = replaced();
    server.intercept = ({ method, isDryRun }) => {
      if (method === 'PUT' && !isDryRun) server.put('web', OTHER, {}, 'rival');
      return 'pass';
    };
    expect(await tryIt(object)).toMatchObject({ outcome: { result: 'leftAlone', by: { manager: 'rival' } } });
    expect(server.get('web')?.spec).toEqual(OTHER);
  });

  it('also a Namespace that we made, since all in it would go', async () => {
    const namespace = { metadata: { name: 'new', uid: 'u', resourceVersion: '1' }, spec: {} };
    const written = writtenAs(plain(namespace));
    const object: GuardedObject = { ref: { kind: 'Namespace', namespace: '', name: 'new' }, change: 'create', written };
    const send = () => Promise.resolve({ ok: true as const, body: { ...plain(namespace) } });
    expect(await rollBackObject(send, object)).toMatchObject({
      outcome: { result: 'leftAlone', why: { kind: 'namespace' } },
    });
  });
});

describe('an object that need not be put back', () => {
  it.each<readonly [what: string, make: () => GuardedObject, meanwhile: () => void, result: string]>([
    ['restored by somebody', replaced, () => server.put('web', OPEN, { labels: { team: 'a' } }), 'alreadyBack'],
    ['made by us and deleted by somebody', created, () => server.remove('web'), 'alreadyBack'],
    ['made again by somebody', deleted, () => server.put('web', OPEN, { labels: { team: 'a' } }), 'alreadyBack'],
    [
      'never written',
      () => unanswered(replaced()),
      () => server.put('web', OPEN, { labels: { team: 'a' } }),
      'notWritten',
    ],
    ['never made', () => unanswered(created()), () => server.remove('web'), 'notWritten'],
    ['refused by the server', () => ({ ...unanswered(replaced()), notWritten: true }), () => undefined, 'notWritten'],
  ])('%s', async (_what, make, meanwhile, result) => {
    const object = make();
    meanwhile();
    expect(await tryIt(object)).toMatchObject({ outcome: { result } });
    expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('never deleted: it still has the uid it had', async () => {
    const before = plain(server.put('web', OPEN));
    expect(await tryIt({ ref: REF, change: 'delete', before })).toMatchObject({ outcome: { result: 'notWritten' } });
  });
});

describe('what decides nothing is tried again', () => {
  it.each<readonly [what: string, status: number, reason: string, kind: string]>([
    ['a server that is overloaded', 503, 'ServiceUnavailable', 'unreachable'],
    ['a right that is missing', 403, 'Forbidden', 'forbidden'],
    ['a login that is not accepted', 401, 'Unauthorized', 'login'],
    ['an admission that refuses', 422, 'Invalid', 'refused'],
  ])('%s', async (_what, status, reason, kind) => {
    const object = replaced();
    server.intercept = () => (response) => refuse(response, status, reason, 'no');
    expect(await tryIt(object)).toMatchObject({ again: { kind } });
  });

  it('a page of a gateway that says 404 and knows nothing of the object', async () => {
    const object = created();
    server.intercept = () => (response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
    expect(await tryIt(object)).toMatchObject({ again: { kind: 'unreachable' } });
  });

  it('an answer that is another object', async () => {
    const object = replaced();
    server.intercept = () => (response) => response.end('{"status":"ok"}');
    expect(await tryIt(object)).toMatchObject({ again: { kind: 'unreachable' } });
  });
});
