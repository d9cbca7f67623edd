import { html, svg, type TemplateResult } from 'lit';
import type { PreviewGraph } from '../../../server/src/protocol/preview.ts';
import { l10n } from '../l10n.ts';
import { SIGNS } from '../words.ts';
import { EDGE_STATES, edgeStateWord } from './edgeLooks.ts';

/** What the lines say: as they are drawn, with sign and word. Only what is in the picture is explained. */
export function legend({ edges, nodes }: PreviewGraph): TemplateResult {
  const states = new Set(edges.map(({ state }) => state));
  const hasDenied = nodes.some(({ badges }) => badges.some(({ kind }) => kind === 'defaultDeny'));
  return html`<div class="legend">
    ${EDGE_STATES.filter((state) => states.has(state)).map(
      (state) =>
        html`<span
          ><svg class="sample" width="34" height="10" aria-hidden="true">
            ${svg`<path class="edge ${state}" d="M0 5L32 5" marker-end="url(#arrow-${state})"></path>`}
          </svg>
          ${`${SIGNS[state]} ${edgeStateWord(state)}`.trim()}</span
        >`,
    )}
    ${
      hasDenied
        ? html`<span class="quiet"
            >${l10n.t('no ingress, no egress: policies isolate, and none lets anything in or out')}</span
          >`
        : ''
    }
  </div>`;
}
