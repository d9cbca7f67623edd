import { html, nothing, type TemplateResult } from 'lit';
import type {
  PathPlace,
  PathReplyAnswer,
  PathReplyDirection,
  PathReplyEnd,
  PathVerdict,
} from '../../../server/src/protocol/path.ts';
import { l10n } from '../l10n.ts';
import { legible } from '../legible.ts';
import type { Panel } from '../panel.ts';
import { fileName, podsText } from '../words.ts';

const LOOKS: Readonly<Record<PathVerdict, string>> = { allow: 'gained', deny: 'lost', unknown: 'unknown' };
const SIGNS: Readonly<Record<PathVerdict, string>> = { allow: '✓', deny: '✗', unknown: '?' };

/** The verdict, and the way to it: egress of the source, then ingress of the destination. */
export function walk(answer: PathReplyAnswer, panel: Panel): TemplateResult {
  return html`
    <h2 class="verdict" role="status">
      <span class=${LOOKS[answer.verdict]}
        ><span aria-hidden="true">${SIGNS[answer.verdict]}</span> ${verdictText(answer.verdict)}</span
      >
      ${legible(answer.headline)}
    </h2>
    ${answer.notes.map((note) => html`<p class="quiet">${legible(note)}</p>`)}
    ${answer.groups.map(
      ({ from, to, port, egress, ingress }) => html`
        ${
          answer.groups.length > 1
            ? html`<h3>${endName(from)} → ${endName(to)} ${port}/${answer.protocol}</h3>`
            : nothing
        }
        <dl class="walk">
          ${direction(l10n.t('Egress'), egress, panel)} ${direction(l10n.t('Ingress'), ingress, panel)}
        </dl>
      `,
    )}
    ${answer.more > 0 ? html`<p class="quiet">${l10n.t('… and {0} more groups of pods', answer.more)}</p>` : nothing}
  `;
}

export function placeButton({ uri, line, differs }: PathPlace, panel: Panel): TemplateResult {
  return html`<button type="button" class="link name" @click=${() => panel.host.act({ kind: 'reveal', uri, line })}>
      ${fileName(uri)}:${line + 1}</button
    >${differs === true ? html` <span class="quiet">${l10n.t('(the cluster has it in another form)')}</span>` : nothing}`;
}

function direction(name: string, { verdict, text, lines }: PathReplyDirection, panel: Panel): TemplateResult {
  return html`
    <dt>${name}</dt>
    <dd>
      <p class=${LOOKS[verdict]}><span aria-hidden="true">${SIGNS[verdict]}</span> ${legible(text)}</p>
      <ul>
        ${lines.map(
          ({ depth, text: line, tone, place }) =>
            html`<li class="depth-${depth}">
              ${
                tone === undefined
                  ? nothing
                  : html`<span class="sign ${LOOKS[tone]}" aria-hidden="true">${SIGNS[tone]}</span>`
              }
              <span class="name">${legible(line)}</span>
              ${place === undefined ? nothing : placeButton(place, panel)}
            </li>`,
        )}
      </ul>
    </dd>
  `;
}

function endName({ name, pods, cidrs }: PathReplyEnd): string {
  return cidrs === undefined ? `${legible(name)} (${podsText(pods)})` : legible(name);
}

function verdictText(verdict: PathVerdict): string {
  switch (verdict) {
    case 'allow':
      return l10n.t('Allowed');
    case 'deny':
      return l10n.t('Denied');
    case 'unknown':
      return l10n.t('Not known');
  }
}
