import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { PREVIEW_MATRIX, type PreviewMatrixHead } from '../../../server/src/protocol/preview.ts';
import { Superseded } from '../host.ts';
import { l10n } from '../l10n.ts';
import { filterOf, type Panel, type PathQuestionText } from '../panel.ts';
import { askedWindow, scrollToShow, windowOf, type AxisView, type AxisWindow } from './axisWindow.ts';
import { questionPort, workloadOf } from './cellWords.ts';
import { moved, type Place } from './gridMoves.ts';
import { columnHead, corner, matrixCell, placeKey, placeOf, rowHead, SIZES } from './matrixCells.ts';
import { matrixDetails, matrixLegend } from './matrixNotes.ts';
import { MatrixTile, type Windows } from './matrixTile.ts';

/** In the page at once: 90 × 45 cells and their heads, below the 5,000 elements that a page may have. */
const MOST = { rows: 90, columns: 45 };
/** Asked for at once: below the 10,000 cells that are given. */
const MOST_ASKED = { rows: 110, columns: 90 };
const OVERSCAN = { rows: 6, columns: 2 };

/**
 * Who may reach whom, as a grid of any size: what is in view is asked for and stands in the page, and nothing else,
 * but for the one cell that has the focus (ARIA's pattern of a grid). Longer than other files, because scrolling, keys,
 * pointer and answers all move the same active cell.
 */
