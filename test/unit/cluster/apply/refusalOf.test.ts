import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../../../server/src/cluster/apply/refusalOf.ts';

const TARGET = { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' } as const;

/** Answers as servers and admission plug-ins give them. */
const CASES: readonly (readonly [what: string, status: number, body: object, refusal: object])[] = [
  [
    'a login that has ended',
    401,
    { message: 'Unauthorized' },
    { kind: 'login', why: 'The server did not accept the login (401).' },
  ],
  [
    'a webhook that refuses',
    400,
    { message: 'admission webhook "policy.example.com" denied the request: no wildcard egress' },
    {
      kind: 'admission',
      by: ['policy.example.com'],
      why: 'The admission webhook policy.example.com refuses it: no wildcard egress.',
    },
  ],
  [
    'a webhook that does not answer',
    500,
    {
      reason: 'InternalError',
      message:
        'Internal error occurred: failed calling webhook "policy.example.com": failed to call webhook: Post "https://w.example.svc:443/": context deadline exceeded',
    },
    { kind: 'admission', by: ['policy.example.com'], why: expect.stringContaining('context deadline exceeded') },
  ],
  [
    'a quota, whose name and kind are known to whoever asked',
    403,
    {
      message:
        'networkpolicies.networking.k8s.io "web" is forbidden: exceeded quota: policies, requested: count/networkpolicies.networking.k8s.io=1',
    },
    {
      kind: 'forbidden',
      why: 'exceeded quota: policies, requested: count/networkpolicies.networking.k8s.io=1.',
    },
  ],
  [
    'a namespace that is being deleted',
    403,
    {
      message:
        'networkpolicies "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    },
    { kind: 'namespaceTerminating', why: 'Namespace shop is being deleted: nothing can be created in it.' },
  ],
  [
    'a namespace that is not there',
    404,
    { message: 'namespaces "shop" not found', details: { kind: 'namespaces', name: 'shop' } },
    { kind: 'namespaceMissing' },
  ],
  [
    'a right that is missing in the whole cluster',
    403,
    {
      message:
        'namespaces is forbidden: User "eve" cannot create resource "namespaces" in API group "" at the cluster scope',
    },
    {
      kind: 'forbidden',
      why: 'The right to create namespaces in the whole cluster is missing.',
      missing: { verb: 'create', resource: 'namespaces', group: '' },
    },
  ],
  [
    'fields of another manager',
    409,
    {
      message: 'Apply failed with 1 conflict: conflict with "helm": .spec.ingress',
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "helm"', field: '.spec.ingress' }],
      },
    },
    {
      kind: 'fieldConflict',
      by: ['helm'],
      why: 'The fields are written by helm.',
      faults: [{ path: 'spec.ingress', message: 'conflict with "helm"' }],
    },
  ],
  [
    'too many requests',
    429,
    { message: 'too many requests, please try again later' },
    { kind: 'unavailable', why: 'The server answered 429: too many requests, please try again later.' },
  ],
  ['no words at all', 500, {}, { kind: 'unavailable', why: 'The server answered 500: It gives no reason.' }],
  [
    'hostile words',
    422,
    { message: '\u001b[2Jspec\u202e', details: { causes: [{ field: 7, message: 'a\nb' }, null] } },
    {
      kind: 'invalid',
      why: '[2Jspec.',
      faults: [
        { path: '', message: 'a b' },
        { path: '', message: '' },
      ],
    },
  ],
];

describe('what a refusing answer says', () => {
  test.each(CASES)('%s', (_what, status, body, refusal) => {
    expect(refusalOf({ status, body: body as never, warnings: [] }, TARGET)).toMatchObject(refusal);
  });

  test('how long the server asks to wait is kept', () => {
    expect(refusalOf({ status: 429, body: {}, warnings: [], retryAfterMs: 3_000 }, TARGET).retryAfterMs).toBe(3_000);
  });
});
