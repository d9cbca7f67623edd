/** The rows of a preview, expanded pair by pair, against `diffClusters`: what `bulkhead diff` prints. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { diffClusters, type ClusterChange } from '../../server/src/engine/diffClusters.ts';
import { reachability } from '../../server/src/engine/reachability.ts';
import { withEdit } from '../../server/src/engine/withEdit.ts';
import type { CompiledCluster } from '../../server/src/engine/compiledCluster.ts';
import type { EngineOptions } from '../../server/src/model/cluster.ts';
import type { PreviewChanges, PreviewPair } from '../../server/src/protocol/preview.ts';
import { changesAnswer, pairsAnswer } from '../../server/src/features/preview/previewChanges.ts';
import { exportAnswer } from '../../server/src/features/preview/previewExport.ts';
import { matrixAnswer } from '../../server/src/features/preview/previewMatrix.ts';
import type { PreviewModel } from '../../server/src/workspace/preview/previewModel.ts';
import { undecidedEntries } from '../../server/src/workspace/preview/undecidedEntries.ts';
import { DIFF_REPORTS } from '../../server/src/workspace/report/diffReport.ts';
import { comparedModel } from '../support/comparedModel.ts';
import { NAMESPACES, clusterState } from './engineArbitraries.ts';
import { edit, edited } from './engineEdits.ts';

const options: fc.Arbitrary<EngineOptions> = fc.record({
  hostNetwork: fc.constantFrom('unknown', 'pods'),
  ipBlockPods: fc.constantFrom('always', 'never'),
});
const BASE = { version: 1, id: 'one', revision: 1 };

test('rows, expanded page by page, are the changes that bulkhead diff prints, whatever was edited', () => {
  fc.assert(
    fc.property(
      clusterState('any'),
      edit('any'),
      options,
      fc.constantFrom('edited', 'backwards', 'apart'),
      fc.integer({ min: 1, max: 3 }),
      (state, step, engineOptions, how, size) => {
        const one = compileCluster(state, engineOptions);
        const other = how === 'apart' ? compileCluster(edited(state, step), engineOptions) : withEdit(one, step);
        const [before, after] = how === 'backwards' ? [other, one] : [one, other];
        const model = comparedModel(before, after);
        const expected = diffClusters(before, after);
        const changes = [...expected.changes()].flat();
        const pairs = expanded(model, size);
        expect(pairs.map(lineOfPair).sort()).toEqual(changes.map(lineOfChange).sort());
        const { summary, workloads } = changesAnswer(model, BASE, { offset: 0, limit: 1 });
        const counted = (type: ClusterChange['type']): number =>
          changes.filter((change) => change.type === type).length;
        expect([summary.lost.pairs, summary.gained.pairs, summary.changed.pairs]).toEqual([
          counted('removed'),
          counted('added'),
          counted('changed'),
        ]);
        expect([workloads.added, workloads.removed]).toEqual([expected.workloads.added, expected.workloads.removed]);
        const told = (entries: ReturnType<typeof undecidedEntries>): string[] =>
          entries.map(({ subject, direction, from, to, why }) => JSON.stringify([subject, direction, from, to, why]));
        expect(told(undecidedEntries(model.comparison)).sort()).toEqual(told(expected.unknown()).sort());
        const folded = summary.undecided.reduce((sum, reason) => sum + reason.pairs, 0);
        expect(folded).toBe(summary.undecidedPairs);
      },
    ),
    { numRuns: 1000 },
  );
});

/** All rows and all pairs, `size` at a time. */
function expanded(model: PreviewModel, size: number): PreviewPair[] {
  const pairs: PreviewPair[] = [];
  const ids = new Set<string>();
  let page: PreviewChanges;
  let offset = 0;
  do {
    page = changesAnswer(model, BASE, { offset, limit: size });
    for (const row of page.rows) {
      expect(ids.has(row.id)).toBe(false);
      ids.add(row.id);
      let at = 0;
      let total = 1;
      for (; at < total; at += size) {
        const answer = pairsAnswer(model, BASE, { row: row.id, offset: at, limit: size });
        if (answer === undefined) throw new Error(`no row ${row.id}`);
        total = answer.total;
        pairs.push(...answer.pairs);
      }
      expect(row.pairs).toBe(total);
    }
    offset += size;
  } while (offset < page.total);
  return pairs;
}

const TYPES = { lost: 'removed', gained: 'added', changed: 'changed' } as const;