export class MatrixView {
  readonly #panel: Panel;
  #tile: MatrixTile | undefined;
  #scroller: HTMLElement | undefined;
  /** Until it has been measured: of a panel beside an editor. */
  #size = { width: 900, height: 600 };
  #scroll = { left: 0, top: 0 };
  #restoring = false;
  #active: Place = { row: 0, column: -1 };
  #hovered: Place | undefined;
  #pointer = '';
  #focusing = false;
  #asking = false;
  readonly #observer = new ResizeObserver(([entry]) => {
    if (entry === undefined) return;
    this.#size = { width: entry.contentRect.width, height: entry.contentRect.height };
    this.#panel.redraw();
  });

  constructor(panel: Panel) {
    this.#panel = panel;
  }

  /** Asks for what is in view, and half as much around it. */
  async load(): Promise<void> {
    const { host, view } = this.#panel;
    const shown = this.#windows();
    const asked = {
      rows: askedWindow(shown.rows, MOST_ASKED.rows),
      columns: askedWindow(shown.columns, MOST_ASKED.columns),
    };
    const answer = await host.ask(
      PREVIEW_MATRIX,
      {
        filter: filterOf(view.filter),
        expanded: view.expanded,
        onlyChanged: view.onlyChanged,
        rows: { offset: asked.rows.first, count: asked.rows.end - asked.rows.first },
        columns: { offset: asked.columns.first, count: asked.columns.end - asked.columns.first },
      },
      'matrix',
    );
    const tile = new MatrixTile(asked, answer);
    this.#active = tile.placeAfter(this.#tile, this.#active);
    this.#tile = tile;
    this.#panel.redraw();
  }

  render(): TemplateResult {
    const tile = this.#tile;
    if (this.#scroller?.contains(document.activeElement) === true) this.#focusing = true;
    return html`
      <div class="tools">
        <vscode-checkbox
          label=${l10n.t('Only what changes')}
          .checked=${this.#panel.view.onlyChanged}
          @change=${({ target }: Event) => this.#panel.setView({ onlyChanged: (target as HTMLInputElement).checked })}
        ></vscode-checkbox>
        <span class="grow"></span>
        ${matrixLegend()}
      </div>
      ${
        tile === undefined
          ? html`<p class="empty quiet">${l10n.t('Reading …')}</p>`
          : tile.total === 0
            ? html`<p class="empty quiet">${this.#emptyText()}</p>`
            : html`${this.#grid(tile)}
                <div class="details" tabindex="0">${matrixDetails(tile, this.#hovered ?? this.#active)}</div>`
      }
    `;
  }

  /** To be called when the page has been drawn. */
  drawn(): void {
    if (this.#restoring && this.#scroller !== undefined) {
      this.#restoring = false;
      this.#scroller.scrollTo(this.#scroll);
    }
    if (this.#focusing) {
      this.#focusing = false;
      const element = this.#scroller?.querySelector<HTMLElement>(`[data-place="${placeKey(this.#active)}"]`);
      if (element !== document.activeElement) element?.focus({ preventScroll: true });
    }
    void this.#fill();
  }

  #grid(tile: MatrixTile): TemplateResult {
    const { total } = tile;
    const shown = this.#windows();
    const { row, column } = this.#active;
    const rows = indexesOf(shown.rows, row);
    const columns = indexesOf(shown.columns, column);
    const isActive = (place: Place): boolean => place.row === row && place.column === column;
    const columnPlace = (index: number): Place => ({ row: -1, column: index });
    return html`<div
      class="matrix"
      role="grid"
      aria-label=${l10n.t('Who can reach whom: sources by row, destinations by column')}
      aria-rowcount=${total + 1}
      aria-colcount=${total + 1}
      ${ref(this.#connect)}
      @scroll=${this.#onScroll}
      @keydown=${this.#onKey}
      @click=${this.#onClick}
      @dblclick=${this.#onDoubleClick}
      @focusin=${this.#onFocus}
      @pointerover=${this.#onHover}
      @pointerleave=${this.#onHover}
    >
      <div
        class="sheet"
        role="presentation"
        .style=${`width: ${SIZES.rowHead + total * SIZES.column}px; height: ${SIZES.columnHead + total * SIZES.row}px`}
      >
        <div role="row" class="matrix-columns" aria-rowindex="1">
          ${corner(row === -1 && column === -1)}
          ${repeat(
            columns,
            (index) => index,
            (index) =>
              columnHead(tile.columnAt(index), {
                place: columnPlace(index),
                active: isActive(columnPlace(index)),
              }),
          )}
        </div>
        ${repeat(
          rows,
          (index) => index,
          (index) => this.#row(tile, index, columns, isActive),
        )}
      </div>
    </div>`;
  }

  #row(tile: MatrixTile, row: number, columns: readonly number[], isActive: (place: Place) => boolean): TemplateResult {
    const head = { row, column: -1 };
    return html`<div
      role="row"
      class="matrix-row"
      aria-rowindex=${row + 2}
      .style=${`top: ${SIZES.columnHead + row * SIZES.row}px`}
    >
      ${rowHead(tile.rowAt(row), { place: head, active: isActive(head) })}
      ${repeat(
        columns,
        (index) => index,
        (column) => {
          const place = { row, column };
          return matrixCell(tile.cellAt(place), { place, active: isActive(place) });
        },
      )}
    </div>`;
  }

  #emptyText(): string {
    const { filter, onlyChanged } = this.#panel.view;
    if (onlyChanged) return l10n.t('Nothing changes between any two workloads.');
    return Object.keys(filterOf(filter)).length > 0
      ? l10n.t('No workload passes the filter.')
      : l10n.t('No workloads are known here.');
  }

  readonly #connect = (element: Element | undefined): void => {
    this.#observer.disconnect();
    this.#scroller = element instanceof HTMLElement ? element : undefined;
    if (this.#scroller === undefined) return;
    this.#restoring = true;
    this.#observer.observe(this.#scroller);
  };

  readonly #onScroll = (): void => {
    if (this.#scroller === undefined) return;
    const { scrollLeft: left, scrollTop: top } = this.#scroller;
    this.#scroll = { left, top };
    this.#panel.redraw();
  };

  readonly #onFocus = (event: Event): void => {
    const place = placeOf(event);
    if (place === undefined || placeKey(place) === placeKey(this.#active)) return;
    this.#active = place;
    this.#panel.redraw();
  };

  readonly #onHover = (event: PointerEvent): void => {
    // What moves below a pointer that rests is not pointed at.
    const pointer = `${event.clientX},${event.clientY}`;
    if (event.type !== 'pointerleave' && pointer === this.#pointer) return;
    this.#pointer = pointer;
    const place = event.type === 'pointerleave' ? undefined : placeOf(event);
    if (place === this.#hovered || (place && this.#hovered && placeKey(place) === placeKey(this.#hovered))) return;
    this.#hovered = place;
    this.#panel.redraw();
  };

  readonly #onClick = (event: Event): void => {
    const place = placeOf(event);
    if (place === undefined) return;
    const isTwist = event.target instanceof Element && event.target.closest('.twist') !== null;
    if (isTwist) this.#fold(this.#tile?.rowAt(place.row) ?? this.#tile?.columnAt(place.column));
  };

  readonly #onDoubleClick = (event: Event): void => {
    const place = placeOf(event);
    if (place !== undefined && !(event.target instanceof Element && event.target.closest('.twist'))) this.#enter(place);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const total = this.#tile?.total;
    if (total === undefined || event.altKey || event.metaKey || event.shiftKey) return;
    const { row, column } = this.#active;
    const head = column === -1 ? this.#tile?.rowAt(row) : row === -1 ? this.#tile?.columnAt(column) : undefined;
    const isFolded = column === -1 && head?.kind === 'namespace' && !head.expanded;
    const isUnfolded = column === -1 && head?.kind === 'namespace' && head.expanded;
    if ((event.key === 'ArrowRight' && isFolded) || (event.key === 'ArrowLeft' && isUnfolded)) this.#fold(head);
    else if (event.key === 'Enter' || event.key === ' ') this.#enter(this.#active);
    else {
      const page = Math.max(1, Math.floor((this.#size.height - SIZES.columnHead) / SIZES.row) - 1);
      const next = moved({ key: event.key, control: event.ctrlKey }, this.#active, { total, page });
      if (next === undefined) return;
      this.#move(next);
    }
    event.preventDefault();
  };

  #move(place: Place): void {
    this.#active = place;
    this.#hovered = undefined;
    this.#focusing = true;
    const { rows, columns } = this.#views();
    const top = place.row < 0 ? undefined : scrollToShow(place.row, rows);
    const left = place.column < 0 ? undefined : scrollToShow(place.column, columns);
    this.#scroll = { top: top ?? this.#scroll.top, left: left ?? this.#scroll.left };
    this.#scroller?.scrollTo(this.#scroll);
    this.#panel.redraw();
  }

  /** A head unfolds; a cell asks for the path where it is one of two workloads, and else unfolds both its ends. */
  #enter(place: Place): void {
    const [from, to] = [this.#tile?.rowAt(place.row), this.#tile?.columnAt(place.column)];
    if (from === undefined || to === undefined) return this.#fold(from ?? to);
    const [source, target] = [workloadOf(from), workloadOf(to)];
    const cell = this.#tile?.cellAt(place);
    if (source !== undefined && target !== undefined && cell !== undefined) {
      const question: PathQuestionText = { from: source, to: target, port: questionPort(cell), error: '' };
      this.#panel.set({ tab: 'path', view: { ...this.#panel.view, question } });
      return;
    }
    const folded = [from, to].filter(({ kind, expanded }) => kind === 'namespace' && !expanded);
    if (folded.length > 0) {
      this.#panel.setView({ expanded: [...new Set([...this.#panel.view.expanded, ...folded.map(namespaceOf)])] });
    }
  }

  #fold(head: PreviewMatrixHead | undefined): void {
    if (head === undefined || head.kind !== 'namespace') return;
    const expanded = new Set(this.#panel.view.expanded);
    const name = namespaceOf(head);
    if (!expanded.delete(name)) expanded.add(name);
    this.#panel.setView({ expanded: [...expanded] });
  }

  /** Asks on where what is in view was not asked for; one question at a time. */
  async #fill(): Promise<void> {
    if (this.#tile === undefined || this.#asking) return;
    const shown = this.#windows();
    if (this.#tile.covers(shown)) return;
    this.#asking = true;
    try {
      await this.load();
    } catch (error) {
      if (!(error instanceof Superseded)) this.#panel.failed(error);
    } finally {
      this.#asking = false;
    }
  }

  #views(): { readonly rows: AxisView; readonly columns: AxisView } {
    const total = this.#tile?.total ?? MOST.rows;
    const [width, height] = [this.#size.width - SIZES.rowHead, this.#size.height - SIZES.columnHead];
    return {
      rows: { scroll: this.#scroll.top, length: height, item: SIZES.row, total },
      columns: { scroll: this.#scroll.left, length: width, item: SIZES.column, total },
    };
  }

  #windows(): Windows {
    const { rows, columns } = this.#views();
    return {
      rows: windowOf(rows, OVERSCAN.rows, MOST.rows),
      columns: windowOf(columns, OVERSCAN.columns, MOST.columns),
    };
  }
}

function namespaceOf({ namespace, label }: PreviewMatrixHead): string {
  return namespace ?? label;
}

function indexesOf({ first, end }: AxisWindow, active: number): readonly number[] {
  const indexes = Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  if (active >= end) indexes.push(active);
  else if (active >= 0 && active < first) indexes.unshift(active);
  return indexes;
}
