import { describe, expect, test } from 'vitest';
import { readSnapshot } from '../../../server/src/workspace/snapshotFile.ts';
import type { SourceState } from '../../../server/src/workspace/clusterSource.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../server/src/model/cluster.ts';
import { EMPTY_TABLE } from '../../../server/src/workspace/objectTable.ts';
import { compileUniverse, overlaidParts } from '../../../server/src/workspace/universe.ts';
import { workloadId } from '../../../server/src/model/workload.ts';

const object = (kind: string, apiVersion: string, name: string, more: object = {}, namespace = 'shop') => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  ...more,
});
const pod = (name: string, more: object = {}) => object('Pod', 'v1', name, more);
const policy = (name: string, spec: object = { podSelector: {} }) =>
  object('NetworkPolicy', 'networking.k8s.io/v1', name, { spec });
const deployment = (name: string, replicas = 1) =>
  object('Deployment', 'apps/v1', name, { spec: { replicas, template: { metadata: { labels: { app: name } } } } });
const configMap = (name: string, data: object): object => object('ConfigMap', 'v1', name, { data }, 'kube-system');
const list = (...items: readonly object[]) => ({ apiVersion: 'v1', kind: 'List', items });

function read(value: object | string): SourceState {
  const { state } = readSnapshot(typeof value === 'string' ? value : JSON.stringify(value));
  if (state === undefined) throw new Error('the snapshot holds nothing');
  return state;
}
const shop = (value: object | string) => read(value).contents.get('shop');
const pods = (value: object | string): string[] =>
  (shop(value)?.pods ?? []).map(({ workload, count }) => `${workloadId(workload)} ×${count}`);

describe('the network plug-in', () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' } };
  const flannel = object('DaemonSet', 'apps/v1', 'kube-flannel-ds', { spec: { template: {} } }, 'kube-flannel');

  test.each<[name: string, objects: readonly object[], expected: object]>([
    [
      'Cilium, by its ConfigMap',
      [object('DaemonSet', 'apps/v1', 'cilium', {}, 'kube-system'), configMap('cilium-config', {})],
      { enforces: 'yes', plugins: [{ id: 'cilium', ipBlockPods: 'never' }] },
    ],
    [
      'Cilium that enforces nothing',
      [
        object('DaemonSet', 'apps/v1', 'cilium', {}, 'kube-system'),
        configMap('cilium-config', { 'enable-policy': 'never' }),
      ],
      { plugins: [{ id: 'cilium', enforces: 'no' }] },
    ],
    [
      'Cilium without it',
      [object('DaemonSet', 'apps/v1', 'cilium', {}, 'kube-system')],
      { enforces: 'unknown', plugins: [{ id: 'cilium', ipBlockPods: 'unknown' }] },
    ],
    [
      'OpenShift SDN, by its ClusterNetwork',
      [
        object('DaemonSet', 'apps/v1', 'sdn', {}, 'openshift-sdn'),
        object('Network', 'config.openshift.io/v1', 'cluster', { status: { networkType: 'OpenShiftSDN' } }),
        object('ClusterNetwork', 'network.openshift.io/v1', 'default', { pluginName: 'redhat/openshift-ovs-subnet' }),
      ],
      { plugins: [{ id: 'openshift-sdn', enforces: 'no' }] },
    ],
  ])('is told by the objects that decide, where kubectl wrote them: %s', (_, objects, expected) => {
    expect(read(list(...objects)).plugins).toMatchObject(expected);
  });

  test('is told by DaemonSets and Nodes in kubectl’s output', () => {
    expect(read(list(node, flannel)).plugins).toMatchObject({ enforces: 'no', plugins: [{ id: 'flannel' }] });
    expect(read(list(flannel)).plugins).toMatchObject({ enforces: 'unknown' });
  });

  test('is not known of output without DaemonSets', () => {
    expect(read(list(node, pod('web-1'))).plugins).toBeUndefined();
  });
});

