import type { FieldPath } from '../../model/manifest.ts';
import type { OffsetRange } from '../../model/sourceRange.ts';
import type { CursorSpot, CursorToken } from './cursorSpot.ts';
import type { LooseMap, LooseNode } from './looseTree.ts';
import type { WritingStyle } from './writingStyle.ts';

/** Something that may be written where the cursor stands. */
export interface Slot {
  /** `key`: a key of the map at `path`. `value`: what stands at `path`, of whatever form the schema says. */
  readonly kind: 'key' | 'value';
  readonly path: FieldPath;
  /** The map that gets the key, where it is there already. */
  readonly map?: LooseMap;
  readonly place: CursorSpot['place'] | 'item';
  /** Where what is written begins, for the lines that follow it. */
  readonly column: number;
  /** Written before it: blanks that mend the indentation, the dash of a new item. */
  readonly lead: string;
  /** Replaced by it; begins on the cursor's line. */
  readonly range: OffsetRange;
  /** Written after it. */
  readonly tail: string;
  /** What lies below belongs to the word: a key is written without a value of ours. */
  readonly bare: boolean;
}

/** Everything that can be written at a place of a text, read from lines and brackets alone. */
export interface CursorContext {
  /** In the order in which they are offered; none in comments and behind whole values. */
  readonly slots: readonly Slot[];
  readonly root: LooseNode | undefined;
  readonly token?: CursorToken;
  readonly cursor: number;
  readonly style: WritingStyle;
  /** Nothing is written in the document but perhaps the word under the cursor. */
  readonly empty: boolean;
}
