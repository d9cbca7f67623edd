/** Where a plug-in is known to deviate from the API, answers are as it does, or open. */
import { describe, expect, test } from 'vitest';
import { query } from '../../../../server/src/engine/query.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../../server/src/model/cluster.ts';
import type { NetworkPlugin, NetworkPlugins } from '../../../../server/src/model/networkPlugin.ts';
import { pluginBehaviour } from '../../../../server/src/workspace/cni/pluginBehaviour.ts';
import { readSnapshot } from '../../../../server/src/workspace/snapshotFile.ts';
import { EMPTY_TABLE } from '../../../../server/src/workspace/objectTable.ts';
import { compileUniverse, overlaidParts, updateUniverse } from '../../../../server/src/workspace/universe.ts';

const plugin = (id: string, more: Partial<NetworkPlugin> = {}): NetworkPlugin => ({
  id,
  name: id,
  enforces: 'yes',
  seen: `DaemonSet kube-system/${id}`,
  ...more,
});
const of = (...plugins: readonly NetworkPlugin[]): NetworkPlugins => ({
  plugins,
  enforces: 'yes',
  why: '',
  exceptions: [],
});
const NEVER = { ipBlockPods: 'never' } as const;

describe('ipBlocks of pods', () => {
  test.each<[name: string, plugins: NetworkPlugins, expected: string]>([
    ['Calico matches them', of(plugin('calico')), 'always'],
    ['Cilium does not, as its configuration says', of(plugin('cilium', NEVER)), 'never'],
    ['Cilium may, where its configuration was not read', of(plugin('cilium')), 'unknown'],
    ['Cilium of AKS does not', of(plugin('azure-cni-cilium')), 'never'],
    ['Dataplane V2 of GKE does not', of(plugin('gke-dpv2')), 'never'],
    ['two that enforce and differ', of(plugin('cilium', NEVER), plugin('k3s')), 'unknown'],
    [
      'one that enforces nothing has no say',
      of(plugin('cilium', NEVER), plugin('flannel', { enforces: 'no' })),
      'never',
    ],
    [
      'nor has one that left only its custom resources',
      of(plugin('cilium', NEVER), plugin('calico', { enforces: 'unknown' })),
      'never',
    ],
    [
      'one beside it that may run, too, has',
      of(plugin('calico'), plugin('cilium', { enforces: 'unknown', ipBlockPods: 'unknown' })),
      'unknown',
    ],
    ['nothing that enforces policies: as the API says', of(plugin('cilium', { ...NEVER, enforces: 'no' })), 'always'],
  ])('%s', (_, plugins, expected) => {
    expect(pluginBehaviour(plugins)?.ipBlockPods ?? 'always').toBe(expected);
  });

  test('nothing is known of no plug-in', () => {
    expect(pluginBehaviour(undefined)).toBeUndefined();
  });
});

test.each([
  ['v1.15.9', 'ignored'],
  ['v1.9.1', 'ignored'],
  ['v1.16.0', undefined],
  ['v1.18.1', undefined],
  ['latest', undefined],
  [undefined, undefined],
])('endPort of Cilium %s', (version, expected) => {
  const known = version === undefined ? {} : { version };
  expect(pluginBehaviour(of(plugin('cilium', { ...NEVER, ...known })))?.endPort).toBe(expected);
});

describe('answers', () => {
  const pod = (name: string, ip: string): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: {},
    status: { podIPs: [{ ip }] },
  });
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }],
    },
  };
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-a' },
    status: { addresses: [{ type: 'InternalIP', address: '10.1.0.1' }] },
  };
  const universeOf = (plugins: NetworkPlugins | undefined, ...nodes: readonly object[]) => {
    const items = [pod('web', '10.0.0.1'), pod('db', '10.0.0.2'), policy, ...nodes];
    const annotations = { 'bulkhead/coverage': JSON.stringify({ coverage: [], ...(plugins && { plugins }) }) };
    const { state } = readSnapshot(
      JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { annotations }, items }),
    );
    if (state === undefined) throw new Error('the snapshot cannot be read');
    return overlaidParts(state, [], EMPTY_TABLE);
  };
  const answer = ({ cluster }: ReturnType<typeof compileUniverse>, to: string) => {
    const [web] = [...cluster.pods.workloads.values()].flatMap(({ pods }) => pods.filter(({ name }) => name === 'web'));
    return query(cluster, web === undefined ? { address: '' } : { pod: web }, { address: to }, 'TCP', 5432);
  };
  const [DB, OUTSIDE, NODE] = ['10.0.0.2', '203.0.113.7', '10.1.0.1'];

  test.each<[name: string, plugins: NetworkPlugins | undefined, verdict: string]>([
    ['without a plug-in', undefined, 'allow'],
    ['in Calico', of(plugin('calico')), 'allow'],
    ['in Cilium', of(plugin('cilium', NEVER)), 'deny'],
    ['in Cilium whose configuration was not read', of(plugin('cilium', { enforces: 'unknown' })), 'unknown'],
  ])('%s 0.0.0.0/0 to a pod, to a node and to an address outside', (_, plugins, verdict) => {
    const universe = compileUniverse(universeOf(plugins, node), DEFAULT_ENGINE_OPTIONS);
    const verdicts = [DB, NODE, OUTSIDE].map((to) => answer(universe, to).verdict);
    expect(verdicts).toEqual([verdict, verdict, 'allow']);
  });

  test('follow nodes that come and go', () => {
    const plugins = of(plugin('cilium', NEVER));
    const before = compileUniverse(universeOf(plugins), DEFAULT_ENGINE_OPTIONS);
    expect(answer(before, NODE).verdict).toBe('allow');
    const after = updateUniverse(before, universeOf(plugins, node));
    expect(answer(after, NODE)).toMatchObject({ verdict: 'deny', egress: { by: [{ policy: { name: 'web' } }] } });
    expect(answer(updateUniverse(after, universeOf(plugins)), NODE).verdict).toBe('allow');
  });

  test('an answer that is left open says why', () => {
    const universe = compileUniverse(universeOf(of(plugin('cilium'))), DEFAULT_ENGINE_OPTIONS);
    expect(answer(universe, DB).why).toBe(
      'an ipBlock matches no pods and no nodes in cilium unless its policy-cidr-match-mode says so, which is not known',
    );
  });

  test('change once it is known what enforces them', () => {
    const before = compileUniverse(universeOf(undefined), DEFAULT_ENGINE_OPTIONS);
    const after = updateUniverse(before, universeOf(of(plugin('cilium', NEVER))));
    expect(answer(after, DB).verdict).toBe('deny');
    expect(answer(updateUniverse(after, universeOf(undefined)), DB).verdict).toBe('allow');
  });
});
