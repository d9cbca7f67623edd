/** How much of a universe is isolated, and what may not be claimed of it. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { isolation } from '../../../server/src/engine/isolation.ts';
import { isolationCounts } from '../../../server/src/engine/isolationCounts.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../server/src/model/cluster.ts';
import type { CoverageStatus } from '../../../server/src/workspace/clusterSource.ts';
import { policyCoverage, type PolicyCoverage } from '../../../server/src/workspace/policyCoverage.ts';
import type { WorkspaceSnapshot } from '../../../server/src/workspace/snapshot.ts';
import { clusterState } from '../../property/engineArbitraries.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { policy, SHOP, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf } from '../../support/snapshotOf.ts';

function coverageOf({ universe, source }: WorkspaceSnapshot): PolicyCoverage {
  return policyCoverage(universe, source.kind === 'live' ? source.state : undefined);
}

const coverage = (...policies: readonly string[]): PolicyCoverage =>
  coverageOf(snapshotOf(shopWith(policies.join('---\n'))));
const namespace = ({ namespaces }: PolicyCoverage, wanted: string) =>
  namespaces.find(({ name }) => name === wanted) ?? expect.fail(`no ${wanted}`);
const whys = ({ unknown }: PolicyCoverage): string[] =>
  unknown.map(({ subject, direction = 'both', why }) => `${subject} ${direction}: ${why}`);

const WEB = policy('podSelector: { matchLabels: { app: web } }\npolicyTypes: [Ingress, Egress]');
const DENY_ALL = policy('podSelector: {}\npolicyTypes: [Ingress]', 'name: deny, namespace: shop');

describe('numbers', () => {
  test('are pods, by namespace and in all', () => {
    const found = coverage(WEB);
    expect(namespace(found, 'shop')).toEqual({
      name: 'shop',
      workloads: 4,
      pods: 10,
      ingress: { isolated: 5, open: 5, unknown: 0 },
      egress: { isolated: 5, open: 5, unknown: 0 },
      defaultDeny: { ingress: false, egress: false },
      unprotectable: [],
    });
    expect(found.total).toEqual({
      pods: 13,
      ingress: { isolated: 5, open: 8, unknown: 0 },
      egress: { isolated: 5, open: 8, unknown: 0 },
    });
  });

  test('add up to what is said of every single pod, in any cluster', () => {
    fc.assert(
      fc.property(clusterState('any'), (state) => {
        const cluster = compileCluster(state, DEFAULT_ENGINE_OPTIONS);
        const expected = new Map<string, number>();
        for (const pod of state.pods) {
          for (const { direction, isolated } of isolation(cluster, pod)) {
            const word = isolated === 'unknown' ? 'unknown' : isolated ? 'isolated' : 'open';
            const key = `${pod.workload.namespace} ${direction} ${word}`;
            expected.set(key, (expected.get(key) ?? 0) + pod.count);
          }
        }
        const counted = [...isolationCounts(cluster)].flatMap(([name, directions]) =>
          Object.entries(directions).flatMap(([direction, count]) =>
            Object.entries(count).map(([word, pods]): [string, number] => [
              `${name} ${direction} ${word}`,
              Number(pods),
            ]),
          ),
        );
        expect(new Map(counted.filter(([, pods]) => pods > 0))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('of workloads without one count once, and that is said', () => {
    expect(whys(coverage(WEB))).toEqual([
      'platform/node-exporter[DaemonSet] both: how many pods it has is written nowhere; it counts as one',
      'platform/collector[DaemonSet] both: how many pods it has is written nowhere; it counts as one',
    ]);
  });
});

describe('default-deny', () => {
  test.each([
    ['a policy for every pod', [DENY_ALL], true],
    ['one that is undone by another', [DENY_ALL, policy('podSelector: {}\ningress: [{}]')], false],
    ['only policies for some pods', [WEB], false],
    ['a selector with a placeholder, which may mean every pod', [policy('podSelector: ${SELECTOR}')], 'unknown'],
    ['a policy that the API server would refuse', [policy('podSelector: {}\ningress: 7')], 'unknown'],
  ])('%s', (_name, policies, ingress) => {
    expect(namespace(coverage(...policies), 'shop').defaultDeny.ingress).toBe(ingress);
  });

  test('is not known where policies may not be listed', () => {
    const snapshot = snapshotOf(new Map([['deny.yaml', DENY_ALL]]), { source: liveSource(SHOP, 0) });
    const parts = {
      ...snapshot.universe.parts,
      unread: [{ namespace: '*', layer: 'networkPolicy' as const, why: 'no' }],
    };
    const { namespaces } = policyCoverage({ ...snapshot.universe, parts }, undefined);
    expect(namespaces.map(({ defaultDeny }) => defaultDeny.ingress)).toEqual(['unknown', 'unknown']);
  });
});

test("a pod on its node's network is named, and is isolated for certain by nothing", () => {
  const all = policy('podSelector: {}', 'name: deny, namespace: platform');
  const found = coverage(all);
  expect(namespace(found, 'platform')).toMatchObject({
    ingress: { isolated: 2, open: 0, unknown: 1 },
    unprotectable: [{ id: 'platform/node-exporter[DaemonSet]', why: 'hostNetwork' }],
  });
  expect(whys(found)).toContainEqual(
    expect.stringMatching(/^platform\/node-exporter\[DaemonSet\] ingress: .* uses its node's network/),
  );
});

test('what a policy of another API could change is not known, once for the namespace', () => {
  const cilium = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: web, namespace: shop }\n';
  const found = coverage(cilium);
  expect(namespace(found, 'shop').ingress).toEqual({ isolated: 0, open: 0, unknown: 10 });
  expect(whys(found)).toContain('shop/* both: CiliumNetworkPolicy shop/web is not evaluated');
});

describe('a policy that selects nothing', () => {
  const gone = policy('podSelector: { matchLabels: { app: gone } }', 'name: gone, namespace: shop');
  const elsewhere = policy('podSelector: {}', 'name: all, namespace: elsewhere');

  test('is named', () => {
    expect(coverage(gone, WEB).policiesSelectingNothing).toEqual(['shop/gone']);
  });

  test('is not claimed of a namespace of which manifests show no pod', () => {
    const found = coverage(elsewhere);
    expect(found.policiesSelectingNothing).toEqual([]);
    expect(whys(found)).toContainEqual(expect.stringMatching(/^elsewhere\/\* both: no pods are known there/));
  });

  test.each<[string, CoverageStatus, readonly string[]]>([
    ['is named where a cluster was read to its end', { state: 'complete' }, ['elsewhere/all', 'shop/gone']],
    ['is not claimed where pods may not be listed', { state: 'forbidden', why: 'no', mend: 'list pods' }, []],
  ])('%s', (_name, pods, expected) => {
    const open = new Map([['gone.yaml', `${gone}---\n${elsewhere}`]]);
    expect(coverageOf(snapshotOf(open, { source: liveSource(SHOP, 0, pods) })).policiesSelectingNothing).toEqual(
      expected,
    );
  });
});
