/** What the panel shows is what the engine says: changes line by line and cell by cell, against what `bulkhead diff` prints. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionsText } from '../../server/src/analysis/wording.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { diffClusters, type ClusterChange } from '../../server/src/engine/diffClusters.ts';
import type { UnknownEntry } from '../../server/src/engine/unknownEntries.ts';
import { withEdit } from '../../server/src/engine/withEdit.ts';
import type { PanelState } from '../../server/src/protocol/panel.ts';
import { clusterState, NAMESPACES } from '../property/engineArbitraries.ts';
import { edit, edited } from '../property/engineEdits.ts';
import { browserUnavailable } from '../vscode/browser.ts';
import { drawnChanges, unfoldAll, type DrawnPair } from './drawnChanges.ts';
import { modelAnswers, type ModelAnswers } from './modelAnswers.ts';
import { panels, type OpenPanel, type Panels } from './openPanel.ts';

describe.skipIf(browserUnavailable() !== undefined)(
  'the panel shows what bulkhead diff prints, whatever was edited',
  () => {
    let browser: Panels;
    beforeAll(async () => {
      browser = await panels();
    });
    afterAll(() => browser.close());

    /** A panel, and how to have it compare something else. @param most rows of an answer */
    const opened = async (
      state: Partial<PanelState>,
      viewport: { readonly width: number; readonly height: number },
      most: number,
    ): Promise<{ readonly panel: OpenPanel; readonly compare: ModelAnswers['compare'] }> => {
      const answers = modelAnswers(most);
      const empty = compileCluster({ namespaces: [], pods: [], policies: [], unreadable: [] });
      answers.compare(empty, empty);
      const panel = await browser.open({ answering: answers, state, viewport });
      await panel.settled();
      return {
        panel,
        compare: (before, after) => {
          answers.compare(before, after);
          panel.host.stale();
        },
      };
    };

    test('in the list of changes: every change and every doubt, and no other', async () => {
      // Pages of four rows: a list of ten already has three.
      const { panel, compare } = await opened({}, { width: 1400, height: 8000 }, 4);
      await fc.assert(
        fc.asyncProperty(
          clusterState('any'),
          edit('any'),
          fc.constantFrom('edited', 'backwards', 'apart'),
          async (state, step, how) => {
            const one = compileCluster(state);
            const other = how === 'apart' ? compileCluster(edited(state, step)) : withEdit(one, step);
            const [before, after] = how === 'backwards' ? [other, one] : [one, other];
            compare(before, after);
            await unfoldAll(panel);
            const drawn = await drawnChanges(panel);
            const expected = diffClusters(before, after);
            const changes = [...expected.changes()].flat();
            expect(drawn.pairs.map(lineOf).sort()).toEqual(changes.map(changeLine).sort());
            expect(drawn.unknown.map((row) => JSON.stringify(row)).sort()).toEqual(
              expected.unknown().map(unknownLine).sort(),
            );
            expect(drawn.summary.replace(/ Not decidable.*/, '')).toBe(certain(changes));
            expect(drawn.summary.includes('Not decidable')).toBe(expected.unknown().length > 0);
            expect(countsOf(drawn.groups.map(({ counts }) => counts))).toEqual(countsOf([drawn.summary]));
          },
        ),
        { numRuns: 100 },
      );
      await panel.close();
    });

    test.each([
      { tab: 'matrix', view: { expanded: NAMESPACES }, marked: markedCells },
      { tab: 'graph', view: { asTable: true }, marked: markedEdges },
    ] as const)('in the $tab: every pair of workloads that changes, and no other', async ({ tab, view, marked }) => {
      const { panel, compare } = await opened({ tab, view }, { width: 2400, height: 3000 }, 500);
      await fc.assert(
        fc.asyncProperty(clusterState('any'), edit('any'), async (state, step) => {
          const before = compileCluster(state);
          const after = withEdit(before, step);
          compare(before, after);
          await panel.settled();
          const printed = [...diffClusters(before, after).changes()]
            .flat()
            .flatMap(({ type, from, to }) =>
              typeof from === 'string' && typeof to === 'string'
                ? [`${TYPES[type]} ${endText(from)} → ${endText(to)}`]
                : [],
            );
          expect((await panel.page.evaluate(marked)).toSorted()).toEqual(printed.toSorted());
        }),
        { numRuns: 50 },
      );
      await panel.close();
    });
  },
);

