import type { OffsetRange } from '../../model/sourceRange.ts';
import type { CursorSpot } from './cursorSpot.ts';
import type { CursorContext, Slot } from './slot.ts';
import { scanLoosely } from './looseScan.ts';
import { lineAt } from './looseText.ts';
import { pathOf, type LooseMap, type LooseNode } from './looseTree.ts';
import { lineSlots } from './lineSlots.ts';
import { writingStyle } from './writingStyle.ts';

export function cursorContext(text: string, cursor: number, isJson = false): CursorContext {
  const range = documentAround(text, cursor);
  if (range === undefined)
    return { slots: [], root: undefined, cursor, style: writingStyle(undefined, text, isJson), empty: false };
  const { root, spot } = scanLoosely(text, range, cursor);
  const style = writingStyle(root, text, isJson);
  const slots = spot === undefined ? [] : slotsOf(text, range, spot, cursor, root);
  return {
    slots,
    root,
    ...(spot?.token === undefined ? {} : { token: spot.token }),
    cursor,
    style,
    empty: root === undefined,
  };
}

/** The document that holds an offset, its markers left out; undefined on a marker's line. */
function documentAround(text: string, offset: number): OffsetRange | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  if (isMarker(text, lineStart)) return undefined;
  let start = 0;
  for (let at = lineStart; at > 0; at = at < 2 ? 0 : text.lastIndexOf('\n', at - 2) + 1) {
    if (!isMarker(text, at)) continue;
    start = lineAt(text, at, text.length).next;
    break;
  }
  if (start === 0 && isMarker(text, 0)) start = lineAt(text, 0, text.length).next;
  let end = text.length;
  for (let at = text.indexOf('\n', offset); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (!isMarker(text, at + 1)) continue;
    end = at;
    break;
  }
  return { start: Math.min(start, text.length), end };
}

function isMarker(text: string, at: number): boolean {
  return (
    (text.startsWith('---', at) || text.startsWith('...', at)) && /^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(at, at + 4))
  );
}

function slotsOf(
  text: string,
  document: OffsetRange,
  spot: CursorSpot,
  cursor: number,
  root: LooseNode | undefined,
): readonly Slot[] {
  const { place, trail, token, column } = spot;
  if (place === 'line') return lineSlots(text, document, spot, cursor, root);
  const last = trail.at(-1);
  const range = token ?? { start: cursor, end: cursor };
  const path = pathOf(trail);
  const common = { place, column, range: { start: range.start, end: range.end }, lead: '', tail: '', bare: false };
  if (place === 'name') {
    const map = last?.node as LooseMap;
    return [{ ...common, kind: 'key', path: path.slice(0, -1), map, bare: true }];
  }
  if (place === 'flow') return flowSlots(text, document, spot, common);
  const below = last?.node.kind === 'map' ? last.entry?.value : last?.node.items[last.step as number];
  const isOwn = below?.kind === 'scalar' && token !== undefined && below.start === token.start;
  const glued = token === undefined && !/\s/.test(text[cursor - 1] ?? '') ? ' ' : '';
  if (below === undefined || isOwn) {
    // What stands on lines of its own below a key is indented from the key.
    const from = place === 'afterKey' ? (last?.node.column ?? 0) : column + glued.length;
    return [{ ...common, kind: 'value', path, lead: glued, column: from }];
  }
  // The item's own map stands below: what is written behind the dash has to stand in its column.
  if (place !== 'dash' || below.kind !== 'map' || below.flow || token !== undefined) return [];
  const missing = below.column - column;
  if (missing < 0) return [];
  return [
    {
      ...common,
      kind: 'key',
      path,
      map: below,
      lead: ' '.repeat(missing),
      column: below.column,
      tail: `\n${' '.repeat(below.column)}`,
    },
  ];
}

/** Between brackets, with the commas that what is written needs. */
function flowSlots(
  text: string,
  document: OffsetRange,
  { trail, token, name }: CursorSpot,
  common: Omit<Slot, 'kind' | 'path'>,
): readonly Slot[] {
  const last = trail.at(-1);
  const path = pathOf(trail);
  const rest = text.slice(common.range.end, document.end);
  const next = /^\s*(?:#.*\s*)*(.?)/.exec(rest)?.[1] ?? '';
  const before = text[common.range.start - 1] ?? '';
  const lead = token === undefined && /[:,]/.test(before) ? ' ' : '';
  const comma = next === '' || /[,}\]]/.test(next) ? '' : ', ';
  if (name === true) {
    const map = last?.node as LooseMap;
    if (token !== undefined && next === ':') return [{ ...common, kind: 'key', path, map, bare: true }];
    return [{ ...common, kind: 'key', path, map, lead, tail: comma }];
  }
  return [{ ...common, kind: 'value', path, lead, tail: comma }];
}
