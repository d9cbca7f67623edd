import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { policyDelta } from '../../../server/src/engine/policyDelta.ts';
import { query } from '../../../server/src/engine/query.ts';
import { clusterState, withEdit } from '../../../server/src/engine/withEdit.ts';
import { workloadsOfClasses } from '../../../server/src/engine/workloadsOfClasses.ts';
import type { ClusterState } from '../../../server/src/model/cluster.ts';
import type { NetworkPolicy } from '../../../server/src/model/networkPolicy.ts';
import { namespace, pod, policy, select, state, tcp } from '../../support/engineObjects.ts';

/** Namespaces of a web, an api and a db with the same policies in each. */
function shops(count: number, replicas: number): ClusterState {
  const names = Array.from({ length: count }, (_, index) => `shop-${index}`);
  return state({
    namespaces: names.map((name) => namespace(name)),
    pods: names.flatMap((name) =>
      ['web', 'api', 'db'].map((app) => pod(`${name}/${app}`, { app }, { count: replicas })),
    ),
    policies: names.flatMap((name) => [
      policy(`${name}/deny`, { podSelector: select() }),
      policy(`${name}/api`, {
        podSelector: select('app=api'),
        ingress: [{ peers: [{ podSelector: select('app=web') }], ports: [tcp(80)] }],
      }),
      policy(`${name}/db`, {
        podSelector: select('app=db'),
        ingress: [{ peers: [{ podSelector: select('app=api') }], ports: [tcp(5432)] }],
      }),
    ]),
  });
}

const apiOnPort = (port: number): NetworkPolicy =>
  policy('shop-0/api', {
    podSelector: select('app=api'),
    ingress: [{ peers: [{ podSelector: select('app=web') }], ports: [tcp(port)] }],
  });

describe('an edited policy', () => {
  test.each([
    ['×100 replicas', shops(2, 100)],
    ['×10 namespaces', shops(20, 1)],
  ])('recomputes as many rows as in a smaller cluster: %s', (_what, larger) => {
    const edit = { policies: { put: [apiOnPort(81)] } };
    const small = withEdit(compileCluster(shops(2, 1)), edit).stats;
    const large = withEdit(compileCluster(larger), edit).stats;
    expect(small.rowsComputed).toBe(1);
    expect([large.rowsComputed, large.classesComputed]).toEqual([small.rowsComputed, small.classesComputed]);
  });

  test('recomputes nothing where it says the same as before', () => {
    const cluster = compileCluster(shops(2, 1));
    expect(withEdit(cluster, { policies: { put: [apiOnPort(80)] } }).stats.rowsComputed).toBe(0);
  });

  test('that asks for a label which nobody asked for splits the pods that have it, and no others', () => {
    const labelled = pod('shop-0/web', { app: 'web', track: 'canary' }, { name: 'web-1' });
    const cluster = withEdit(compileCluster(shops(3, 1)), { pods: { put: [labelled] } });
    expect(cluster.stats.classesComputed).toBe(0);
    const canary = policy('shop-0/canary', { podSelector: select('track=canary'), policyTypes: ['Egress'] });
    const edited = withEdit(cluster, { policies: { put: [canary] } });
    expect(edited.stats.classesComputed).toBe(1);
    expect(edited.stats.classes).toBe(cluster.stats.classes + 1);
  });

  test('leaves the version before it as it was', () => {
    const shop = shops(1, 1);
    const before = compileCluster(shop);
    const after = withEdit(before, {
      policies: {
        remove: [
          { namespace: 'shop-0', name: 'deny' },
          { namespace: 'shop-0', name: 'db' },
        ],
      },
    });
    const [web, , db] = shop.pods.map((each) => ({ pod: each })) as [
      { pod: ClusterState['pods'][number] },
      unknown,
      { pod: ClusterState['pods'][number] },
    ];
    expect([before, after].map((cluster) => query(cluster, web, db, 'TCP', 80).verdict)).toEqual(['deny', 'allow']);
    expect(clusterState(before).policies).toHaveLength(3);
    expect(clusterState(after).policies.map(({ name }) => name)).toEqual(['api']);
  });
});

