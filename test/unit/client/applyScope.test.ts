/** Which policies a person means when they run a command of a change of the cluster. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Uri as VscodeUri } from 'vscode';
import { meantScope } from '../../../client/src/applyScope.ts';
import { Uri, window } from '../../support/fakeVscode.ts';

const WEB = 'file:///w/web.yaml';
const uri = (text = WEB): VscodeUri => new Uri(text) as unknown as VscodeUri;

/** An editor with these selections: from and to as `line:character`. */
function editorOf(address: string, selections: readonly (readonly [string, string])[] = [], languageId = 'yaml') {
  const position = (at: string) => {
    const [line = 0, character = 0] = at.split(':').map(Number);
    return { line, character };
  };
  return {
    document: { uri: uri(address), languageId },
    selections: selections.map(([start, end]) => ({
      start: position(start),
      end: position(end),
      isEmpty: start === end,
    })),
  };
}

beforeEach(() => {
  window.activeTextEditor = undefined;
});

describe('from the palette it is the active document', () => {
  test.each<readonly [what: string, selections: readonly (readonly [string, string])[], lines: unknown]>([
    ['with a cursor', [['3:4', '3:4']], undefined],
    ['or the lines of a selection', [['3:4', '8:2']], [{ start: 3, end: 8 }]],
    ['whole lines end before the next one', [['3:0', '8:0']], [{ start: 3, end: 7 }]],
    [
      'or of several, without the bare cursors among them',
      [
        ['1:0', '1:4'],
        ['5:0', '5:0'],
        ['9:1', '9:3'],
      ],
      [
        { start: 1, end: 1 },
        { start: 9, end: 9 },
      ],
    ],
  ])('%s', (_, selections, lines) => {
    window.activeTextEditor = editorOf(WEB, selections);
    expect(meantScope(undefined, undefined)).toEqual({ uris: [WEB], ...(lines === undefined ? {} : { lines }) });
  });

  test.each([
    ['no editor is open', undefined],
    ['it is no manifest', editorOf('file:///w/main.go', [], 'go')],
  ])('and nothing where %s', (_, editor) => {
    window.activeTextEditor = editor;
    expect(meantScope(undefined, undefined)).toBeUndefined();
  });

  test('while the diff of a preview is looked at, what was meant before is meant again', () => {
    window.activeTextEditor = editorOf('bulkhead-apply:/after/shop/web.yaml');
    expect(meantScope(undefined, undefined, { uris: [WEB] })).toEqual({ uris: [WEB] });
    expect(meantScope(undefined, undefined)).toBeUndefined();
  });
});

describe('from a menu it is what was clicked', () => {
  test('in the explorer all that is selected, whatever the editor shows', () => {
    window.activeTextEditor = editorOf(WEB, [['0:0', '2:0']]);
    expect(meantScope(uri(), [uri(), uri('file:///w/deploy')])).toEqual({ uris: [WEB, 'file:///w/deploy'] });
  });

  test('in the editor its document, or what is selected there', () => {
    window.activeTextEditor = editorOf(WEB, [['0:0', '2:0']]);
    expect(meantScope(uri(), undefined)).toEqual({ uris: [WEB], lines: [{ start: 0, end: 1 }] });
  });

  test('a document that the editor does not show as a whole', () => {
    window.activeTextEditor = editorOf('file:///w/other.yaml', [['0:0', '2:0']]);
    expect(meantScope(uri(), undefined)).toEqual({ uris: [WEB] });
  });
});

describe('from a lens it is its policy', () => {
  test.each<readonly [argument: unknown, scope: unknown]>([
    [
      { uri: WEB, policy: 'shop/web' },
      { uris: [WEB], policies: ['shop/web'] },
    ],
    [{ uri: WEB }, { uris: [WEB] }],
    [{ uri: 5 }, undefined],
    [[WEB], undefined],
    ['shop/web', undefined],
  ])('%j', (argument, scope) => expect(meantScope(argument, undefined)).toEqual(scope));
});
