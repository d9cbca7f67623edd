import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { VirtualRows } from './virtualRows.ts';

/** One line of a list that unfolds. */
export interface Line {
  readonly key: string;
  /** 1 for a heading. */
  readonly level: number;
  /** Undefined where nothing is below it. */
  readonly unfolded?: boolean;
  /** A class for its look. */
  readonly look: string;
  /** Cells, each an element of role `gridcell`: made for lines that are drawn, and for no other. */
  readonly cells: () => TemplateResult;
}

export interface LineListParts {
  /** What the list is, for those who hear it. */
  readonly label: () => string;
  /** Height of a line, in CSS pixels. */
  readonly height: number;
  /** The page is to be drawn again. */
  readonly redraw: () => void;
  readonly fold: (key: string, unfold: boolean) => void;
  /** Enter on a line. */
  readonly enter: (key: string) => void;
  /** Lines that stand in the page now. */
  readonly shown: (lines: readonly Line[]) => void;
}

/**
 * A list of any length that unfolds like a tree, with cells like a table: only lines in view stand in the page, one of
 * them takes part in the order of the Tab key, and the arrow keys move between them (ARIA's pattern of a tree grid).
 */
export class LineList {
  readonly #parts: LineListParts;
  #rows: VirtualRows | undefined;
  #element: HTMLElement | undefined;
  #lines: readonly Line[] = [];
  #active: string | undefined;
  /** The active line is to be focused once it stands in the page. */
  #focusing = false;

  constructor(parts: LineListParts) {
    this.#parts = parts;
  }

  render(lines: readonly Line[]): TemplateResult {
    this.#lines = lines;
    this.#rows?.setCount(lines.length);
    const { first, end, above, below } = this.#rows?.window() ?? { first: 0, end: 0, above: 0, below: 0 };
    const shown = lines.slice(first, end);
    this.#parts.shown(shown);
    const active = this.#lines.some(({ key }) => key === this.#active) ? this.#active : lines[0]?.key;
    return html`<div
      class="lines"
      role="treegrid"
      aria-label=${this.#parts.label()}
      aria-rowcount=${lines.length}
      ${ref((element) => this.#connect(element))}
      @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
      @focusin=${(event: FocusEvent) => this.#onFocus(event)}
    >
      <div role="presentation" .style=${`height: ${above}px`}></div>
      ${repeat(
        shown,
        ({ key }) => key,
        (line, index) => this.#line(line, first + index, line.key === active),
      )}
      <div role="presentation" .style=${`height: ${below}px`}></div>
    </div>`;
  }

  /** The line that the keys act on; undefined before a person has gone to one. */
  get active(): string | undefined {
    return this.#active;
  }

  /** To be called when the page has been drawn. */
  drawn(): void {
    this.#passBy();
    if (!this.#focusing || this.#active === undefined) return;
    const element = this.#elementOf(this.#active);
    if (element === undefined) return;
    this.#focusing = false;
    element.focus();
  }

  #line({ key, level, unfolded, look, cells }: Line, index: number, active: boolean): TemplateResult {
    const toggle = (): void => this.#parts.fold(key, unfolded !== true);
    return html`<div
      role="row"
      class="line ${look}"
      data-key=${key}
      aria-level=${level}
      aria-rowindex=${index + 1}
      aria-expanded=${unfolded ?? nothing}
      tabindex=${active ? 0 : -1}
      @dblclick=${unfolded === undefined ? nothing : toggle}
    >
      <span role="gridcell" class="twistie">
        ${
          unfolded === undefined
            ? nothing
            : html`<span class="twist" aria-hidden="true" @click=${toggle}>${unfolded ? '▾' : '▸'}</span>`
        }
      </span>
      ${cells()}
    </div>`;
  }

  #connect(element: Element | undefined): void {
    if (!(element instanceof HTMLElement) || element === this.#element) return;
    this.#element = element;
    this.#rows = new VirtualRows(element, this.#parts.height, this.#parts.redraw);
    this.#rows.setCount(this.#lines.length);
    this.#parts.redraw();
  }

  #onFocus({ target }: FocusEvent): void {
    const key = target instanceof Element ? target.closest<HTMLElement>('[data-key]')?.dataset['key'] : undefined;
    if (key === undefined || key === this.#active) return;
    this.#active = key;
    this.#parts.redraw();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const index = this.#lines.findIndex(({ key }) => key === this.#active);
    const line = this.#lines[index];
    if (line === undefined) return;
    // Within a line's buttons the keys are the buttons'; up and down lead on to other lines.
    const onLine = event.target instanceof HTMLElement && event.target.dataset['key'] !== undefined;
    const last = this.#lines.length - 1;
    const moves: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1 };
    if (onLine) Object.assign(moves, { Home: 0, End: last, PageDown: index + 20, PageUp: index - 20 });
    const next = moves[event.key];
    if (next !== undefined) this.#move(Math.max(0, Math.min(last, next)));
    else if (!onLine) return;
    else if (event.key === 'ArrowRight' && line.unfolded === false) this.#parts.fold(line.key, true);
    else if (event.key === 'ArrowLeft' && line.unfolded === true) this.#parts.fold(line.key, false);
    else if (event.key === 'ArrowLeft') this.#move(this.#parentOf(index));
    else if (event.key === 'Enter') this.#parts.enter(line.key);
    else return;
    event.preventDefault();
  }

  #move(index: number): void {
    this.#active = this.#lines[index]?.key;
    this.#focusing = true;
    this.#rows?.show(index);
    this.#parts.redraw();
  }

  #parentOf(index: number): number {
    const level = this.#lines[index]?.level ?? 1;
    for (let i = index - 1; i >= 0; i -= 1) if ((this.#lines[i]?.level ?? 1) < level) return i;
    return index;
  }

  /** The Tab key leads from a line to its own buttons, and then out of the list: those of other lines are passed by. */
  #passBy(): void {
    const active = this.#active ?? this.#lines[0]?.key;
    for (const line of this.#element?.querySelectorAll<HTMLElement>('[data-key]') ?? []) {
      const index = line.dataset['key'] === active ? 0 : -1;
      for (const button of line.querySelectorAll('button')) if (button.tabIndex !== index) button.tabIndex = index;
    }
  }

  #elementOf(key: string): HTMLElement | undefined {
    const lines = this.#element?.querySelectorAll<HTMLElement>('[data-key]') ?? [];
    return [...lines].find(({ dataset }) => dataset['key'] === key);
  }
}
