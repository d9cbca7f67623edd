import { html, type TemplateResult } from 'lit';
import { COMPLETE_END, type EndCandidateItem } from '../../../server/src/protocol/path.ts';
import type { Panel } from '../panel.ts';
import { legible } from '../legible.ts';

/** Names offered for what is typed. */
const MOST = 30;

/** A field for an end that offers what there is: the browser's own list, which every screen reader knows. */
export class EndField {
  readonly #panel: Panel;
  readonly #name: 'from' | 'to';
  readonly #label: () => string;
  #candidates: readonly EndCandidateItem[] = [];
  #asked: string | undefined;

  constructor(panel: Panel, name: 'from' | 'to', label: () => string) {
    this.#panel = panel;
    this.#name = name;
    this.#label = label;
  }

  render(value: string, typed: (text: string) => void): TemplateResult {
    const list = `ends-${this.#name}`;
    return html`<label class="field end"
      ><span>${this.#label()}</span>
      <input
        type="text"
        spellcheck="false"
        autocomplete="off"
        name=${this.#name}
        list=${list}
        .value=${value}
        @focus=${() => void this.#complete(value)}
        @input=${(event: Event) => {
          const { value: text } = event.target as HTMLInputElement;
          typed(text);
          void this.#complete(text);
        }}
      />
      <datalist id=${list}>
        ${this.#candidates.map(
          ({ text, description }) => html`<option value=${text} label=${legible(`${text} · ${description}`)}></option>`,
        )}
      </datalist>
    </label>`;
  }

  async #complete(text: string): Promise<void> {
    if (this.#asked === text) return;
    this.#asked = text;
    try {
      const { candidates } = await this.#panel.host.ask(COMPLETE_END, { text, limit: MOST }, `end ${this.#name}`);
      this.#candidates = candidates;
      this.#panel.redraw();
    } catch (error) {
      this.#panel.failed(error);
    }
  }
}
