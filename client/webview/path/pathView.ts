import { html, nothing, type TemplateResult } from 'lit';
import {
  EXPLAIN_PATH,
  EXPOSURE,
  PROBE_PATH,
  PROPOSE_EDITS,
  type PathExposure,
  type PathProbe,
  type PathProposals,
  type PathReply,
  type PathReplyAnswer,
} from '../../../server/src/protocol/path.ts';
import { l10n } from '../l10n.ts';
import { legible } from '../legible.ts';
import { NO_QUESTION, type Panel, type PathQuestionText } from '../panel.ts';
import { EndField } from './endField.ts';
import { exposureList } from './exposureList.ts';
import { askedOf } from './question.ts';
import { probeBox } from './probeBox.ts';
import { proposalList } from './proposalList.ts';
import { walk } from './walk.ts';

/** Whether A can reach B, why, and what would make it otherwise. */
export class PathView {
  readonly #panel: Panel;
  readonly #from: EndField;
  readonly #to: EndField;
  /** As it is typed; asked once a person says so. */
  #typed: PathQuestionText | undefined;
  /** What was asked last. */
  #asked: PathQuestionText | undefined;
  #reply: PathReply | undefined;
  #proposals: (PathProposals & { readonly wanted: 'allow' | 'deny' }) | undefined;
  #probe: PathProbe | undefined;
  #exposures: readonly PathExposure[] = [];

  constructor(panel: Panel) {
    this.#panel = panel;
    this.#from = new EndField(panel, 'from', () => l10n.t('From'));
    this.#to = new EndField(panel, 'to', () => l10n.t('To'));
  }

  /** Answers the question anew: something that it is answered from has changed. */
  async load(): Promise<void> {
    const { question } = this.#panel.view;
    if (question === undefined) return;
    // What is being typed meanwhile stays; only another question takes its place.
    if (JSON.stringify(question) !== JSON.stringify(this.#asked)) {
      this.#forget();
      this.#typed = question;
      this.#asked = question;
    }
    this.#reply = await this.#panel.host.ask(EXPLAIN_PATH, askedOf(question));
    if (this.#proposals !== undefined) await this.#propose(this.#proposals.wanted);
    if (this.#exposures.length > 0) await this.#expose();
    this.#panel.redraw();
  }

  render(): TemplateResult {
    const typed = this.#question;
    const type = (part: Partial<PathQuestionText>): void => {
      this.#typed = { ...this.#question, ...part };
      this.#panel.redraw();
    };
    return html`
      <form
        class="question"
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#ask(this.#question);
        }}
      >
        ${this.#from.render(typed.from, (from) => type({ from }))}
        <button
          type="button"
          class="link"
          title=${l10n.t('Ask the other way round')}
          @click=${() => this.#ask({ ...this.#question, from: this.#question.to, to: this.#question.from })}
        >
          ⇄<span class="hidden">${l10n.t('Ask the other way round')}</span>
        </button>
        ${this.#to.render(typed.to, (to) => type({ to }))}
        <label class="field port"
          ><span>${l10n.t('Port')}</span>
          <input
            type="text"
            spellcheck="false"
            placeholder="5432/TCP"
            .value=${typed.port}
            @input=${(event: Event) => type({ port: (event.target as HTMLInputElement).value })}
        /></label>
        <label class="field error"
          ><span>${l10n.t('or an error line')}</span>
          <input
            type="text"
            spellcheck="false"
            placeholder="dial tcp 10.2.3.4:5432: i/o timeout"
            .value=${typed.error}
            @input=${(event: Event) => type(withError(this.#question, (event.target as HTMLInputElement).value))}
        /></label>
        <vscode-button @click=${() => this.#ask(this.#question)}>${l10n.t('Ask')}</vscode-button>
        <input type="submit" hidden />
      </form>
      <div class="answer" tabindex="-1">${this.#answer(typed)}</div>
    `;
  }

  drawn(): void {
    return;
  }

  /** As it is typed: several fields may change before the page is drawn again. */
  get #question(): PathQuestionText {
    return this.#typed ?? this.#panel.view.question ?? NO_QUESTION;
  }

  #answer(typed: PathQuestionText): TemplateResult {
    const reply = this.#reply;
    if (reply === undefined) {
      return html`<p class="empty quiet">
        ${l10n.t('Name two ends and a port: a pod, a workload, a Service, an address, internet or any pod.')}
      </p>`;
    }
    return html`
      ${reply.error === undefined ? nothing : html`<p>${legible(reply.error)}</p>`}
      ${reply.unclear.map(
        ({ part, text, choices }) =>
          html`<p role="alert">${legible(text)}</p>
            <ul class="choices">
              ${choices.map(
                (choice) =>
                  html`<li>
                    <button
                      type="button"
                      class="link name"
                      @click=${() => this.#ask({ ...typed, ...chosen(part, choice) })}
                    >
                      ${legible(choice)}
                    </button>
                  </li>`,
              )}
            </ul>`,
      )}
      ${reply.answer === undefined ? nothing : this.#told(reply.answer, typed)}
    `;
  }

  #told(answer: PathReplyAnswer, typed: PathQuestionText): TemplateResult {
    const { panel } = { panel: this.#panel };
    const expect = answer.verdict === 'deny' ? 'deny' : 'allow';
    const keep = (): void =>
      panel.host.act({
        kind: 'keep',
        params: { from: answer.from, to: answer.to, ports: [`${answer.port}/${answer.protocol}`], expect },
      });
    return html`
      ${walk(answer, panel)}
      <div class="asked" role="group" aria-label=${l10n.t('Further')}>
        ${
          answer.verdict === 'allow'
            ? nothing
            : html`<vscode-button secondary @click=${() => void this.#proposed('allow')}
                >${l10n.t('What would allow this')}</vscode-button
              >`
        }
        ${
          answer.verdict === 'deny'
            ? nothing
            : html`<vscode-button secondary @click=${() => void this.#proposed('deny')}
                >${l10n.t('What would deny this')}</vscode-button
              >`
        }
        <vscode-button secondary @click=${() => void this.#probed(typed)}>${l10n.t('Copy probe')}</vscode-button>
        <vscode-button secondary @click=${() => void this.#exposed()}>${l10n.t('Exposure of both')}</vscode-button>
        ${
          answer.verdict === 'unknown'
            ? nothing
            : html`<vscode-button secondary @click=${keep}>${l10n.t('Keep as test')}</vscode-button>`
        }
      </div>
      ${this.#probe === undefined ? nothing : probeBox(this.#probe, panel)}
      ${this.#proposals === undefined ? nothing : proposalList(this.#proposals, panel)}
      ${this.#exposures.map((exposure) => exposureList(exposure, panel))}
    `;
  }

  #ask(question: PathQuestionText): void {
    this.#forget();
    this.#typed = question;
    this.#asked = question;
    this.#panel.setView({ question });
  }

  /** What was asked further belongs to the question before. */
  #forget(): void {
    this.#reply = undefined;
    this.#proposals = undefined;
    this.#probe = undefined;
    this.#exposures = [];
  }

  async #proposed(wanted: 'allow' | 'deny'): Promise<void> {
    await this.#trying(() => this.#propose(wanted));
  }

