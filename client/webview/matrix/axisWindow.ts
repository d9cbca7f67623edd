/** A stretch of an axis: heads from `first` up to, and without, `end`. */
export interface AxisWindow {
  readonly first: number;
  readonly end: number;
}

/** One axis of the matrix as it is scrolled; lengths in CSS pixels. */
export interface AxisView {
  /** How far it is scrolled. */
  readonly scroll: number;
  /** Of what shows cells. */
  readonly length: number;
  /** Of one row or column: all are alike, so that nothing has to be measured. */
  readonly item: number;
  /** Heads there are. */
  readonly total: number;
}

/**
 * What is to stand in the page of one axis.
 *
 * @param overscan heads on both sides beyond what is in view, so that a scroll shows no gap
 * @param most heads at once: whatever the size of the screen, the page stays small
 */
export function windowOf({ scroll, length, item, total }: AxisView, overscan: number, most: number): AxisWindow {
  const visible = Math.ceil(Math.max(0, length) / item) + 1;
  const top = Math.min(Math.floor(Math.max(0, scroll) / item), Math.max(0, total - 1));
  const first = Math.max(0, top - overscan);
  return { first, end: Math.min(total, top + visible + overscan, first + most) };
}

/** What to ask for so that half a view further can be scrolled without another question. */
export function askedWindow({ first, end }: AxisWindow, most: number): AxisWindow {
  const around = Math.min(Math.ceil((end - first) / 2), Math.floor((most - (end - first)) / 2));
  if (around <= 0) return { first, end: Math.min(end, first + most) };
  const from = Math.max(0, first - around);
  return { first: from, end: from + (end - first) + 2 * around };
}

/** Whether everything of `wanted` that exists is in `asked`. */
export function covers(asked: AxisWindow, wanted: AxisWindow, total: number): boolean {
  return asked.first <= wanted.first && Math.min(total, wanted.end) <= asked.end;
}

/** How far to scroll so that a head is in view; undefined where it is. */
export function scrollToShow(index: number, { scroll, length, item }: AxisView): number | undefined {
  const start = index * item;
  if (start < scroll) return start;
  // Where not even one fits, its beginning counts.
  const end = Math.max(start + item - length, 0);
  return end > scroll ? Math.min(start, end) : undefined;
}