function lineOfPair({ type, from, to, before, after, causes }: PreviewPair): string {
  const end = (each: PreviewPair['from']): unknown =>
    each.kind === 'external' ? [each.cidrs, each.more] : each.kind === 'workload' ? each.id : undefined;
  const because = causes.map(({ policy, direction, rule, state }) => JSON.stringify([policy, direction, rule, state]));
  return JSON.stringify([TYPES[type], end(from), end(to), before.connections, after.connections, because.sort()]);
}

function lineOfChange({ type, from, to, before, after, because }: ClusterChange): string {
  const ports = (connections: ClusterChange['before']): unknown =>
    connections.map(({ protocol, ranges }) => ({
      protocol,
      ports: ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(),
    }));
  const causes = because.map(({ policy, direction, rule, state }) =>
    JSON.stringify([`${policy.namespace}/${policy.name}`, direction, rule, state]),
  );
  // Answers name so many ranges and count the rest.
  const end = (each: ClusterChange['from']): unknown =>
    typeof each === 'string' ? each : [each.cidrs.slice(0, 20), Math.max(0, each.cidrs.length - 20)];
  return JSON.stringify([type, end(from), end(to), ports(before), ports(after), causes.sort()]);
}

test('the export is what bulkhead diff prints in the same format', () => {
  fc.assert(
    fc.property(
      clusterState('any'),
      edit('any'),
      fc.constantFrom('md', 'csv', 'json', 'mermaid'),
      (state, step, format) => {
        const before = compileCluster(state);
        const after = withEdit(before, step);
        const { text } = exportAnswer(comparedModel(before, after), BASE, { id: 'one', what: 'changes', format }) ?? {};
        const parts: string[] = [];
        const report = DIFF_REPORTS[format](
          { write: (part) => void parts.push(part) },
          { before: 'before', after: 'after' },
        );
        const diff = diffClusters(before, after);
        for (const changes of diff.changes()) {
          for (const change of changes) {
            const because = change.because.map(({ policy, direction, rule }) => ({
              policy: `${policy.namespace}/${policy.name}`,
              direction,
              ...(rule !== undefined && { rule }),
            }));
            report.change(change, because);
          }
        }
        report.end(diff.workloads, diff.unknown(), [], { broken: [], shown: [] });
        expect(text).toBe(parts.join(''));
      },
    ),
    { numRuns: 500 },
  );
});

test('every cell of the matrix is what passes in both states, and what changes between them', () => {
  fc.assert(
    fc.property(
      clusterState('any'),
      edit('any'),
      fc.boolean(),
      fc.subarray([...NAMESPACES]),
      (state, step, isApart, expanded) => {
        const before = compileCluster(state);
        const after = isApart ? compileCluster(edited(state, step)) : withEdit(before, step);
        const model = comparedModel(before, after);
        const window = { offset: 0, count: 200 };
        const matrix = matrixAnswer(model, BASE, { id: 'one', expanded, rows: window, columns: window });
        const ends = matrix.rows.map((head) => (id: string): boolean => {
          if (head.kind === 'outside') return id === 'outside';
          return head.kind === 'namespace' ? id.startsWith(`${head.namespace}/`) : head.id === `workload ${id}`;
        });
        const changes = [...diffClusters(before, after).changes()].flat();
        const pairs = [before, after].map(openPairs);
        matrix.cells.forEach((cell, at) => {
          const [from, to] = [ends[Math.floor(at / matrix.columns.length)], ends[at % matrix.columns.length]];
          if (from === undefined || to === undefined || cell.pairs === 0) return;
          const isIn = (one: string, other: string): boolean => from(one) && to(other);
          for (const [index, side] of [cell.before, cell.after].entries()) {
            const own = (pairs[index] ?? []).filter((pair) => isIn(pair.from, pair.to));
            expect(side.open).toBe(new Set(own.map((pair) => `${pair.from} ${pair.to}`)).size);
          }
          const count = (type: ClusterChange['type']): number =>
            changes.filter((change) => change.type === type && isIn(endOf(change.from), endOf(change.to))).length;
          expect([cell.lost, cell.gained, cell.changed]).toEqual([count('removed'), count('added'), count('changed')]);
        });
      },
    ),
    { numRuns: 500 },
  );
});

function openPairs(cluster: CompiledCluster): { readonly from: string; readonly to: string }[] {
  // A matrix counts addresses of both families, whether or not any input has one.
  return [...reachability(cluster, { ipv6: true }).rows()]
    .flat()
    .map(({ from, to }) => ({ from: endOf(from), to: endOf(to) }));
}

function endOf(end: ClusterChange['from']): string {
  return typeof end === 'string' ? end : 'outside';
}
