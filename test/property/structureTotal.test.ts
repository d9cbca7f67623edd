/** Whatever a person types, an editor's questions about structure have answers, and every place in them is one. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DocumentSymbol, Range, SelectionRange } from 'vscode-languageserver-types';
import { definition } from '../../server/src/features/definition.ts';
import { documentHighlights } from '../../server/src/features/documentHighlight.ts';
import { documentSymbols, flatSymbols } from '../../server/src/features/documentSymbol.ts';
import { foldingRanges } from '../../server/src/features/foldingRange.ts';
import type { Place } from '../../server/src/features/objectPlaces.ts';
import { references } from '../../server/src/features/references.ts';
import { selectionRanges } from '../../server/src/features/selectionRange.ts';
import { semanticTokens, TOKEN_MODIFIERS, TOKEN_TYPES } from '../../server/src/features/semanticTokens.ts';
import { symbolRange, workspaceSymbols } from '../../server/src/features/workspaceSymbol.ts';
import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import { FolderWorkspace } from '../../server/src/workspace/folderWorkspace.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { anyEdit, anyText, edited, POLICY, WORKLOADS } from '../support/brokenTexts.ts';
import { SHOP } from '../support/shopManifests.ts';

const JSON_POLICY = JSON.stringify(
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'j' }, spec: { podSelector: {} } },
  null,
  2,
);
const seed = fc.oneof(
  fc.constantFrom(
    POLICY + WORKLOADS,
    WORKLOADS + POLICY,
    POLICY,
    JSON_POLICY,
    (POLICY + WORKLOADS).replaceAll('\n', '\r\n'),
  ),
  anyText,
);
const URI = 'file:///w/edited.yaml';

function folder(): FolderWorkspace {
  const opened = new FolderWorkspace('file:///w', { now: () => 0, date: () => 0 });
  opened.setIndexing(undefined);
  for (const [file, text] of SHOP) opened.putFile(`file:///w/${file}`, text);
  return opened;
}

test('any text has a structure whose places lie in it and in each other', () => {
  fc.assert(
    fc.property(
      seed,
      fc.array(anyEdit, { maxLength: 3 }),
      fc.array(fc.nat(2000), { minLength: 4, maxLength: 4 }),
      (text, edits, offsets) => {
        const workspace = folder();
        workspace.openDocument(URI, text);
        check(workspace.snapshot(URI), text, offsets);
        let state = text;
        for (const change of edits) {
          state = edited(state, change);
          workspace.editDocument(URI, state);
          check(workspace.snapshot(URI), state, offsets);
        }
      },
    ),
    { numRuns: 400 },
  );
});

function check(snapshot: WorkspaceSnapshot, text: string, offsets: readonly number[]): void {
  const lines = lineIndex(text);
  const end = lines.position(text.length);
  const isIn = ({ start, end: last }: Range, outer: Range): boolean =>
    !isBefore(start, outer.start) && !isBefore(outer.end, last) && !isBefore(last, start);
  const whole: Range = { start: { line: 0, character: 0 }, end };

  const symbols = documentSymbols(snapshot, URI) ?? [];
  const nested = (symbol: DocumentSymbol, outer: Range): void => {
    expect(symbol.name).not.toBe('');
    expect(isIn(symbol.range, outer)).toBe(true);
    expect(isIn(symbol.selectionRange, symbol.range)).toBe(true);
    for (const child of symbol.children ?? []) nested(child, symbol.range);
  };
  for (const symbol of symbols) nested(symbol, whole);
  expect(flatSymbols(symbols, URI)?.length).toBeGreaterThanOrEqual(symbols.length);

  const folds = foldingRanges(snapshot, URI) ?? [];
  for (const { startLine, endLine } of folds) {
    expect(startLine).toBeLessThan(endLine);
    expect(endLine).toBeLessThanOrEqual(end.line);
  }
  expect(foldingRanges(snapshot, URI, 2)?.length ?? 0).toBeLessThanOrEqual(2);

  checkTokens(semanticTokens(snapshot, URI), text);

  const positions = offsets.map((offset) => lines.position(offset % (text.length + 1)));
  const selections = selectionRanges(snapshot, URI, positions) ?? [];
  expect(selections).toHaveLength(positions.length);
  for (const [index, selection] of selections.entries()) {
    const position = positions[index] ?? end;
    let current: SelectionRange | undefined = selection;
    expect(isIn({ start: position, end: position }, current.range)).toBe(true);
    for (; current.parent !== undefined; current = current.parent) {
      expect(isIn(current.range, current.parent.range)).toBe(true);
      expect(current.range).not.toEqual(current.parent.range);
    }
  }

  for (const position of positions) {
    const offset = lines.offset(position);
    for (const { range } of documentHighlights(snapshot, URI, offset) ?? []) expect(isIn(range, whole)).toBe(true);
    const found = definition(snapshot, URI, offset, { views: true });
    if (found !== undefined) expect(isIn({ start: position, end: position }, found.origin)).toBe(true);
    const places: readonly Place[] = [
      ...(found?.places ?? []),
      ...references(snapshot, URI, offset, { views: true, declaration: true }),
    ];
    for (const { uri, range, selection } of places) {
      const of = snapshot.files.get(uri)?.file.text;
      expect(isIn(selection, range)).toBe(true);
      if (of !== undefined)
        expect(isIn(range, { start: whole.start, end: lineIndex(of).position(of.length) })).toBe(true);
    }
  }
  for (const { data } of workspaceSymbols(snapshot, '')) {
    const range = symbolRange(snapshot, data);
    if (data.uri === URI && range !== undefined) expect(isIn(range, whole)).toBe(true);
  }
}

/** In order, apart from each other, and each on one line. */
function checkTokens(data: readonly number[], text: string): void {
  const lengths = text.split(/\r\n|\n|\r/).map(({ length }) => length);
  let line = 0;
  let behind = 0;
  let character = 0;
  for (let index = 0; index < data.length; index += 5) {
    const [down = -1, right = -1, length = 0, type = -1, modifiers = -1] = data.slice(index, index + 5);
    expect(down).toBeGreaterThanOrEqual(0);
    if (down > 0) behind = 0;
    line += down;
    character = down === 0 ? character + right : right;
    expect(character).toBeGreaterThanOrEqual(behind);
    expect(length).toBeGreaterThan(0);
    behind = character + length;
    expect(behind).toBeLessThanOrEqual(lengths[line] ?? 0);
    expect(type).toBeLessThan(TOKEN_TYPES.length);
    expect(modifiers).toBeLessThan(1 << TOKEN_MODIFIERS.length);
  }
}

function isBefore(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
