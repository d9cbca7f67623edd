import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';

/** Rows that stand in the page, of all that there are. */
export interface RowWindow {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
  /** Heights of what is left out above and below, in CSS pixels. */
  readonly above: number;
  readonly below: number;
}

/** Rows beyond the visible ones, so that a scroll shows no gap. */
const OVERSCAN = 12;

/**
 * Which rows of a long list are to be drawn: a page with more than some thousand elements is slow, whatever is in it.
 * All rows are of one height, so that nothing has to be measured.
 */
export class VirtualRows {
  readonly #virtualizer: Virtualizer<HTMLElement, Element>;
  readonly #rowHeight: number;
  #count = 0;

  /** @param moved other rows are to be drawn now */
  constructor(scrolling: HTMLElement, rowHeight: number, moved: () => void) {
    this.#rowHeight = rowHeight;
    this.#virtualizer = new Virtualizer({
      count: 0,
      getScrollElement: () => scrolling,
      estimateSize: () => rowHeight,
      overscan: OVERSCAN,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: moved,
    });
    this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
  }

  setCount(count: number): void {
    if (count === this.#count) return;
    this.#count = count;
    this.#virtualizer.setOptions({ ...this.#virtualizer.options, count });
    this.#virtualizer._willUpdate();
  }

  window(): RowWindow {
    const items = this.#virtualizer.getVirtualItems();
    const [first] = items;
    const last = items.at(-1);
    if (first === undefined || last === undefined) return { first: 0, end: 0, above: 0, below: 0 };
    const end = last.index + 1;
    return {
      first: first.index,
      end,
      above: first.index * this.#rowHeight,
      below: (this.#count - end) * this.#rowHeight,
    };
  }

  show(index: number): void {
    this.#virtualizer.scrollToIndex(index);
  }
}
