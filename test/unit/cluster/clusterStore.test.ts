import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClusterStore } from '../../../server/src/cluster/clusterStore.ts';
import type { RawObject } from '../../../server/src/cluster/readResource.ts';
import type { Resource } from '../../../server/src/cluster/resource.ts';
import {
  INGRESSES,
  JOBS,
  NAMESPACES,
  NETWORK_POLICIES,
  NODES,
  OWN_ENDPOINT_SLICES,
  PODS,
  REPLICA_SETS,
  SERVICES,
} from '../../../server/src/cluster/resource.ts';
import type { Pod } from '../../../server/src/model/workload.ts';
import { workloadId } from '../../../server/src/model/workload.ts';
import { decodeObject } from '../../../server/src/syntax/objects/decodeObject.ts';
import { resolvePods } from '../../../server/src/workspace/owners.ts';

const CILIUM: Resource = {
  group: 'cilium.io',
  version: 'v2',
  plural: 'ciliumnetworkpolicies',
  kind: 'CiliumNetworkPolicy',
  namespaced: true,
  metadataOnly: true,
};

const LEADING = [SERVICES, INGRESSES, OWN_ENDPOINT_SLICES];
const ALL = [PODS, REPLICA_SETS, JOBS, NETWORK_POLICIES, ...LEADING, NAMESPACES, NODES, CILIUM];

/** A store in which every kind has been read and holds nothing. */
function readStore() {
  let changes = 0;
  const store = new ClusterStore({ onChange: () => changes++, onNamespaces: () => undefined });
  const sinks = new Map(ALL.map((resource) => [resource, store.sink(resource)]));
  for (const sink of sinks.values()) sink.begin();
  for (const sink of sinks.values()) sink.finish();
  store.ownersRead();
  return {
    store,
    sink: (resource: Resource) => sinks.get(resource) ?? store.sink(resource),
    put: (resource: Resource, name: string, more: object = {}) =>
      sinks.get(resource)?.put(object(resource, name, more)),
    remove: (resource: Resource, name: string) => sinks.get(resource)?.remove(object(resource, name, {})),
    pods: (namespace = 'shop') => store.parts().contents.get(namespace)?.pods ?? [],
    changes: () => changes,
  };
}

function object({ group, version, kind }: Resource, name: string, more: object): RawObject {
  const [namespace, own] = name.includes('/') ? name.split('/') : [undefined, name];
  const { metadata, ...rest } = more as { metadata?: object };
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { ...(namespace !== undefined && { namespace }), name: own, ...metadata },
    ...rest,
  };
}

const ownedBy = (kind: string, name: string, more: object = {}) => ({
  metadata: { ownerReferences: [{ kind, name, controller: true }], ...more },
});

const ids = (pods: readonly Pod[]): string[] => pods.map(({ workload }) => workloadId(workload));

