/** What becomes of a request that the server, or something before it, answers oddly. */
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../../server/src/cluster/apiFault.ts';
import { clusterApply } from '../../../../server/src/cluster/apply/clusterApply.ts';
import type {
  ApplyIntent,
  ClusterApply,
  Preview,
  SendOutcome,
} from '../../../../server/src/workspace/apply/clusterApply.ts';
import { FakeApi, type FakeRequest } from '../../../support/fakeApi.ts';

const PATH = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const TARGET = { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' } as const;
const SPEC = { podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] };
const APPLYING: ApplyIntent = { action: 'apply', target: TARGET, document: { metadata: { name: 'web' }, spec: SPEC } };

/** The object in one of its versions. */
function stored(version: string, spec: object, manager: string, uid = 'u'): object {
  const managedFields = [{ manager, operation: 'Update', time: version, fieldsV1: { 'f:spec': { 'f:ingress': {} } } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace: 'shop', uid, resourceVersion: version, managedFields },
    spec,
  };
}

const BEFORE = stored('1', { podSelector: {}, policyTypes: ['Ingress'] }, 'kubectl');
const OURS = stored('2', SPEC, 'bulkhead');

function api(): { readonly fake: FakeApi; readonly apply: ClusterApply } {
  const fake = new FakeApi();
  const { signal } = new AbortController();
  const parts = { transport: () => Promise.resolve(fake.transport), kubeconfigUser: () => 'eve', signal };
  return { fake, apply: clusterApply(parts) };
}

/** Plans and tries the change of an object that is there. */
async function previewed(fake: FakeApi, apply: ClusterApply): Promise<Preview> {
  const plan = apply.plan(APPLYING);
  (await fake.next()).answer(BEFORE);
  const planned = await plan;
  if (planned.kind !== 'step') throw new Error(planned.kind);
  const trial = apply.dryRun(planned.step);
  (await fake.next()).answer(stored('1', SPEC, 'bulkhead'));
  const tried = await trial;
  if (tried.kind !== 'preview') throw new Error(tried.kind);
  return tried.preview;
}

/** Up to the request that writes it. */
async function sending(): Promise<{ fake: FakeApi; write: FakeRequest; outcome: Promise<SendOutcome> }> {
  const { fake, apply } = api();
  const outcome = apply.send(await previewed(fake, apply));
  return { fake, write: await fake.next(), outcome };
}

type Answer = (request: FakeRequest) => void;

const cut: Answer = (request) => request.cut();
const status =
  (code: number, message = 'no'): Answer =>
  (request) =>
    request.refuse(code, message);
const object =
  (value: object): Answer =>
  (request) =>
    request.answer(value);

const CASES: readonly (readonly [what: string, write: Answer, readBack: Answer | undefined, outcome: object])[] = [
  ['taken', object(OURS), undefined, { kind: 'applied', applied: { before: BEFORE, after: OURS } }],
  [
    'taken, and made something else of',
    object(stored('2', { podSelector: {}, policyTypes: ['Ingress'] }, 'bulkhead')),
    undefined,
    { kind: 'altered', applied: { mutated: ['spec.ingress'] } },
  ],
  ['cut off, and it was written', cut, object(OURS), { kind: 'applied', applied: { readBack: true } }],
  [
    'cut off, and it is not written so far',
    cut,
    object(BEFORE),
    { kind: 'uncertain', why: expect.stringContaining('whether the request still arrives is not known') },
  ],
  ['cut off, and nobody can be asked', cut, cut, { kind: 'uncertain', why: expect.stringContaining('is not known') }],
  ['cut off, and it has gone', cut, status(404), { kind: 'moved', moved: { how: 'gone' } }],
  [
    'cut off, and others have written since',
    cut,
    object(stored('3', { podSelector: {}, egress: [{}] }, 'rival')),
    { kind: 'moved', moved: { how: 'changed', by: ['rival'] } },
  ],
  ['a time limit of the server, and it was written', status(504), object(OURS), { kind: 'applied' }],
  ['a time limit of the server, and it was not', status(504), object(BEFORE), { kind: 'refused' }],
  [
    'a page of a proxy, and it was not written',
    (request) => {
      request.send('<html>sign in</html>');
      request.end();
    },
    object(BEFORE),
    { kind: 'uncertain' },
  ],
  [
    'a webhook that cannot be asked, which writes nothing',
    status(500, 'Internal error occurred: failed calling webhook "w.example.com": context deadline exceeded'),
    undefined,
    { kind: 'refused', refusal: { kind: 'admission', by: ['w.example.com'] } },
  ],
  [
    'too many requests',
    (request) => request.refuse(429, 'slow down', { 'retry-after': '7' }),
    undefined,
    { kind: 'refused', refusal: { kind: 'unavailable', retryAfterMs: 7_000 } },
  ],
  ['a login that has ended', status(401), undefined, { kind: 'refused', refusal: { kind: 'login' } }],
];

describe('a change that is answered with', () => {
  test.each(CASES)('%s', async (_what, answer, readBack, expected) => {
    const { fake, write, outcome } = await sending();
    expect(write.line).toBe(`PUT ${PATH}/web?fieldManager=bulkhead&fieldValidation=Strict`);
    answer(write);
    if (readBack !== undefined) {
      const read = await fake.next();
      expect(read.line).toBe(`GET ${PATH}/web`);
      readBack(read);
    }
    expect(await outcome).toMatchObject(expected);
    expect(fake.pending).toEqual([]);
  });
});

test('a request that never reached the server is not asked about', async () => {
  const { fake, apply } = api();
  let reachable = true;
  const unreachable = new ApiError({ kind: 'unavailable', why: 'refuses the connection.', unsent: true });
  const flaky = clusterApply({
    transport: () => Promise.resolve((request) => (reachable ? fake.transport(request) : Promise.reject(unreachable))),
    kubeconfigUser: () => 'eve',
    signal: new AbortController().signal,
  });
  const preview = await previewed(fake, flaky);
  // A preview of one connection means nothing to another.
  expect(await apply.send(preview)).toMatchObject({ kind: 'refused', refusal: { kind: 'never' } });
  reachable = false;
  expect(await flaky.send(preview)).toMatchObject({
    kind: 'refused',
    refusal: { kind: 'unavailable', why: 'refuses the connection.' },
  });
  expect(fake.requests).toHaveLength(2);
});

test('without a connection everything says why, and nothing rejects', async () => {
  const apply = clusterApply({
    transport: () => Promise.resolve({ problem: 'There is no context prod.' }),
    kubeconfigUser: () => 'eve',
    signal: new AbortController().signal,
  });
  expect(await apply.plan(APPLYING)).toMatchObject({ refusal: { kind: 'login', why: 'There is no context prod.' } });
  expect(await apply.identity()).toEqual({ user: 'eve', groups: [], from: 'kubeconfig' });
  expect(await apply.rights([{ verb: 'get', resource: 'pods', group: '' }])).toMatchObject([{ allowed: 'unknown' }]);
});