describe('policies of other APIs are not evaluated:', () => {
  const authorization = (namespace: string) =>
    object('AuthorizationPolicy', 'security.istio.io/v1', 'a', {}, namespace);
  const unreadable = (value: object): string[] => {
    const { cluster } = compileUniverse(overlaidParts(read(value), [], EMPTY_TABLE), DEFAULT_ENGINE_OPTIONS);
    return cluster.unreadable.map(
      ({ namespace, direction, layer, why }) => `${namespace} ${direction} ${layer}: ${why}`,
    );
  };

  test('what a mesh authorizes may refuse what arrives in its namespace', () => {
    expect(unreadable(list(pod('web-1'), authorization('shop')))).toEqual([
      'shop ingress mesh: AuthorizationPolicy shop/a is not evaluated',
    ]);
  });

  test('each kind is named once, however many there are', () => {
    const policies = ['web', 'db', 'api'].map((name) => object('CiliumNetworkPolicy', 'cilium.io/v2', name));
    expect(unreadable(list(pod('web-1'), ...policies, authorization('shop')))).toEqual([
      'shop undefined undefined: CiliumNetworkPolicy shop/web and 2 more of its kind are not evaluated',
      'shop ingress mesh: AuthorizationPolicy shop/a is not evaluated',
    ]);
  });

  test('in the root namespace of Istio it may do so everywhere', () => {
    expect(unreadable(list(pod('web-1'), authorization('istio-system')))).toEqual([
      '* ingress mesh: AuthorizationPolicy istio-system/a is not evaluated',
    ]);
  });

  test('other objects of its API count for nothing', () => {
    expect(unreadable(list(pod('web-1'), object('PeerAuthentication', 'security.istio.io/v1', 'a')))).toEqual([]);
  });
});

describe('what kubectl writes is read:', () => {
  test('a list of mixed kinds', () => {
    const contents = shop(list(pod('web-1'), policy('deny'), object('Service', 'v1', 'web', { spec: { ports: [] } })));
    expect(contents).toMatchObject({
      pods: [{ name: 'web-1' }],
      policies: [{ name: 'deny' }],
      services: [{ name: 'web' }],
    });
  });

  test('a typed list, whose items leave out their kind', () => {
    expect(
      pods({ apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'web-1', namespace: 'shop' } }] }),
    ).toEqual(['shop/web-1[Pod] ×1']);
  });

  test('lists in a list, and one object alone', () => {
    expect(pods(list(list(pod('a')), list(list(pod('b')))))).toEqual(['shop/a[Pod] ×1', 'shop/b[Pod] ×1']);
    expect(pods(pod('a'))).toEqual(['shop/a[Pod] ×1']);
  });

  test('several outputs one after the other', () => {
    const text = [list(pod('a')), list(policy('deny'))].map((value) => JSON.stringify(value, null, 4)).join('\n');
    expect(shop(text)).toMatchObject({ pods: [{ name: 'a' }], policies: [{ name: 'deny' }] });
  });

  test('YAML', () => {
    expect(pods('apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n')).toEqual(['shop/a[Pod] ×1']);
  });

  test('an object that is there twice counts once, as it was written last', () => {
    const twice = list(pod('a', { status: { podIP: '10.0.0.1' } }), pod('a', { status: { podIP: '10.0.0.2' } }));
    expect(shop(twice)?.pods).toMatchObject([{ name: 'a', ips: ['10.0.0.2'] }]);
  });
});

describe('pods', () => {
  const owned = (name: string, kind: string, owner: string) => ({
    ...pod(name),
    metadata: { name, namespace: 'shop', ownerReferences: [{ kind, name: owner, controller: true }] },
  });

  test('have the name of the workload at the top of their owners', () => {
    const replicaSet = {
      ...object('ReplicaSet', 'apps/v1', 'web-abc'),
      metadata: {
        name: 'web-abc',
        namespace: 'shop',
        ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
      },
    };
    expect(pods(list(owned('web-abc-1', 'ReplicaSet', 'web-abc'), replicaSet))).toEqual(['shop/web[Deployment] ×1']);
  });

  test('are the only pods where there are any: a workload without one runs none', () => {
    expect(pods(list(owned('web-1', 'StatefulSet', 'web'), deployment('idle', 3)))).toEqual([
      'shop/web[StatefulSet] ×1',
    ]);
  });

  test('stand in the templates where no Pods were asked for', () => {
    expect(pods(list(deployment('web', 3), deployment('off', 0)))).toEqual(['shop/web[Deployment] ×3']);
  });

  test('that are finished are left out', () => {
    expect(pods(list(pod('done', { status: { phase: 'Succeeded' } }), pod('web-1')))).toEqual(['shop/web-1[Pod] ×1']);
  });
});