describe('pods and their workloads', () => {
  test('the name of the workload is that of the Deployment or CronJob above', () => {
    const { put, pods } = readStore();
    put(REPLICA_SETS, 'shop/web-abc', ownedBy('Deployment', 'web'));
    put(JOBS, 'shop/nightly-1', ownedBy('CronJob', 'nightly'));
    put(PODS, 'shop/web-abc-1', ownedBy('ReplicaSet', 'web-abc'));
    put(PODS, 'shop/nightly-1-x', ownedBy('Job', 'nightly-1'));
    put(PODS, 'shop/db-0', ownedBy('StatefulSet', 'db'));
    put(PODS, 'shop/debug');
    put(PODS, 'shop/etcd-node1', ownedBy('Node', 'node1'));
    expect(ids(pods())).toEqual([
      'shop/web[Deployment]',
      'shop/nightly[CronJob]',
      'shop/db[StatefulSet]',
      'shop/debug[Pod]',
      'shop/etcd-node1[Pod]',
    ]);
  });

  test('an owner that is read later, or changes its own owner, renames them', () => {
    const { put, pods } = readStore();
    put(PODS, 'shop/web-abc-1', ownedBy('ReplicaSet', 'web-abc'));
    expect(ids(pods())).toEqual(['shop/web-abc[ReplicaSet]']);
    put(REPLICA_SETS, 'shop/web-abc', ownedBy('Deployment', 'web'));
    expect(ids(pods())).toEqual(['shop/web[Deployment]']);
    put(REPLICA_SETS, 'shop/web-abc', ownedBy('Rollout', 'shiny'));
    expect(ids(pods())).toEqual(['shop/shiny[Rollout]']);
    put(REPLICA_SETS, 'shop/web-abc');
    expect(ids(pods())).toEqual(['shop/web-abc[ReplicaSet]']);
  });

  test('an owner that goes before its pods leaves them their workload', () => {
    const { put, remove, pods } = readStore();
    put(REPLICA_SETS, 'shop/web-abc', ownedBy('Deployment', 'web'));
    put(PODS, 'shop/web-abc-1', ownedBy('ReplicaSet', 'web-abc'));
    pods();
    remove(REPLICA_SETS, 'shop/web-abc');
    expect(ids(pods())).toEqual(['shop/web[Deployment]']);
  });

  test('owners in a ring end somewhere', () => {
    const { put, pods } = readStore();
    put(REPLICA_SETS, 'shop/a', ownedBy('ReplicaSet', 'b'));
    put(REPLICA_SETS, 'shop/b', ownedBy('ReplicaSet', 'a'));
    put(PODS, 'shop/p', ownedBy('ReplicaSet', 'a'));
    expect(pods()).toHaveLength(1);
  });

  test('a finished pod goes, one that is being deleted stays until it is gone', () => {
    const { put, remove, pods } = readStore();
    put(PODS, 'shop/job-1', { status: { phase: 'Running' } });
    put(PODS, 'shop/web-1', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, status: { phase: 'Running' } });
    expect(pods().map(({ name }) => name)).toEqual(['job-1', 'web-1']);
    put(PODS, 'shop/job-1', { status: { phase: 'Succeeded' } });
    expect(pods().map(({ name }) => name)).toEqual(['web-1']);
    remove(PODS, 'shop/web-1');
    expect(pods()).toEqual([]);
  });

  test('are the same that a snapshot of the same objects has', () => {
    const kinds = { ReplicaSet: REPLICA_SETS, Job: JOBS, Pod: PODS };
    const owner = fc.record({
      kind: fc.constantFrom('ReplicaSet', 'Job', 'Deployment', 'Node'),
      name: fc.constantFrom('a', 'b', '__proto__'),
      controller: fc.boolean(),
    });
    const some = fc.array(
      fc.record({
        kind: fc.constantFrom('ReplicaSet', 'Job', 'Pod'),
        name: fc.constantFrom('a', 'b', 'c', '__proto__'),
        owners: fc.array(owner, { maxLength: 2 }),
        labels: fc.dictionary(fc.constantFrom('app', 'constructor'), fc.constantFrom('', 'x')),
        phase: fc.constantFrom('Running', 'Failed'),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(some, (written) => {
        // No rings: which owner a ring ends at is of no use to anybody.
        const objects = written.filter(({ name, owners }) => owners.every((above) => above.name > name));
        const { put, pods } = readStore();
        const last = new Map<string, RawObject>();
        for (const { kind, name, owners, labels, phase } of objects) {
          const more = { metadata: { labels, ownerReferences: owners }, status: { phase } };
          put(kinds[kind], `shop/${name}`, more);
          last.set(`${kind}/${name}`, object(kinds[kind], `shop/${name}`, more));
        }
        const workloads = [...last.values()].flatMap((raw) => {
          const decoded = decodeObject(raw)?.object;
          if (decoded?.type !== 'workload') return [];
          return [decoded.workload.kind === 'Pod' ? decoded.workload : { ...decoded.workload, pods: [] }];
        });
        const byName = (a: Pod, b: Pod): number => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);
        expect([...pods()].sort(byName)).toEqual([...resolvePods(workloads)].sort(byName));
      }),
    );
  });

  test('equal pods share their labels, ports and workload', () => {
    const { put, pods } = readStore();
    const spec = { spec: { containers: [{ ports: [{ name: 'http', containerPort: 80 }] }] } };
    for (const name of ['shop/web-1', 'shop/web-2']) {
      put(PODS, name, { ...ownedBy('StatefulSet', 'web', { labels: { app: 'web', tier: 'front' } }), ...spec });
    }
    const [first, second] = pods();
    expect(first?.labels).toBe(second?.labels);
    expect(first?.ports).toBe(second?.ports);
    expect(first?.workload).toBe(second?.workload);
  });
});

