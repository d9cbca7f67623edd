/** What stands above a workload against `bulkhead reach` and `bulkhead query`, on random clusters and on the demo. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeLenses } from '../../server/src/features/codeLens.ts';
import { hover } from '../../server/src/features/hover.ts';
import { directionState } from '../../server/src/features/podIsolation.ts';
import { workloadGroups } from '../../server/src/features/objectText.ts';
import { startOf, writtenObjects } from '../../server/src/features/writtenObjects.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { query } from '../../server/src/engine/query.ts';
import { reachability, type ReachWorkload } from '../../server/src/engine/reachability.ts';
import { DEFAULT_ENGINE_OPTIONS, type ClusterState } from '../../server/src/model/cluster.ts';
import type { Direction } from '../../server/src/model/networkPolicy.ts';
import { workloadId } from '../../server/src/model/workload.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { snapshotOf, uriOf } from '../support/snapshotOf.ts';
import { clusterState } from './engineArbitraries.ts';

/** A snapshot whose universe is a cluster, with a manifest for each of its workloads. */
function snapshotOfCluster(state: ClusterState): WorkspaceSnapshot {
  const refs = new Map(state.pods.map(({ workload }) => [workloadId(workload), workload]));
  const texts = [...refs.values()].map(({ kind, namespace, name }) =>
    JSON.stringify({ apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1', kind, metadata: { name, namespace }, spec: {} }),
  );
  const snapshot = snapshotOf(new Map([['workloads.yaml', texts.join('\n---\n')]]));
  const cluster = compileCluster(state, DEFAULT_ENGINE_OPTIONS);
  // No number of these is compared, so that what is known of the pods does not matter.
  return { ...snapshot, universe: { ...snapshot.universe, cluster } };
}

/** What a direction's words say of it. */
function said(title: string, direction: Direction): ReachWorkload['isolated'][Direction] | 'mixed' {
  const part = title.startsWith('Ingress and egress ')
    ? title.slice('Ingress and egress '.length)
    : title.split(' · ')[direction === 'ingress' ? 0 : 1]?.replace(/^(?:Ingress|egress) /, '');
  if (part === undefined) throw new Error(title);
  if (part.startsWith('open')) return false;
  if (part.startsWith('isolated for')) return 'mixed';
  if (part.startsWith('isolated by')) return true;
  if (/^(?:not known|perhaps isolated)/.test(part)) return 'unknown';
  throw new Error(title);
}

function expectAgreement(snapshot: WorkspaceSnapshot, file: string, asked: Set<string>): void {
  const workloads = new Map(reachability(snapshot.universe.cluster).workloads.map((one) => [one.id, one]));
  const lenses = codeLenses(snapshot, file).filter(({ command }) => command?.command === 'bulkhead.showMatches');
  for (const object of writtenObjects(snapshot, file)) {
    const reached = workloads.get(workloadId(object));
    if (object.sort !== 'workload' || reached === undefined) continue;
    asked.add(reached.id);
    const list = ({ arguments: [argument] = [] }: { arguments?: unknown[] }): unknown => argument;
    const lens = lenses.find(
      ({ command }) => command && JSON.stringify(list(command)).includes(`"object":${JSON.stringify(object.key)}`),
    );
    const title = lens?.command?.title ?? '';
    for (const direction of ['ingress', 'egress'] as const) {
      const mixed = reached.mixed?.includes(direction) === true;
      expect([reached.id, direction, said(title, direction)]).toEqual([
        reached.id,
        direction,
        mixed ? 'mixed' : reached.isolated[direction],
      ]);
    }
    const shown = hover(snapshot, file, startOf(object) + 1, { commandLinks: false });
    expect(JSON.stringify(shown?.contents)).toContain('**Ingress**');
  }
}

describe('lenses and hovers of workloads agree with reach', () => {
  test.each(['none', 'independent', 'any'] as const)('on random clusters, where %s is not known', (doubts) => {
    const asked = new Set<string>();
    fc.assert(
      fc.property(clusterState(doubts), (state) =>
        expectAgreement(snapshotOfCluster(state), uriOf('workloads.yaml'), asked),
      ),
      { numRuns: 300 },
    );
    expect(asked.size).toBeGreaterThan(5);
  });

  test('on the demo', () => {
    const root = fileURLToPath(new URL('../../client/demo', import.meta.url));
    const paths = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
    const snapshot = snapshotOf(new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])));
    const asked = new Set<string>();
    for (const path of paths) expectAgreement(snapshot, uriOf(path), asked);
    expect(asked.size).toBe(reachability(snapshot.universe.cluster).workloads.length);
  });
});

test('they name the policies that query names where it says deny', () => {
  let denied = 0;
  fc.assert(
    fc.property(clusterState('none'), (state) => {
      const snapshot = snapshotOfCluster(state);
      const { cluster } = snapshot.universe;
      for (const object of writtenObjects(snapshot, uriOf('workloads.yaml'))) {
        const pods = state.pods.filter(({ workload }) => workloadId(workload) === workloadId(object));
        const [pod] = pods;
        const groups = workloadGroups(snapshot, object);
        if (pod === undefined || pods.length > 1 || groups === undefined || pod.hostNetwork) continue;
        const { verdict, by } = query(cluster, { address: '198.51.100.1' }, { pod }, 'SCTP', 9).ingress;
        if (verdict !== 'deny') continue;
        denied += 1;
        const named = directionState(cluster, groups, 'ingress').by.map(({ key }) => key);
        expect(named.toSorted()).toEqual(
          by.map(({ policy: { namespace, name } }) => `${namespace}/${name}`).toSorted(),
        );
      }
    }),
    { numRuns: 500 },
  );
  expect(denied).toBeGreaterThan(50);
});