describe('what a snapshot does not hold', () => {
  test('labels of a namespace that only objects name are not known', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops', labels: { team: 'ops' } } };
    expect(read(list(namespace, pod('a'))).namespaces).toEqual([
      { name: 'ops', labels: { team: 'ops' } },
      { name: 'shop', labels: {}, labelsUnknown: true },
    ]);
  });

  test('kubectl’s output does not state what was asked for', () => {
    expect(read(list(pod('a'))).coverage.map(({ status }) => status.state)).not.toContain('complete');
  });

  test('bulkhead’s states each kind, when, and from where', () => {
    const coverage = {
      readAt: '2026-01-01T00:00:00Z',
      context: 'prod',
      server: 'https://prod.example',
      serverVersion: 'v1.36.3',
      coverage: [
        { kind: 'Pod', group: '', status: { state: 'complete' } },
        {
          kind: 'NetworkPolicy',
          group: 'networking.k8s.io',
          namespace: 'vault',
          status: { state: 'forbidden', why: 'no' },
        },
        { kind: 'Service', group: '', status: { state: 'reading' } },
      ],
    };
    const { origin, coverage: stated } = read({
      ...list(pod('a')),
      metadata: { annotations: { 'bulkhead/coverage': JSON.stringify(coverage) } },
    });
    expect(origin).toEqual({
      kind: 'snapshot',
      context: 'prod',
      server: 'https://prod.example',
      version: 'v1.36.3',
      readAt: Date.UTC(2026, 0, 1),
    });
    expect(stated.map(({ kind, namespace, status }) => [kind, namespace, status.state])).toEqual([
      ['Pod', undefined, 'complete'],
      ['NetworkPolicy', 'vault', 'forbidden'],
      ['Service', undefined, 'failed'],
    ]);
  });

  test('a statement that cannot be read is a problem, not a claim', () => {
    const { state, problems } = readSnapshot(
      JSON.stringify({ ...list(pod('a')), metadata: { annotations: { 'bulkhead/coverage': '{' } } }),
    );
    expect(problems).toHaveLength(1);
    expect(state?.coverage.some(({ status }) => status.state === 'complete')).toBe(false);
  });
});

describe('hostile or broken text', () => {
  test.each([
    ['nothing', ''],
    ['a number', '7'],
    ['a list of numbers', '[1, 2]'],
    ['half an answer', '{"kind":"List","items":[{"kind":"Pod"'],
    ['no object in it', '{"kind":"List","apiVersion":"v1","items":[null, 3, "x", {}]}'],
  ])('%s holds no cluster, and says so', (_, text) => {
    const { state, problems } = readSnapshot(text);
    expect(state).toBeUndefined();
    expect(problems).toHaveLength(1);
  });

  test('a policy that the API server would not decode is one whose effect is not known', () => {
    expect(shop(policy('odd', { podSelector: 'x' }))).toMatchObject({
      policies: [],
      rejectedPolicies: [{ namespace: 'shop', name: 'odd' }],
    });
  });

  test('Endpoints of kubectl stand behind Services without a selector, and once where slices say the same', () => {
    const endpoints = (name: string, ip: string): object =>
      object('Endpoints', 'v1', name, { subsets: [{ addresses: [{ ip }], ports: [{ port: 5432 }] }] });
    const service = (name: string, selector?: object): object =>
      object('Service', 'v1', name, { spec: { ports: [{ port: 5432 }], ...(selector !== undefined && { selector }) } });
    const web = [service('web', { app: 'web' }), endpoints('web', '10.0.0.1')];
    const db = [service('db'), endpoints('db', '203.0.113.7')];
    const stale = endpoints('gone', '203.0.113.9');
    expect(shop(list(...web, ...db, stale))?.endpoints).toMatchObject([
      { service: 'db', endpoints: [{ addresses: ['203.0.113.7'] }] },
    ]);
    const copy = object('EndpointSlice', 'discovery.k8s.io/v1', 'db-x', {
      metadata: { name: 'db-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'db' } },
      endpoints: [{ addresses: ['203.0.113.7'] }],
    });
    expect(shop(list(...db, copy))?.endpoints).toMatchObject([{ name: 'db-x', service: 'db' }]);
  });

  test.each(['constructor', 'toString', 'hasOwnProperty'])('a namespace called %s is one', (namespace) => {
    const state = read(list(object('Pod', 'v1', 'a', {}, namespace)));
    expect(state.contents.get(namespace)?.pods).toHaveLength(1);
  });

  test('fields of wrong types are read as absent', () => {
    expect(
      pods(list(pod('a', { spec: 7, status: [] }), pod('b', { spec: { containers: [null, { ports: 'x' }] } }))),
    ).toEqual(['shop/a[Pod] ×1', 'shop/b[Pod] ×1']);
  });

  test('nesting without end ends', () => {
    const text = `${'{"apiVersion":"v1","kind":"List","items":['.repeat(5000)}${']}'.repeat(5000)}`;
    expect(readSnapshot(text).problems).toHaveLength(1);
  });
});
