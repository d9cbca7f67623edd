import { describe, expect, test } from 'vitest';
import { localizedTexts } from '../../scripts/localization.ts';
import { commandsTable, manualOf, settingsTable, withSections } from '../../scripts/readme.ts';

const contributes = {
  commands: [
    { command: 'x.go', title: '%go%', category: 'X' },
    { command: 'x.inner', title: 'Inner', category: 'X' },
  ],
  menus: { commandPalette: [{ command: 'x.inner', when: 'false' }] },
  configuration: {
    properties: {
      'x.second': { type: 'string', order: 2, default: 'a|b', description: '%second%' },
      'x.first': {
        type: 'object',
        order: 1,
        default: { part: 'on' },
        markdownDescription: 'Both.',
        properties: { part: { type: 'string', default: 'on', description: 'A part.' } },
      },
    },
  },
};
const texts = { go: 'Go', second: 'This | that.' };

test('the table of commands leaves out what the palette does', () => {
  expect(commandsTable({ contributes }, texts).split('\n').slice(2)).toEqual(['| X: Go | `x.go` |']);
});

test('settings stand in their order, the parts of one below it, and no cell breaks the table', () => {
  expect(settingsTable({ contributes }, texts).split('\n').slice(2)).toEqual([
    '| `x.first` | Both. |  |',
    '| `x.first.part` | A part. | `"on"` |',
    '| `x.second` | This \\| that. | `"a\\|b"` |',
  ]);
});

test('a text that nobody wrote is a mistake', () => {
  expect(() => commandsTable({ contributes }, {})).toThrow('package.nls.json has no go.');
});

describe('sections between markers', () => {
  const text = 'a\n<!-- generated: one -->\nold\n<!-- end -->\nb\n';

  test('are replaced, whatever stood there', () => {
    const once = withSections(text, { one: 'new' });
    expect(once).toBe('a\n<!-- generated: one -->\n\nnew\n\n<!-- end -->\nb\n');
    expect(withSections(once, { one: 'new' })).toBe(once);
  });

  test('must all be there, and none besides', () => {
    expect(() => withSections(text, { one: '', two: '' })).toThrow('no section two');
    expect(() => withSections(text, {})).toThrow('unknown or second section one');
  });
});

test('texts for translators are the literals of l10n.t', () => {
  const source = `t('no'); l10n.t('It\\'s {0}', x); l10n.t("say \\"so\\""); l10n.t(\n  'two\\nlines',\n)`;
  expect(localizedTexts(source)).toEqual(["It's {0}", 'say "so"', 'two\nlines']);
  expect(() => localizedTexts('l10n.t(name)')).toThrow('wants a literal');
});

test('the manual is the README without pictures and without what is for the checkout', () => {
  const text = `# X

<picture>
  <img src="a.png">
</picture>

## Try it

npm start

## Checks

<!-- generated: checks -->

| [a](server/docs/a.md) |

<!-- end -->

## More

[ARCHITECTURE.md](ARCHITECTURE.md)
`;
  expect(manualOf(text)).toBe('# X\n\n## Checks\n\n| [a](../server/docs/a.md) |\n\n');
});
