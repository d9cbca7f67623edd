import type { OffsetRange } from '../../model/sourceRange.ts';
import type { LooseEntry, LooseList, LooseMap, LooseNode, LooseStep } from './looseTree.ts';

/** Where the cursor stands in a document that is read loosely. */
export interface CursorSpot {
  /**
   * `line`: on a line of its own, blank or with a word. `dash`, `key`: behind a `- ` or a `key:` of its line.
   * `name`: on a key that has its colon. `flow`: between brackets.
   */
  readonly place: 'line' | 'dash' | 'afterKey' | 'name' | 'flow';
  /** What stands around it, outermost first; on a line of its own, around what stands before it. */
  readonly trail: readonly LooseStep[];
  /** The word under the cursor; absent in a gap. */
  readonly token?: CursorToken;
  /** Of the word or, in a gap, of the cursor. */
  readonly column: number;
  /** In flow style: a key's name, where a name is to be written. */
  readonly name?: boolean;
}

export interface CursorToken extends OffsetRange {
  readonly quote: '' | '"' | "'";
  readonly closed: boolean;
}

export interface LooseDocument {
  readonly root: LooseNode | undefined;
  /** Absent where nothing can be written: in a comment, a block scalar, behind a whole value. */
  readonly spot?: CursorSpot;
}

/** A collection in block style that is still open. */
export interface Frame {
  readonly node: LooseMap | LooseList;
  step: string | number | undefined;
  entry: LooseEntry | undefined;
}

/** What the readers of block and flow style share. */
export interface Scan {
  readonly text: string;
  readonly end: number;
  readonly cursor: number;
  readonly frames: Frame[];
  root: LooseNode | undefined;
  spot: CursorSpot | undefined;
  /** The cursor's place has been passed; `spot` says whether something can be written there. */
  passed: boolean;
}
