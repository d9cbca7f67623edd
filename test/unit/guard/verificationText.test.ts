import { expect, test } from 'vitest';
import type { Verification } from '../../../server/src/guard/journal.ts';
import { verificationText } from '../../../server/src/guard/verificationText.ts';

test.each<readonly [found: Verification, text: string]>([
  [{ intact: true, lines: 0, cut: [] }, 'The journal is empty.'],
  [{ intact: true, lines: 1, cut: [] }, 'The journal is intact: 1 line, each follows from the one before it.'],
  [
    { intact: true, lines: 1200, cut: [7] },
    'The journal is intact: 1,200 lines, each follows from the one before it. 1 write broke off (line 7).',
  ],
  [
    { intact: false, lines: 9, line: 4, why: 'hash' },
    'Line 4 of 9 does not follow from the one before it: one of the two was changed, or lines between them were taken out.',
  ],
  [
    { intact: false, lines: 9, line: 4, why: 'number' },
    'Line 4 of 9 does not have the number that comes next: lines were taken out or put in.',
  ],
  [{ intact: false, lines: 9, line: 4, why: 'unreadable' }, 'Line 4 of 9 is no line of the journal.'],
])('%j', (found, text) => {
  expect(verificationText(found)).toBe(text);
});
