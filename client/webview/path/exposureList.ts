import { html, nothing, type TemplateResult } from 'lit';
import type { PathExposure } from '../../../server/src/protocol/path.ts';
import { l10n } from '../l10n.ts';
import { legible } from '../legible.ts';
import type { Panel } from '../panel.ts';
import { podsText } from '../words.ts';
import { placeButton } from './walk.ts';

/** Whom a workload is open to, and whom it reaches, also among pods that do not exist yet. */
export function exposureList({ of, pods, lines, problem }: PathExposure, panel: Panel): TemplateResult {
  return html`<section aria-label=${l10n.t('Exposure')}>
    <h2>
      ${l10n.t('Exposure of {0}', legible(of ?? ''))}
      ${pods === undefined ? nothing : html`<span class="quiet">${podsText(pods)}</span>`}
    </h2>
    ${problem === undefined ? nothing : html`<p>${legible(problem)}</p>`}
    <ul>
      ${lines.map(
        ({ direction, text, places }) =>
          html`<li>
            <span class="quiet">${direction === 'ingress' ? l10n.t('Ingress') : l10n.t('Egress')}</span>
            ${legible(text)} ${places.slice(0, 3).map((place) => placeButton(place, panel))}
          </li>`,
      )}
    </ul>
  </section>`;
}
