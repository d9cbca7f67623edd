import { describe, expect, test } from 'vitest';
import { readSelfHeal } from '../../../../server/src/cluster/apply/readSelfHeal.ts';
import type { Owner, SelfHeal } from '../../../../server/src/workspace/apply/clusterApply.ts';
import { FakeApi } from '../../../support/fakeApi.ts';

function owner(kind: string, namespace: string): Owner {
  const by = kind === 'Application' ? 'Argo CD' : kind === 'release' ? 'Helm' : 'Flux';
  return { by, holder: { kind, name: 'shop', namespace }, evidence: '' };
}

const ARGO = '/apis/argoproj.io/v1alpha1';

/** What the server answers to each request, in order; a number is a refusal. */
const CASES: readonly (readonly [
  what: string,
  owner: Owner,
  answers: readonly (readonly [line: string, answer: object | number])[],
  state: SelfHeal['state'],
])[] = [
  [
    'Argo CD with self-heal',
    owner('Application', ''),
    [[`GET ${ARGO}/namespaces/argocd/applications/shop`, { spec: { syncPolicy: { automated: { selfHeal: true } } } }]],
    'on',
  ],
  [
    'Argo CD without, found in a namespace of its own',
    owner('Application', ''),
    [
      [`GET ${ARGO}/namespaces/argocd/applications/shop`, 404],
      [
        `GET ${ARGO}/applications?fieldSelector=metadata.name=shop&limit=2`,
        { items: [{ spec: { syncPolicy: { automated: {} } } }] },
      ],
    ],
    'off',
  ],
  [
    'two applications of that name',
    owner('Application', ''),
    [
      [`GET ${ARGO}/namespaces/argocd/applications/shop`, 403],
      [`GET ${ARGO}/applications?fieldSelector=metadata.name=shop&limit=2`, { items: [{}, {}] }],
    ],
    'unknown',
  ],
  [
    'an application that may not be read',
    owner('Application', 'team'),
    [[`GET ${ARGO}/namespaces/team/applications/shop`, 403]],
    'unknown',
  ],
  [
    'Flux',
    owner('Kustomization', 'flux-system'),
    [
      [
        'GET /apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/shop',
        { spec: { interval: '10m0s' } },
      ],
    ],
    'on',
  ],
  [
    'Flux, suspended',
    owner('Kustomization', 'flux-system'),
    [
      [
        'GET /apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/shop',
        { spec: { suspend: true } },
      ],
    ],
    'off',
  ],
  [
    'a HelmRelease that only warns of drift',
    owner('HelmRelease', 'shop'),
    [
      [
        'GET /apis/helm.toolkit.fluxcd.io/v2/namespaces/shop/helmreleases/shop',
        { spec: { driftDetection: { mode: 'warn' } } },
      ],
    ],
    'off',
  ],
  ['Helm alone', owner('release', 'shop'), [], 'off'],
];

describe('whether an owner puts an object back', () => {
  test.each(CASES)('%s', async (_what, who, answers, state) => {
    const api = new FakeApi();
    const asked = readSelfHeal(api.transport, who, new AbortController().signal);
    for (const [line, answer] of answers) {
      const request = await api.next();
      expect(request.line).toBe(line);
      if (typeof answer === 'number') request.refuse(answer, 'no');
      else request.answer(answer);
    }
    expect((await asked).state).toBe(state);
  });
});
