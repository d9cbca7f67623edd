/** What the panel shows is what the engine says: changes line by line and cell by cell, against what `bulkhead diff` prints. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionsText } from '../../server/src/analysis/wording.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { diffClusters, type ClusterChange } from '../../server/src/engine/diffClusters.ts';
import type { UnknownEntry } from '../../server/src/engine/unknownEntries.ts';
import { withEdit } from '../../server/src/engine/withEdit.ts';
import { clusterState } from '../property/engineArbitraries.ts';
import { edit, edited } from '../property/engineEdits.ts';
import { browserUnavailable } from '../vscode/browser.ts';
import { drawnChanges, unfoldAll, type DrawnPair } from './drawnChanges.ts';
import { modelAnswers } from './modelAnswers.ts';
import { panels, type OpenPanel, type Panels } from './openPanel.ts';

describe.skipIf(browserUnavailable() !== undefined)('the list of changes', () => {
  let browser: Panels;
  let panel: OpenPanel;
  // Pages of four rows: a list of ten already has three.
  const answers = modelAnswers(4);

  beforeAll(async () => {
    browser = await panels();
    const empty = compileCluster({ namespaces: [], pods: [], policies: [], unreadable: [] });
    answers.compare(empty, empty);
    panel = await browser.open({ answering: answers, viewport: { width: 1400, height: 8000 } });
    await panel.settled();
  });
  afterAll(async () => {
    await panel.close();
    await browser.close();
  });

  test('holds every change and every doubt that bulkhead diff prints, and no other, whatever was edited', async () => {
    await fc.assert(
      fc.asyncProperty(
        clusterState('any'),
        edit('any'),
        fc.constantFrom('edited', 'backwards', 'apart'),
        async (state, step, how) => {
          const one = compileCluster(state);
          const other = how === 'apart' ? compileCluster(edited(state, step)) : withEdit(one, step);
          const [before, after] = how === 'backwards' ? [other, one] : [one, other];
          answers.compare(before, after);
          panel.host.stale();
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
  });
});

describe.skipIf(browserUnavailable() !== undefined)('the matrix', () => {
  let browser: Panels;
  let panel: OpenPanel;
  const answers = modelAnswers(500);

  beforeAll(async () => {
    browser = await panels();
    const empty = compileCluster({ namespaces: [], pods: [], policies: [], unreadable: [] });
    answers.compare(empty, empty);
    const view = { expanded: ['a', 'b', 'c'] };
    panel = await browser.open({
      answering: answers,
      state: { tab: 'matrix', view },
      viewport: { width: 2400, height: 1200 },
    });
    await panel.settled();
  });
  afterAll(async () => {
    await panel.close();
    await browser.close();
  });

  test('marks every pair of workloads of which bulkhead diff prints a change, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(clusterState('any'), edit('any'), async (state, step) => {
        const before = compileCluster(state);
        const after = withEdit(before, step);
        answers.compare(before, after);
        panel.host.stale();
        await panel.settled();
        const printed = [...diffClusters(before, after).changes()]
          .flat()
          .flatMap(({ type, from, to }) =>
            typeof from === 'string' && typeof to === 'string'
              ? [`${TYPES[type]} ${endText(from)} → ${endText(to)}`]
              : [],
          );
        expect((await panel.page.evaluate(markedPairs)).toSorted()).toEqual(printed.toSorted());
      }),
      { numRuns: 60 },
    );
  });
});

/** Runs in the page: what cells of two workloads say of a change, by the names of their heads. */
function markedPairs(): readonly string[] {
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
