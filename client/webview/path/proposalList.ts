import { html, nothing, type TemplateResult } from 'lit';
import type { PathProposal, PathProposals } from '../../../server/src/protocol/path.ts';
import { l10n } from '../l10n.ts';
import { legible } from '../legible.ts';
import type { Panel } from '../panel.ts';
import { fileName } from '../words.ts';
import { hunks } from './hunks.ts';

const SIGNS = { same: ' ', removed: '−', added: '+', gap: '⋮' } as const;
const LOOKS = { same: '', removed: 'lost', added: 'gained', gap: 'quiet' } as const;

/** The smallest edits that would make it otherwise, the smallest first, each with what else it does. */
export function proposalList(
  { proposals, obstacles, wanted }: PathProposals & { readonly wanted: 'allow' | 'deny' },
  panel: Panel,
): TemplateResult {
  return html`<section aria-label=${l10n.t('Proposals')}>
    <h2>${wanted === 'allow' ? l10n.t('What would allow this') : l10n.t('What would deny this')}</h2>
    ${obstacles.map((obstacle) => html`<p class="quiet">${legible(obstacle)}</p>`)}
    ${proposals.length === 0 && obstacles.length === 0 ? html`<p>${l10n.t('No edit of a policy does.')}</p>` : nothing}
    ${proposals.map((each) => proposal(each, panel))}
  </section>`;
}

function proposal({ title, summary, others, files, documents, diffs }: PathProposal, panel: Panel): TemplateResult {
  const take = (): void => {
    if (files.length > 0) panel.host.act({ kind: 'edit', edits: files });
    for (const { text } of documents) panel.host.act({ kind: 'open', language: 'yaml', text });
  };
  return html`<article class="proposal">
    <h3>${legible(title)}</h3>
    <p>${legible(summary)}</p>
    ${
      others.length === 0
        ? nothing
        : html`<ul>
            ${others.map((other) => html`<li>${legible(other)}</li>`)}
          </ul>`
    }
    ${diffs.map(
      ({ name, lines }) => html`
        <figure>
          <figcaption class="quiet name" title=${legible(name)}>${fileName(name)}</figcaption>
          <pre class="diff" tabindex="0" role="group" aria-label=${fileName(name)}>
${hunks(lines).map(
              ({ kind, text }) =>
                html`<span class="diff-line ${LOOKS[kind]}"
                  ><span class="diff-sign">${SIGNS[kind]}</span><span>${legible(text)}</span></span
                >`,
            )}</pre>
        </figure>
      `,
    )}
    <vscode-button @click=${take}>
      ${files.length > 0 ? l10n.t('Take into the editor') : l10n.t('Open as a new document')}
    </vscode-button>
  </article>`;
}
