import { html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { PreviewAfter, PreviewChanges, PreviewState } from '../../server/src/protocol/preview.ts';
import { exportButtons } from './exports.ts';
import { l10n } from './l10n.ts';
import { legible } from './legible.ts';
import type { FilterText, Panel } from './panel.ts';
import { fileName, podsText, workloadsText } from './words.ts';

/** What is compared, what comes of it in numbers, and what narrows it: above every tab. */
export function header(panel: Panel, changes: PreviewChanges | undefined, problem: string | undefined): TemplateResult {
  const { state } = panel;
  const title = state.uri === '' ? l10n.t('No policy is open') : fileName(state.uri);
  return html`
    <header>
      <div class="title">
        <h1 class="name">${title}</h1>
        ${changes?.compared.document?.unsaved === true ? html`<span class="badge">${l10n.t('unsaved')}</span>` : nothing}
        ${
          changes?.compared.held === true
            ? html`<span
                class="badge"
                title=${l10n.t('The text cannot be decoded as it stands: its last state that could be counts.')}
                >${l10n.t('half typed')}</span
              >`
            : nothing
        }
        <span class="grow"></span>
        <vscode-checkbox
          label=${l10n.t('Follow the active document')}
          .checked=${state.follows}
          @change=${(event: Event) => panel.set({ follows: isChecked(event) })}
        ></vscode-checkbox>
        <vscode-button secondary ?disabled=${state.uri === ''} @click=${() => panel.host.act({ kind: 'apply' })}>
          ${l10n.t('Apply…')}
        </vscode-button>
      </div>
      <div class="compared">
        <span class="quiet">${l10n.t('before')}</span>
        <button type="button" class="link" @click=${() => panel.host.act({ kind: 'choose' })}>
          ${changes === undefined ? l10n.t('the chosen source') : stateText(changes.compared.before)}
        </button>
        <span class="quiet">${l10n.t('after')}</span>
        ${afterChoice(panel)}
        ${changes === undefined ? nothing : html`<span class="quiet">${countsText(changes.compared.after)}</span>`}
      </div>
      <div class="summary" role="status" aria-live="polite">
        ${problem === undefined ? (changes === undefined ? nothing : summary(changes)) : html`<span class="lost">${legible(problem)}</span>`}
      </div>
    </header>
  `;
}

/** Narrows the changes, the matrix and the graph. */
export function filters(panel: Panel): TemplateResult {
  const { filter } = panel.view;
  const set = (next: Partial<FilterText>): void => panel.setView({ filter: { ...filter, ...next } });
  return html`<div class="filters" role="search" aria-label=${l10n.t('Filter')}>
    <vscode-textfield
      placeholder=${l10n.t('Workload')}
      label=${l10n.t('Workload')}
      .value=${filter.workload}
      @input=${(event: Event) => set({ workload: valueOf(event) })}
    ></vscode-textfield>
    <vscode-textfield
      placeholder=${l10n.t('Namespaces')}
      label=${l10n.t('Namespaces')}
      .value=${filter.namespace}
      @input=${(event: Event) => set({ namespace: valueOf(event) })}
    ></vscode-textfield>
    <vscode-textfield
      class="port"
      placeholder=${l10n.t('Port')}
      label=${l10n.t('Port')}
      .value=${filter.port}
      @input=${(event: Event) => set({ port: valueOf(event) })}
    ></vscode-textfield>
    <vscode-single-select
      label=${l10n.t('Direction')}
      .value=${filter.direction}
      @change=${(event: Event) => set({ direction: valueOf(event) as FilterText['direction'] })}
    >
      <vscode-option value="" ?selected=${filter.direction === ''}>${l10n.t('Both directions')}</vscode-option>
      <vscode-option value="ingress" ?selected=${filter.direction === 'ingress'}>${l10n.t('Ingress')}</vscode-option>
      <vscode-option value="egress" ?selected=${filter.direction === 'egress'}>${l10n.t('Egress')}</vscode-option>
    </vscode-single-select>
    <vscode-checkbox
      label=${l10n.t('Only lost')}
      .checked=${filter.onlyLost}
      @change=${(event: Event) => set({ onlyLost: isChecked(event) })}
    ></vscode-checkbox>
    <span class="grow"></span>
    ${exportButtons(panel)}
  </div>`;
}

function afterChoice(panel: Panel): TemplateResult {
  const { after } = panel.state;
  const choices: readonly (readonly [PreviewAfter['kind'], string])[] = [
    ['document', l10n.t('+ this document')],
    ['unsaved', l10n.t('+ all unsaved documents')],
    ['folder', l10n.t('+ this folder')],
  ];
  return html`<vscode-single-select
    label=${l10n.t('What is laid over it')}
    .value=${after.kind}
    @change=${(event: Event) => panel.set({ after: { kind: valueOf(event) as PreviewAfter['kind'] } })}
  >
    ${choices.map(([kind, label]) => html`<vscode-option value=${kind} ?selected=${kind === after.kind}>${label}</vscode-option>`)}
  </vscode-single-select>`;
}

/** `certain: 3 lost, 1 gained` and, apart from it, what is not decidable. */
function summary({ summary: { lost, gained, changed, undecided, undecidedPairs } }: PreviewChanges): TemplateResult {
  const parts = [
    { count: lost, look: 'lost', sign: '−', text: l10n.t('{0} lost', lost.pairs) },
    { count: gained, look: 'gained', sign: '+', text: l10n.t('{0} gained', gained.pairs) },
    { count: changed, look: 'altered', sign: '~', text: l10n.t('{0} changed', changed.pairs) },
  ].filter(({ count }) => count.pairs > 0);
  const [first] = undecided;
  return html`
    ${
      parts.length === 0
        ? html`<span>${l10n.t('Certain: nothing changes')}</span>`
        : html`<span>${l10n.t('Certain:')}</span> ${parts.map(
              ({ look, sign, text, count }) =>
                html`<span class=${look} title=${podsText(count.pods)}
                    ><span aria-hidden="true">${sign}</span> ${text}</span
                  >${' '}`,
            )}`
    }
    ${
      first === undefined
        ? nothing
        : html`<span class="unknown"
            >${
              undecidedPairs === 0
                ? undecided.length === 1
                  ? l10n.t('Not known: {0}', legible(first.why))
                  : l10n.t('Not known: {0} and {1} more reasons', legible(first.why), undecided.length - 1)
                : undecided.length === 1
                  ? undecidedPairs === 1
                    ? l10n.t('Not decidable: 1 pair, {0}', legible(first.why))
                    : l10n.t('Not decidable: {0} pairs, {1}', undecidedPairs, legible(first.why))
                  : l10n.t(
                      'Not decidable: {0} pairs, {1} and {2} more reasons',
                      undecidedPairs,
                      legible(first.why),
                      undecided.length - 1,
                    )
            }</span
          >`
    }
  `;
}

function stateText({ kind, label, readAt, reading }: PreviewState): string {
  const name = legible(label);
  if (reading !== undefined) return l10n.t('{0} (reading, {1} %)', name, Math.round(reading * 100));
  if (kind === 'live' && readAt !== undefined) return l10n.t('{0} (live, {1})', name, ageText(Date.now() - readAt));
  if (kind === 'snapshot' && readAt !== undefined) return l10n.t('{0} ({1})', name, timeText(readAt));
  return name;
}

function countsText({ pods, workloads, policies }: PreviewState): string {
  const written = policies === 1 ? l10n.t('1 policy') : l10n.t('{0} policies', policies);
  return l10n.t('{0} of {1}, {2}', podsText(pods), workloadsText(workloads), written);
}

/** `12 Nov 09:14`, as lenses say it. */
function timeText(time: number): string {
  const options = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  return new Date(time).toLocaleString('en-GB', options).replace(',', '');
}

function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return l10n.t('{0} s ago', seconds);
  return seconds < 3600
    ? l10n.t('{0} min ago', Math.round(seconds / 60))
    : l10n.t('{0} h ago', Math.round(seconds / 3600));
}

export function valueOf({ target }: Event): string {
  return (target as HTMLInputElement).value;
}

function isChecked({ target }: Event): boolean {
  return (target as HTMLInputElement).checked;
}