test('a long series of edits does not keep what nobody asks for any more', () => {
  const manyPeers = (prefix: string): NetworkPolicy =>
    policy('shop-0/api', {
      podSelector: select('app=api'),
      ingress: [
        { peers: Array.from({ length: 15_000 }, (_, index) => ({ podSelector: select(`app=${prefix}${index}`) })) },
      ],
    });
  const shop = shops(1, 1);
  const first = withEdit(compileCluster(shop), { policies: { put: [manyPeers('a')] } });
  const second = withEdit(first, { policies: { put: [manyPeers('b')] } });
  const third = withEdit(second, { policies: { put: [apiOnPort(80)] } });
  expect(second.stats.peers).toBeLessThan(16_000);
  const [web, api] = shop.pods.map((each) => ({ pod: each }));
  expect([first, second, third].map((cluster) => query(cluster, web!, api!, 'TCP', 80).verdict)).toEqual([
    'deny',
    'deny',
    'allow',
  ]);
});

describe('a pod', () => {
  test('of a known class is a counter', () => {
    const cluster = compileCluster(shops(2, 1));
    const replica = pod('shop-0/web', { app: 'web' }, { name: 'web-2' });
    const { stats } = withEdit(cluster, { pods: { put: [replica] } });
    expect(stats).toMatchObject({
      pods: cluster.stats.pods + 1,
      classes: cluster.stats.classes,
      classesComputed: 0,
      rowsComputed: 0,
    });
  });

  test('of a new kind is under the policies of its namespace at once, and its class goes with it', () => {
    const cluster = compileCluster(shops(1, 1));
    const cache = pod('shop-0/cache', { app: 'cache' });
    const added = withEdit(cluster, { pods: { put: [cache] } });
    const api = cluster.pods.workloads.get('shop-0/api[Deployment]')?.pods[0];
    expect(query(added, { pod: api! }, { pod: cache }, 'TCP', 80).ingress.by).toHaveLength(1);
    expect(withEdit(added, { pods: { remove: [cache] } }).stats.classes).toBe(cluster.stats.classes);
  });
});

describe('the delta of a policy', () => {
  const names = (
    cluster: ReturnType<typeof compileCluster>,
    side: NonNullable<ReturnType<typeof policyDelta>>['rectangles'][number]['from'],
  ) => (side.kind === 'external' ? side.cidrs : workloadsOfClasses(cluster, side.classes).map(({ id }) => id));

  test('names both sides, the ports before and after, and the rules that caused it', () => {
    const before = compileCluster(shops(2, 1));
    const delta = policyDelta(before, withEdit(before, { policies: { put: [apiOnPort(81)] } }));
    const port = (number: number) => ({ certain: [{ protocol: 'TCP', ranges: [{ from: number, to: number }] }] });
    const rule = { policy: { kind: 'NetworkPolicy', namespace: 'shop-0', name: 'api' }, direction: 'ingress', rule: 0 };
    expect(
      delta?.rectangles.map((each) => ({
        ...each,
        from: names(delta.cluster, each.from),
        to: names(delta.cluster, each.to),
      })),
    ).toEqual([
      {
        direction: 'ingress',
        from: ['shop-0/web[Deployment]'],
        to: ['shop-0/api[Deployment]'],
        before: port(80),
        after: port(81),
        causes: [
          { ...rule, state: 'after' },
          { ...rule, state: 'before' },
        ],
      },
    ]);
  });

  test('of a default deny leaves out the pods that were isolated already', () => {
    const shop = shops(1, 1);
    const open = compileCluster({ ...shop, policies: shop.policies.slice(1) });
    const delta = policyDelta(open, withEdit(open, { policies: { put: [shop.policies[0] as NetworkPolicy] } }));
    expect(delta?.rectangles.map(({ to }) => names(delta.cluster, to))).toEqual([
      ['shop-0/web[Deployment]'],
      ['shop-0/web[Deployment]'],
    ]);
    expect(delta?.rectangles.every(({ after }) => after.certain.length === 0)).toBe(true);
  });

  test('is not given for clusters that are not versions of one another', () => {
    const cluster = compileCluster(shops(1, 1));
    expect(policyDelta(cluster, compileCluster(shops(1, 1)))).toBeUndefined();
    expect(
      policyDelta(cluster, withEdit(cluster, { pods: { put: [pod('shop-0/new', { app: 'web' })] } })),
    ).toBeUndefined();
  });
});