/** Runs in the page: what the graph's table says of edges between two workloads. */
function markedEdges(): readonly string[] {
  return [...document.querySelectorAll<HTMLElement>('.edge-rows [role=row]')].flatMap((row) => {
    const [state = '', from = '', to = ''] = [...row.children].map((cell) => (cell.textContent ?? '').trim());
    const type = /(?:added|removed|changed)$/.exec(state)?.[0];
    const isPair = [from, to].every((end) => /^[abc]\/w\d$/.test(end));
    const words: Record<string, string> = { added: 'gained', removed: 'lost', changed: 'changed' };
    return type === undefined || !isPair ? [] : [`${words[type]} ${from} → ${to}`];
  });
}

/** Runs in the page: what cells of two workloads say of a change, by the names of their heads. */
function markedCells(): readonly string[] {
  const names = new Map<string, string>();
  for (const head of document.querySelectorAll<HTMLElement>('.matrix-head.workload')) {
    names.set(head.dataset['place'] ?? '', head.getAttribute('aria-label')?.split(',')[0] ?? '');
  }
  return [...document.querySelectorAll<HTMLElement>('.cell')].flatMap((cell) => {
    const [row, column] = (cell.dataset['place'] ?? '').split(',');
    const [from, to] = [names.get(`${row},-1`), names.get(`-1,${column}`)];
    const type = /^(?:lost|gained|changed)(?=:)/.exec(cell.getAttribute('aria-label') ?? '')?.[0];
    return from === undefined || to === undefined || type === undefined ? [] : [`${type} ${from} → ${to}`];
  });
}

const TYPES = { removed: 'lost', added: 'gained', changed: 'changed' } as const;

function lineOf({ type, from, to, ports, causes }: DrawnPair): string {
  return JSON.stringify([type, from, to, ports, [...new Set(causes)].sort()]);
}

function changeLine({ type, from, to, before, after, because }: ClusterChange): string {
  const [old, now] = [before, after].map((each) => (each.length === 0 ? '' : connectionsText(each)));
  const ports = type === 'removed' ? old : type === 'added' ? now : `${old} → ${now}`;
  // A line has room for two causes and says how many more there are.
  const policies = because.map(({ policy: { namespace, name } }) => `${namespace}/${name}`);
  return JSON.stringify([TYPES[type], endText(from), endText(to), ports, [...new Set(policies.slice(0, 2))].sort()]);
}

function endText(end: ClusterChange['from']): string {
  if (typeof end === 'string') return end.replace(/\[\w+\]$/, '');
  const { cidrs } = end;
  if (['0.0.0.0/0', '0.0.0.0/0 ::/0'].includes(cidrs.join(' '))) return 'everywhere outside';
  const first = cidrs.slice(0, 3).join(', ');
  return cidrs.length > 3 ? `${first} and ${cidrs.length - 3} more` : first;
}

function unknownLine({ subject, direction, from, to, why }: UnknownEntry): string {
  const ends = from !== undefined && to !== undefined ? `${endText(from)} → ${endText(to)}` : subject;
  return JSON.stringify({ ends, direction: direction ?? '', why });
}

/** As the summary begins. */
function certain(changes: readonly ClusterChange[]): string {
  const count = (type: ClusterChange['type']): number => changes.filter((each) => each.type === type).length;
  const parts = [
    ['− ', count('removed'), ' lost'],
    ['+ ', count('added'), ' gained'],
    ['~ ', count('changed'), ' changed'],
  ] as const;
  const shown = parts.filter(([, number]) => number > 0).map((part) => part.join(''));
  return shown.length === 0 ? 'Certain: nothing changes' : `Certain: ${shown.join(' ')}`;
}

/** Sums of `N lost`, `N gained` and `N changed` over some texts. */
function countsOf(texts: readonly string[]): readonly number[] {
  return ['lost', 'gained', 'changed'].map((word) =>
    texts.reduce((sum, text) => sum + Number(new RegExp(`(\\d+) ${word}`).exec(text)?.[1] ?? 0), 0),
  );
}
