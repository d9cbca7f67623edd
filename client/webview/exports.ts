import { html, nothing, type TemplateResult } from 'lit';
import { PREVIEW_EXPORT, type PreviewExportParams } from '../../server/src/protocol/preview.ts';
import { graphPicture } from './graph/picture.ts';
import { l10n } from './l10n.ts';
import { filterOf, type Panel } from './panel.ts';

type Format = PreviewExportParams['format'];

const LANGUAGES: Readonly<Record<Format, string>> = { md: 'markdown', csv: 'csv', mermaid: 'mermaid', json: 'json' };

/** What is shown, for a pull request, a sheet or a document. */
export function exportButtons(panel: Panel): TemplateResult {
  const { tab } = panel.state;
  if (tab === 'path') return html``;
  const formats: readonly (readonly [Format, string])[] = [
    ['md', 'Markdown'],
    ['csv', 'CSV'],
    ...(tab === 'matrix' ? [] : [['mermaid', 'Mermaid'] as const]),
  ];
  return html`<span class="exports" role="group" aria-label=${l10n.t('Export')}>
    <span class="quiet">${l10n.t('Export')}</span>
    ${formats.map(
      ([format, label]) =>
        html`<button type="button" class="link" @click=${() => void exported(panel, format)}>${label}</button>`,
    )}
    ${
      tab === 'graph'
        ? html`<button type="button" class="link" @click=${() => void picture(panel, 'svg')}>SVG</button>
            <button type="button" class="link" @click=${() => void picture(panel, 'png')}>PNG</button>`
        : nothing
    }
  </span>`;
}

async function exported(panel: Panel, format: Format): Promise<void> {
  const { tab } = panel.state;
  if (tab === 'path') return;
  const { filter, focus = { kind: 'changes' as const }, expanded } = panel.view;
  try {
    const { text, truncated } = await panel.host.ask(PREVIEW_EXPORT, {
      what: tab,
      format,
      filter: filterOf(filter),
      ...(tab === 'graph' && { focus }),
      ...(tab === 'matrix' && { expanded }),
    });
    panel.host.act({ kind: 'open', language: LANGUAGES[format], text });
    panel.announce(truncated ?? l10n.t('Opened as a document.'));
  } catch (error) {
    panel.failed(error);
  }
}

async function picture(panel: Panel, kind: 'svg' | 'png'): Promise<void> {
  try {
    const made = await graphPicture(kind);
    if (made !== undefined) panel.host.act({ kind: 'save', name: `reachability.${kind}`, base64: made });
  } catch (error) {
    panel.failed(error);
  }
}
