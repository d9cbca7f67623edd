import { expect, test } from 'vitest';
import { LastWords } from '../../../client/src/lastWords.ts';

test.each([
  [
    'an exception that nobody caught',
    "/out/server.cjs:1\n  x.y()\n    ^\n\nTypeError: Cannot read properties of undefined (reading 'y')\n    at a (/out/server.cjs:1:1)\n\nNode.js v24.1.0",
    "TypeError: Cannot read properties of undefined (reading 'y')",
  ],
  [
    'a module that is not there',
    "node:internal/modules\n  throw err;\n\nError: Cannot find module '/x/out/server.cjs'\nRequire stack:\n- /x",
    "Error: Cannot find module '/x/out/server.cjs'",
  ],
  [
    'no memory',
    '<--- Last few GCs --->\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native stack trace -----\n 1: 0xb',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  ],
  ['nothing', '', undefined],
  ['a warning', '(node:1) ExperimentalWarning: x is experimental', undefined],
])('of %s', (_name, written, why) => {
  const words = new LastWords();
  for (const line of written.split('\n')) words.add(line);
  expect(words.why).toBe(why);
});

test('only so much is kept', () => {
  const words = new LastWords();
  words.add('Error: the first of a thousand');
  for (let line = 0; line < 999; line += 1) words.add('    at x');
  expect(words.why).toBeUndefined();
});

test.each([
  ['a signal', null, 'SIGKILL', 'SIGKILL'],
  ['a status', 7, null, 'exit status 7'],
  ['nothing unusual', 0, null, undefined],
])('without a word, %s is all there is to say', (_name, status, signal, why) => {
  const words = new LastWords();
  words.ended(status, signal);
  expect(words.why).toBe(why);
});
