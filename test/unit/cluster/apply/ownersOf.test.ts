import { describe, expect, test } from 'vitest';
import { ownersOf } from '../../../../server/src/cluster/apply/ownersOf.ts';
import type { JsonMap } from '../../../../server/src/syntax/objects/jsonAccess.ts';

interface Marks {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly managers?: readonly string[];
}

function object({ labels = {}, annotations = {}, managers = [] }: Marks): JsonMap {
  const managedFields = managers.map((manager) => ({ manager, operation: 'Apply', fieldsV1: { 'f:spec': {} } }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'db', namespace: 'shop', labels, annotations, managedFields },
  };
}

const TRACKING = 'argocd.argoproj.io/tracking-id';

const CASES: readonly (readonly [what: string, marks: Marks, owners: readonly string[]])[] = [
  ['nobody', {}, []],
  ['an instance label proves nothing', { labels: { 'app.kubernetes.io/instance': 'shop' }, managers: ['kubectl'] }, []],
  [
    'Argo CD by the annotation that names the object',
    { annotations: { [TRACKING]: 'shop-prod:networking.k8s.io/NetworkPolicy:shop/db' } },
    ['Argo CD: Application /shop-prod'],
  ],
  [
    'Argo CD with applications in any namespace',
    { annotations: { [TRACKING]: 'team-a_shop:networking.k8s.io/NetworkPolicy:shop/db' } },
    ['Argo CD: Application team-a/shop'],
  ],
  [
    'an annotation that was copied from another object proves nothing',
    { annotations: { [TRACKING]: 'shop-prod:networking.k8s.io/NetworkPolicy:shop/web' } },
    [],
  ],
  [
    'Argo CD by a label and its controller',
    { labels: { 'app.kubernetes.io/instance': 'shop-prod' }, managers: ['argocd-controller'] },
    ['Argo CD: Application /shop-prod'],
  ],
  [
    'Argo CD by its controller alone, of an application that is not known',
    { managers: ['openshift-gitops-argocd-application-controller'] },
    ['Argo CD: Application /'],
  ],
  ['a person in the web interface of Argo CD is no owner', { managers: ['argocd-server'] }, []],
  [
    'Flux by its kustomize controller',
    { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' } },
    ['Flux: Kustomization flux-system/apps'],
  ],
  [
    'Flux was told to leave it',
    {
      labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' },
      annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' },
    },
    [],
  ],
  [
    'Flux by its helm controller, and Helm with it',
    {
      labels: {
        'helm.toolkit.fluxcd.io/name': 'db',
        'helm.toolkit.fluxcd.io/namespace': 'shop',
        'app.kubernetes.io/managed-by': 'Helm',
      },
      annotations: { 'meta.helm.sh/release-name': 'db', 'meta.helm.sh/release-namespace': 'shop' },
    },
    ['Flux: HelmRelease shop/db', 'Helm: release shop/db'],
  ],
  ['a label that says Helm proves nothing', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }, []],
];

describe('owners of an object', () => {
  test.each(CASES)('%s', (_what, marks, owners) => {
    expect(
      ownersOf(object(marks)).map(({ by, holder }) => `${by}: ${holder.kind} ${holder.namespace}/${holder.name}`),
    ).toEqual(owners);
  });
});
