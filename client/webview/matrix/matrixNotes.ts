import { html, nothing, type TemplateResult } from 'lit';
import { l10n } from '../l10n.ts';
import { SIGNS } from '../words.ts';
import { cellDetails, headDetails, headName, stateWord, workloadOf } from './cellWords.ts';
import type { Place } from './gridMoves.ts';
import type { MatrixTile } from './matrixTile.ts';

/** What one cell or head says in full: below the matrix. */
export function matrixDetails(tile: MatrixTile, place: Place): TemplateResult {
  const [from, to, cell] = [tile.rowAt(place.row), tile.columnAt(place.column), tile.cellAt(place)];
  if (from !== undefined && to !== undefined && cell !== undefined) {
    const asks = workloadOf(from) !== undefined && workloadOf(to) !== undefined;
    return html`<strong class="name">${headName(from)}</strong> → <strong class="name">${headName(to)}</strong>
      <span>${cellDetails(cell).join(' · ')}</span>
      ${asks ? html`<span class="quiet">${l10n.t('Enter: why')}</span>` : nothing}`;
  }
  const head = from ?? to;
  return head === undefined
    ? html`<span class="quiet">${l10n.t('Arrow keys move, Enter unfolds a namespace or asks why.')}</span>`
    : html`<span class="name">${headDetails(head)}</span>`;
}

/** What colours, dashes and signs of cells say. */
export function matrixLegend(): TemplateResult {
  const states = ['lost', 'gained', 'changed', 'unknown'] as const;
  return html`<span class="legend">
    ${states.map(
      (state) =>
        html`<span><span class="swatch ${state}" aria-hidden="true">${SIGNS[state]}</span> ${stateWord(state)}</span>`,
    )}
    <span class="quiet">${l10n.t('Ports are TCP unless they say otherwise')}</span>
  </span>`;
}
