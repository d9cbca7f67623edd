/** Whatever is typed or pasted, a question about a path is answered and nothing throws. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeEnd } from '../../server/src/workspace/path/completeEnd.ts';
import { explainPath } from '../../server/src/workspace/path/explainPath.ts';
import { exposureOf } from '../../server/src/workspace/path/exposure.ts';
import { exposureLines } from '../../server/src/workspace/path/exposureText.ts';
import { noteText, unclearText, errorLineText } from '../../server/src/workspace/path/noteText.ts';
import { parseEnd } from '../../server/src/workspace/path/parseEnd.ts';
import { endName } from '../../server/src/workspace/path/pathEnd.ts';
import { groupLines, headline } from '../../server/src/workspace/path/pathText.ts';
import { probeOf } from '../../server/src/workspace/path/probe.ts';
import { effectSummary, obstacleText, otherText, proposalTitle } from '../../server/src/workspace/path/proposalText.ts';
import { proposeEdits } from '../../server/src/workspace/path/proposeEdits.ts';
import { readErrorLine } from '../../server/src/workspace/path/readErrorLine.ts';
import { readQuestion } from '../../server/src/workspace/path/readQuestion.ts';
import { pathShop } from '../support/pathShop.ts';
import { snapshotOfState, withWrittenPolicies } from '../support/snapshotOfState.ts';
import { clusterState } from './engineArbitraries.ts';

const shop = pathShop();
const PIECES = [
  'shop',
  'db',
  '/',
  '[',
  ']',
  ':',
  '.',
  '*',
  'svc',
  '10.2.0.4',
  'fd00::1',
  '5432',
  ' ',
  '__proto__',
  '\u0000',
];
const KNOWN = [
  'shop/db',
  'shop/*',
  'any pod',
  'internet',
  '10.2.0.4',
  '10.96.0.7',
  '8.8.8.8',
  'shop/db[Service]',
  '192.168.5.1',
];
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.constantFrom(...KNOWN),
);

describe('a path', () => {
  test('is read from any text', () => {
    fc.assert(
      fc.property(text, (typed) => {
        const parsed = parseEnd(shop, typed);
        if (parsed.kind !== 'end') expect(unclearText(parsed)).toBeTypeOf('string');
        for (const candidate of completeEnd(shop, typed, 5)) expect(parseEnd(shop, candidate.text).kind).toBe('end');
        const line = readErrorLine(typed);
        if (line !== undefined) expect(errorLineText(line)).toBeTypeOf('string');
      }),
      { numRuns: 3000 },
    );
  });

  test('that was understood is understood again by its name', () => {
    fc.assert(
      fc.property(text, (typed) => {
        const parsed = parseEnd(shop, typed);
        if (parsed.kind !== 'end') return;
        const again = parseEnd(shop, endName(parsed.end));
        expect(again).toMatchObject({ kind: 'end', end: { kind: parsed.end.kind } });
      }),
      { numRuns: 2000 },
    );
  });

  test('is answered in words, also in clusters of which little is known', () => {
    const scene = fc.record({
      state: clusterState('any'),
      from: fc.constantFrom('any pod', 'internet', 'a/w0', 'b/*', '10.0.0.1', '8.8.8.8', 'c/w2'),
      to: fc.constantFrom('any pod', 'internet', 'a/w1', 'c/*', '10.0.0.2', 'fd00::9', 'b/w0'),
      port: fc.constantFrom(53, 80),
    });
    fc.assert(
      fc.property(scene, ({ state, from, to, port }) => {
        const snapshot = withWrittenPolicies(snapshotOfState(state));
        const read = readQuestion(snapshot, { from, to, port });
        if (read.kind !== 'question') return;
        const answer = explainPath(snapshot, read.question);
        const words = [headline(answer), ...answer.notes.map(noteText)];
        for (const group of answer.groups) words.push(...groupLines(answer, group).map((line) => line.text));
        for (const wanted of ['allow', 'deny'] as const) {
          const { proposals, obstacles } = proposeEdits(snapshot, read.question, wanted);
          expect(proposals.length + obstacles.length).toBeGreaterThan(0);
          words.push(...obstacles.map(obstacleText));
          for (const each of proposals) {
            words.push(proposalTitle(each), effectSummary(each.effect), ...each.effect.others.map(otherText));
          }
        }
        const exposure = exposureOf(snapshot, read.question.to);
        if (exposure !== undefined) words.push(...exposureLines(exposure).map((line) => line.text));
        probeOf(snapshot, read.question);
        for (const word of words) expect(word).not.toMatch(/undefined|NaN|\[object/);
      }),
      { numRuns: 400 },
    );
  });
});
