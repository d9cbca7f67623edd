/** Pods on nodes where policies usually have no effect are named where numbers would count them as protected. */
import { expect, test } from 'vitest';
import { pluginText } from '../../../../server/src/features/pluginText.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../../server/src/model/cluster.ts';
import type { NetworkPlugins } from '../../../../server/src/model/networkPlugin.ts';
import { unenforcedPods } from '../../../../server/src/workspace/cni/unenforcedPods.ts';
import { EMPTY_TABLE } from '../../../../server/src/workspace/objectTable.ts';
import { policyCoverage } from '../../../../server/src/workspace/policyCoverage.ts';
import { readSnapshot } from '../../../../server/src/workspace/snapshotFile.ts';
import { compileUniverse, overlaidParts } from '../../../../server/src/workspace/universe.ts';

const CALICO: NetworkPlugins = {
  plugins: [{ id: 'calico', name: 'Calico', enforces: 'yes', seen: 'DaemonSet kube-system/calico-node' }],
  enforces: 'yes',
  why: 'Calico enforces NetworkPolicies',
  exceptions: [
    { why: 'run Windows', nodes: ['win-a', 'win-b'] },
    { why: 'are Fargate', nodes: ['fargate-a'] },
  ],
};

const pod = (name: string, nodeName: string, owner: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'shop',
    labels: { app: owner },
    ownerReferences: [{ kind: 'StatefulSet', name: owner, controller: true }],
  },
  spec: { nodeName },
});

function stateWith(plugins: NetworkPlugins) {
  const items = [
    pod('web-0', 'win-a', 'web'),
    pod('web-1', 'win-b', 'web'),
    pod('web-2', 'linux', 'web'),
    pod('db-0', 'fargate-a', 'db'),
    pod('api-0', 'linux', 'api'),
  ];
  const annotations = { 'bulkhead/coverage': JSON.stringify({ coverage: [], plugins }) };
  const { state } = readSnapshot(JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { annotations }, items }));
  if (state === undefined) throw new Error('the snapshot cannot be read');
  return state;
}

test('they are counted by workload for each sort of such nodes', () => {
  const state = stateWith(CALICO);
  expect(unenforcedPods(CALICO, state.contents)).toEqual([
    { why: 'run Windows', nodes: 2, workloads: new Map([['shop/web[StatefulSet]', 2]]) },
    { why: 'are Fargate', nodes: 1, workloads: new Map([['shop/db[StatefulSet]', 1]]) },
  ]);
});

test('coverage lists them beside pods of the host network', () => {
  const state = stateWith(CALICO);
  const universe = compileUniverse(overlaidParts(state, [], EMPTY_TABLE), DEFAULT_ENGINE_OPTIONS);
  expect(policyCoverage(universe, state).namespaces[0]?.unprotectable).toEqual([
    { id: 'shop/web[StatefulSet]', why: 'its nodes run Windows', pods: 2 },
    { id: 'shop/db[StatefulSet]', why: 'its nodes are Fargate', pods: 1 },
  ]);
});

test('the status item names them', () => {
  const state = stateWith(CALICO);
  expect(pluginText(CALICO, unenforcedPods(CALICO, state.contents))).toBe(
    'Network plug-in: Calico. NetworkPolicies are enforced, but usually not on some nodes: 2 nodes run Windows (with 2 pods of shop/web[StatefulSet]), 1 node is Fargate (with 1 pod of shop/db[StatefulSet])',
  );
});

test('where nothing enforces policies no node is an exception', () => {
  const plugins: NetworkPlugins = { ...CALICO, enforces: 'no' };
  expect(unenforcedPods(plugins, stateWith(plugins).contents)).toEqual([]);
});