describe('what is published', () => {
  test('nothing of a kind before it was read to its end', () => {
    const store = new ClusterStore({ onChange: () => undefined, onNamespaces: () => undefined });
    const sink = store.sink(NETWORK_POLICIES);
    sink.begin();
    sink.put(object(NETWORK_POLICIES, 'shop/deny', { spec: { podSelector: {} } }));
    expect(store.parts().contents.size).toBe(0);
    sink.finish();
    expect(store.parts().contents.get('shop')?.policies).toMatchObject([{ name: 'deny' }]);
  });

  test('pods only when their owners were read or given up', () => {
    const store = new ClusterStore({ onChange: () => undefined, onNamespaces: () => undefined });
    const sink = store.sink(PODS);
    sink.begin();
    sink.put(object(PODS, 'shop/web-1', {}));
    sink.finish();
    expect(store.parts().contents.size).toBe(0);
    store.ownersRead();
    expect(store.parts().contents.get('shop')?.pods).toHaveLength(1);
  });

  test('the same objects where nothing changed', () => {
    const { put, store } = readStore();
    put(PODS, 'shop/web-1');
    put(PODS, 'other/db-1');
    put(NETWORK_POLICIES, 'shop/deny', { metadata: { resourceVersion: '1' }, spec: { podSelector: {} } });
    put(NAMESPACES, 'shop');
    const before = store.parts();
    put(PODS, 'shop/web-2');
    const after = store.parts();
    expect(after.namespaces).toBe(before.namespaces);
    expect(after.contents.get('other')).toBe(before.contents.get('other'));
    expect(after.contents.get('shop')).not.toBe(before.contents.get('shop'));
    expect(after.contents.get('shop')?.policies).toBe(before.contents.get('shop')?.policies);
    expect(before.contents.get('shop')?.pods).toHaveLength(1);
  });

  test('no change where a pod changed only in what no answer needs', () => {
    const { put, store, changes } = readStore();
    const pod = (version: string, ready: string) => ({
      metadata: { resourceVersion: version, labels: { app: 'web' } },
      spec: { containers: [{ ports: [{ containerPort: 80 }] }] },
      status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: ready }] },
    });
    put(PODS, 'shop/web-1', pod('1', 'False'));
    const before = store.parts();
    const count = changes();
    put(PODS, 'shop/web-1', pod('2', 'True'));
    expect(changes()).toBe(count);
    expect(store.parts().contents).toBe(before.contents);
  });

  test('policies of other APIs by their place, and none of a kind that is no longer served', () => {
    const { put, store } = readStore();
    put(CILIUM, 'shop/web');
    const [policy] = store.parts().contents.get('shop')?.foreignPolicies ?? [];
    expect(policy).toEqual({ group: 'cilium.io', kind: 'CiliumNetworkPolicy', namespace: 'shop', name: 'web' });
    store.drop(CILIUM);
    expect(store.parts().contents.size).toBe(0);
  });

  test('services, namespaces and nodes', () => {
    const { put, store } = readStore();
    put(SERVICES, 'shop/web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
    put(NAMESPACES, 'shop', { metadata: { labels: { team: 'web' } } });
    put(NODES, 'node1', {
      status: {
        addresses: [
          { type: 'InternalIP', address: '10.1.0.1' },
          { type: 'Hostname', address: 'n' },
        ],
      },
    });
    expect(store.parts()).toMatchObject({
      namespaces: [{ name: 'shop', labels: { team: 'web' } }],
      nodes: [{ name: 'node1', ips: ['10.1.0.1'] }],
    });
    expect(store.parts().contents.get('shop')?.services).toMatchObject([{ name: 'web', selector: { app: 'web' } }]);
  });

  test('Ingresses and endpoints: what is no pod of a selector stands in its namespace, and goes with its object', () => {
    const { put, remove, store } = readStore();
    put(INGRESSES, 'shop/web', { spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } });
    const labels = { 'kubernetes.io/service-name': 'db' };
    put(OWN_ENDPOINT_SLICES, 'shop/db-1', { metadata: { labels }, endpoints: [{ addresses: ['203.0.113.7'] }] });
    const before = store.parts().contents.get('shop');
    expect(before).toMatchObject({
      ingresses: [{ name: 'web', backends: [{ service: 'web', port: 80 }] }],
      endpoints: [{ service: 'db', endpoints: [{ addresses: ['203.0.113.7'] }] }],
    });
    remove(OWN_ENDPOINT_SLICES, 'shop/db-1');
    const after = store.parts().contents.get('shop');
    expect(after?.endpoints).toEqual([]);
    expect(after?.ingresses).toBe(before?.ingresses);
    remove(INGRESSES, 'shop/web');
    expect(store.parts().contents.size).toBe(0);
  });

  test('a read of one namespace leaves the others alone, and its refusal forgets it', () => {
    const { put, store, pods } = readStore();
    put(PODS, 'shop/web-1');
    put(PODS, 'other/db-1');
    const shop = store.sink(PODS, 'shop');
    shop.begin();
    shop.put(object(PODS, 'shop/web-2', {}));
    shop.put(object(PODS, 'other/smuggled', {}));
    shop.finish();
    expect(pods('shop').map(({ name }) => name)).toEqual(['web-2']);
    expect(pods('other').map(({ name }) => name)).toEqual(['db-1']);
    shop.clear();
    expect(pods('shop')).toEqual([]);
    expect(pods('other')).toHaveLength(1);
  });

  test.each([
    ['an object without metadata', { apiVersion: 'v1', kind: 'Pod' }],
    ['metadata that is a list', { apiVersion: 'v1', kind: 'Pod', metadata: [] }],
    ['a name that is a number', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 7, namespace: 'shop' } }],
    [
      'a spec that is text',
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'shop' }, spec: 'x', status: 3 },
    ],
  ])('%s does no harm', (_, raw) => {
    const { sink, store } = readStore();
    sink(PODS).put(raw);
    sink(PODS).remove(raw);
    expect(store.parts().contents.size).toBe(0);
  });

  test('names that objects have by nature are names', () => {
    const { put, pods } = readStore();
    put(PODS, 'constructor/__proto__', { metadata: { labels: { toString: 'x' } } });
    const [pod] = pods('constructor');
    expect(pod?.name).toBe('__proto__');
    expect(pod?.labels).toEqual({ toString: 'x' });
  });
});
