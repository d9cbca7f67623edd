import { expect, test } from 'vitest';
import { label, markdown, sentence, visible } from '../../../client/src/hostileText.ts';

test('characters that hide or reorder text are shown', () => {
  expect(visible('prod\u202egnp')).toBe('prod\\u{202e}gnp');
  expect(visible('a\nb\u0000')).toBe('a\\u{a}b\\u{0}');
  expect(visible('größer – 東京')).toBe('größer – 東京');
});

test('a label has no icon in it, one line and an end', () => {
  expect(label('$(trash) prod')).toBe('\\$(trash) prod');
  expect(label('x'.repeat(100), 10)).toBe('xxxxxxxxx…');
});

test('a sentence has no link in it, one line and an end', () => {
  expect(sentence('[free](command:workbench.action.quit)\nx')).toBe('[free] (command:workbench.action.quit)\\u{a}x');
  expect(sentence('x'.repeat(100), 10)).toBe('xxxxxxxxx…');
});

test.each([
  [
    'a link that runs a command',
    '[free](command:workbench.action.quit)',
    '\\[free\\]\\(command:workbench\\.action\\.quit\\)',
  ],
  ['an image', '![x](https://example.org)', '\\!\\[x\\]\\(https://example\\.org\\)'],
  ['HTML', '<img src=x>', '&lt;img src=x&gt;'],
  ['an icon', '$(check)', '&#36;\\(check\\)'],
  ['the end of a cell', 'a|b', 'a\\|b'],
  ['an entity', '&lt;', '&amp;lt;'],
])('Markdown shows %s as it is', (_, text, escaped) => expect(markdown(text)).toBe(escaped));
