import { expect, it } from 'vitest';
import { cutDocuments } from '../../../server/src/syntax/documentMarkers.ts';

it.each<[why: string, text: string, documents: readonly string[]]>([
  ['an empty text has no document', '', []],
  ['comments alone are no document', '# nothing\n\n', []],
  ['a text without markers is one', 'a: 1\n', ['a: 1\n']],
  ['a marker at the start belongs to its document', '---\na: 1\n', ['---\na: 1\n']],
  ['comments before a marker belong to the document it starts', '# licence\n---\na: 1\n', ['# licence\n---\na: 1\n']],
  ['a marker between two', 'a: 1\n---\nb: 2\n', ['a: 1\n', '---\nb: 2\n']],
  ['two markers with nothing between them', '---\n---\nb: 2\n', ['---\n', '---\nb: 2\n']],
  ['a marker with content behind it', 'a: 1\n--- {b: 2}\n', ['a: 1\n', '--- {b: 2}\n']],
  ['no marker: three dashes of a word', 'a: 1\n---b\n', ['a: 1\n---b\n']],
  ['no marker: it is indented', 'a: |\n  x\n  ---\n  y\n', ['a: |\n  x\n  ---\n  y\n']],
  ['a block scalar ends at a marker', 'a: |\n  x\n---\ny: 1\n', ['a: |\n  x\n', '---\ny: 1\n']],
  ['a quoted scalar ends at a marker', 'a: "x\n---\ny: 1\n', ['a: "x\n', '---\ny: 1\n']],
  ['an end marker closes its document', 'a: 1\n...\nb: 2\n', ['a: 1\n...\n', 'b: 2\n']],
  ['an end marker alone ends nothing', '...\n# nothing\n...\na: 1\n', ['a: 1\n']],
  ['an end marker before a start marker', 'a: 1\n...\n---\nb: 2\n', ['a: 1\n...\n', '---\nb: 2\n']],
  [
    'directives belong to the document behind them',
    'a: 1\n...\n%TAG ! x\n---\nb\n',
    ['a: 1\n...\n', '%TAG ! x\n---\nb\n'],
  ],
  ['a byte order mark before a marker', '\uFEFF---\na: 1\n', ['\uFEFF---\na: 1\n']],
  ['Windows line ends', 'a: 1\r\n---\r\nb: 2\r\n', ['a: 1\r\n', '---\r\nb: 2\r\n']],
  ['a marker at the end of the text', 'a: 1\n---', ['a: 1\n', '---']],
])('%s', (_, text, documents) => {
  expect(cutDocuments(text).map(({ start, end }) => text.slice(start, end))).toEqual(documents);
});