  async #propose(wanted: 'allow' | 'deny'): Promise<void> {
    const { question } = this.#panel.view;
    if (question === undefined) return;
    const proposals = await this.#panel.host.ask(PROPOSE_EDITS, { ...askedOf(question), wanted });
    this.#proposals = { ...proposals, wanted };
  }

  async #probed(question: PathQuestionText): Promise<void> {
    await this.#trying(async () => {
      this.#probe = await this.#panel.host.ask(PROBE_PATH, askedOf(question));
      const [first] = this.#probe.commands;
      if (first !== undefined) this.#panel.host.act({ kind: 'copy', text: first.command });
      this.#panel.announce(
        first === undefined ? (this.#probe.problem ?? '') : l10n.t('Copied. It is never run for you.'),
      );
    });
  }

  async #exposed(): Promise<void> {
    await this.#trying(() => this.#expose());
  }

  async #expose(): Promise<void> {
    const { answer } = this.#reply ?? {};
    if (answer === undefined) return;
    const ends = [...new Set([answer.from, answer.to])];
    this.#exposures = await Promise.all(ends.map((of) => this.#panel.host.ask(EXPOSURE, { of }, `exposure ${of}`)));
  }

  async #trying(action: () => Promise<void>): Promise<void> {
    try {
      await action();
      this.#panel.redraw();
    } catch (error) {
      this.#panel.failed(error);
    }
  }
}

/** A line names where it went to: what stood there before was of another question. */
function withError({ error: before }: PathQuestionText, error: string): Partial<PathQuestionText> {
  return before === '' && error !== '' ? { error, to: '', port: '' } : { error };
}

function chosen(part: 'from' | 'to' | 'port' | 'error', choice: string): Partial<PathQuestionText> {
  return part === 'error' ? { error: '' } : { [part]: choice };
}
