import { html, nothing, type TemplateResult } from 'lit';
import type { PreviewMatrixCell, PreviewMatrixHead } from '../../../server/src/protocol/preview.ts';
import { l10n } from '../l10n.ts';
import { cellLabel, cellLook, cellText, headDetails, headText } from './cellWords.ts';
import type { Place } from './gridMoves.ts';

/** Sizes in CSS pixels; the style sheet has the same. */
export const SIZES = { row: 22, column: 68, rowHead: 240, columnHead: 128 } as const;

/** One element of the grid: where it stands, and whether the Tab key comes to it. */
export interface CellPlace {
  readonly place: Place;
  readonly active: boolean;
}

/** The name of a row, with what unfolds it. */
export function rowHead(head: PreviewMatrixHead | undefined, at: CellPlace): TemplateResult {
  if (head === undefined) return pendingHead(at, 'rowheader');
  const full = headDetails(head);
  return html`<div
    role="rowheader"
    class="matrix-head row-head ${head.kind} ${head.changed ? 'touched' : ''}"
    data-place=${placeKey(at.place)}
    aria-colindex="1"
    aria-label=${full}
    aria-expanded=${head.kind === 'namespace' ? head.expanded : nothing}
    title=${full}
    tabindex=${at.active ? 0 : -1}
  >
    ${twist(head, '▸', '▾')}<span class="name">${headText(head)}</span>${touched(head)}
  </div>`;
}

/** The name of a column, turned to stand upright. */
export function columnHead(head: PreviewMatrixHead | undefined, at: CellPlace): TemplateResult {
  if (head === undefined) return pendingHead(at, 'columnheader');
  const full = headDetails(head);
  return html`<div
    role="columnheader"
    class="matrix-head column-head ${head.kind} ${head.changed ? 'touched' : ''}"
    .style=${left(at.place)}
    data-place=${placeKey(at.place)}
    aria-colindex=${at.place.column + 2}
    aria-label=${full}
    aria-expanded=${head.kind === 'namespace' ? head.expanded : nothing}
    title=${full}
    tabindex=${at.active ? 0 : -1}
  >
    ${twist(head, '▾', '▸')}<span class="name">${headText(head)}</span>${touched(head)}
  </div>`;
}

/** One element a cell, and no more: a page has thousands of them. */
export function matrixCell(cell: PreviewMatrixCell | undefined, at: CellPlace): TemplateResult {
  const { sign, ports, more } = cell === undefined ? { sign: '', ports: '', more: false } : cellText(cell);
  const look = cell === undefined ? 'pending' : cellLook(cell);
  return html`<div
    role="gridcell"
    class="cell ${look} ${more ? 'more' : ''}"
    .style=${left(at.place)}
    data-place=${placeKey(at.place)}
    data-sign=${sign}
    aria-colindex=${at.place.column + 2}
    aria-label=${cell === undefined ? l10n.t('Reading …') : cellLabel(cell)}
    tabindex=${at.active ? 0 : -1}
    .textContent=${ports}
  ></div>`;
}

/** Where the two heads meet: which is which. */
export function corner(active: boolean): TemplateResult {
  return html`<div
    role="columnheader"
    class="matrix-head corner"
    data-place=${placeKey({ row: -1, column: -1 })}
    aria-colindex="1"
    tabindex=${active ? 0 : -1}
  >
    <span class="quiet from">${l10n.t('from')} ↓</span> <span class="quiet to">${l10n.t('to')} →</span>
  </div>`;
}

/** The place of the element that an event comes from. */
export function placeOf({ target }: Event): Place | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-place]') : null;
  const [row, column] = (element?.dataset['place'] ?? '').split(',').map(Number);
  return row === undefined || column === undefined ? undefined : { row, column };
}

export function placeKey({ row, column }: Place): string {
  return `${row},${column}`;
}

function pendingHead(at: CellPlace, role: 'rowheader' | 'columnheader'): TemplateResult {
  const isRow = role === 'rowheader';
  return html`<div
    role=${role}
    class="matrix-head ${isRow ? 'row-head' : 'column-head'} pending"
    .style=${isRow ? '' : left(at.place)}
    data-place=${placeKey(at.place)}
    aria-colindex=${isRow ? 1 : at.place.column + 2}
    aria-label=${l10n.t('Reading …')}
    tabindex=${at.active ? 0 : -1}
  >
    …
  </div>`;
}

/** It points into what is folded, and along the axis that it has unfolded on. */
function twist({ kind, expanded }: PreviewMatrixHead, folded: string, unfolded: string): TemplateResult {
  const sign = kind === 'namespace' ? (expanded ? unfolded : folded) : '';
  return html`<span class="twist" aria-hidden="true">${sign}</span>`;
}

/** Something changes, or is not decided, somewhere in it. */
function touched({ changed }: PreviewMatrixHead): TemplateResult | typeof nothing {
  return changed ? html`<span class="touch" aria-hidden="true">•</span>` : nothing;
}

/** A property and no attribute: the page's policy lets no style be written into markup. */
function left({ column }: Place): string {
  return `left: ${SIZES.rowHead + column * SIZES.column}px`;
}
