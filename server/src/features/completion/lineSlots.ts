import type { OffsetRange } from '../../model/sourceRange.ts';
import type { FieldPath } from '../../model/manifest.ts';
import type { CursorSpot } from './cursorSpot.ts';
import type { Slot } from './slot.ts';
import { lineAt } from './looseText.ts';
import { pathOf, type LooseMap, type LooseNode, type LooseStep } from './looseTree.ts';

/** A column in which something can begin on a line of its own. */
interface Level {
  readonly column: number;
  /** Any deeper column does as well. */
  readonly orDeeper: boolean;
  readonly kind: 'key' | 'item' | 'value';
  readonly path: FieldPath;
  readonly map?: LooseMap;
}

/**
 * What can be written on a line of its own: blank, or with a word that is not a key yet. The column says to which of
 * the collections above it belongs; one that belongs to none is mended to the nearest that does.
 */
export function lineSlots(
  text: string,
  document: OffsetRange,
  { trail, token, column }: CursorSpot,
  cursor: number,
  root: LooseNode | undefined,
): readonly Slot[] {
  const line = lineAt(text, text.lastIndexOf('\n', cursor - 1) + 1, document.end);
  const next = nextLine(text, line.next, document.end);
  // A word above deeper lines is the key that they lack.
  const bare = token !== undefined && next !== undefined && owns(next, column);
  const levels = levelsOf(trail, root, bare ? column : undefined).filter(
    (level) => bare || next === undefined || canPrecede(level, next),
  );
  const distance = (level: Level): number =>
    level.orDeeper && column >= level.column ? 0 : Math.abs(level.column - column);
  const nearest = Math.min(...levels.map(distance));
  const tabs = text.slice(line.start, token?.start ?? cursor).includes('\t');
  return levels
    .filter((level) => distance(level) === nearest)
    .filter((level, _, all) => level.column === (all[0] as Level).column || level.orDeeper)
    .map((level): Slot => {
      const at = level.orDeeper ? Math.max(column, level.column) : level.column;
      const mended = at !== column || tabs;
      const end = token?.end ?? cursor;
      const start = mended ? line.start : (token?.start ?? cursor);
      return {
        kind: level.kind === 'key' ? 'key' : 'value',
        path: level.path,
        ...(level.map === undefined ? {} : { map: level.map }),
        place: level.kind === 'item' ? 'item' : 'line',
        column: level.kind === 'item' ? at + 2 : at,
        lead: `${mended ? ' '.repeat(at) : ''}${level.kind === 'item' ? '- ' : ''}`,
        range: { start, end },
        tail: '',
        bare,
      };
    });
}

/** Every column that a collection above the line takes part in, the innermost first. */
function levelsOf(
  trail: readonly LooseStep[],
  root: LooseNode | undefined,
  word: number | undefined,
): readonly Level[] {
  if (trail.length === 0) {
    if (root === undefined) return [{ column: 0, orDeeper: false, kind: 'key', path: [] }];
    // The document begins below the cursor.
    return root.kind === 'map' && !root.flow
      ? [{ column: root.column, orDeeper: false, kind: 'key', path: [], map: root }]
      : [];
  }
  const levels: Level[] = [];
  for (const [index, { node }] of trail.entries()) {
    const path = pathOf(trail.slice(0, index));
    if (node.kind === 'map') levels.unshift({ column: node.column, orDeeper: false, kind: 'key', path, map: node });
    else {
      levels.unshift({ column: node.column, orDeeper: false, kind: 'item', path: [...path, node.items.length] });
    }
  }
  levels.unshift(...innermost(trail, word));
  return levels;
}

/**
 * What the last key or dash before the line waits for, or what it has got below the line.
 *
 * @param word the column of a word that stands above deeper lines: they belong to it
 */
function innermost(trail: readonly LooseStep[], word: number | undefined): readonly Level[] {
  const last = trail.at(-1) as LooseStep;
  const path = pathOf(trail);
  const value = last.node.kind === 'map' ? last.entry?.value : last.node.items[last.step as number];
  const isBelowWord = value !== undefined && value.kind !== 'scalar' && word !== undefined && value.column > word;
  if (value === undefined || isBelowWord) {
    const below: Level = { column: last.node.column + 1, orDeeper: true, kind: 'value', path };
    // Dashes may stand in the column of their key.
    const beside: Level = { column: last.node.column, orDeeper: false, kind: 'item', path: [...path, 0] };
    return last.node.kind === 'map' ? [below, beside] : [below];
  }
  if (value.kind === 'scalar' || value.flow) return [];
  return value.kind === 'map'
    ? [{ column: value.column, orDeeper: false, kind: 'key', path, map: value }]
    : [{ column: value.column, orDeeper: false, kind: 'item', path: [...path, value.items.length] }];
}

interface NextLine {
  readonly column: number;
  readonly dash: boolean;
}

/** The next line that says anything. */
function nextLine(text: string, from: number, end: number): NextLine | undefined {
  for (let at = from; at < end;) {
    const line = lineAt(text, at, end);
    const content = text.slice(line.first, line.end);
    if (content !== '' && !content.startsWith('#')) {
      return { column: line.first - line.start, dash: /^-(?:\s|$)/.test(content) };
    }
    at = line.next;
  }
  return undefined;
}

function owns({ column, dash }: NextLine, word: number): boolean {
  return column > word || (dash && column === word);
}

/** A line must not take the lines below it away from what they belong to. */
function canPrecede({ column, kind, orDeeper }: Level, next: NextLine): boolean {
  if (orDeeper) return true;
  return column > next.column || (column === next.column && (kind === 'item' || !next.dash));
}
