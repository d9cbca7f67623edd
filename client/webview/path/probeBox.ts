import { html, nothing, type TemplateResult } from 'lit';
import type { PathProbe } from '../../../server/src/protocol/path.ts';
import { l10n } from '../l10n.ts';
import { legible } from '../legible.ts';
import type { Panel } from '../panel.ts';

/** The commands that would try it on the real network, to be copied. */
export function probeBox({ commands, cautions, reading, problem }: PathProbe, panel: Panel): TemplateResult {
  return html`<section aria-label=${l10n.t('Probe')}>
    <h2>${l10n.t('Try it on the real network')}</h2>
    ${problem === undefined ? nothing : html`<p>${legible(problem)}</p>`}
    ${commands.map(
      ({ title, command }) => html`
        <p>
          ${legible(title)}
          <button type="button" class="link" @click=${() => panel.host.act({ kind: 'copy', text: command })}>
            ${l10n.t('Copy')}
          </button>
        </p>
        <pre tabindex="0" role="group" aria-label=${legible(title)}>${legible(command)}</pre>
      `,
    )}
    ${cautions.map((caution) => html`<p class="quiet">${legible(caution)}</p>`)}
    ${reading === undefined ? nothing : html`<p class="quiet">${legible(reading)}</p>`}
  </section>`;
}
