import { html, nothing, type TemplateResult } from 'lit';
import { PREVIEW_NAMES } from '../../../server/src/protocol/preview.ts';
import { Superseded } from '../host.ts';
import { l10n } from '../l10n.ts';
import type { GraphFocus, Panel } from '../panel.ts';
import { valueOf } from '../header.ts';
import { focusText } from './nodeWords.ts';

/** Names of each kind that are offered. */
const MOST = 12;
const LIST = 'graph-focus-list';

/** What the graph is about: chosen by typing a part of a name (ARIA's pattern of a combobox with a list). */
export class FocusPicker {
  readonly #panel: Panel;
  #open = false;
  #text = '';
  #options: readonly GraphFocus[] = [];
  #selected = 0;

  constructor(panel: Panel) {
    this.#panel = panel;
  }

  render(): TemplateResult {
    const { focus = { kind: 'changes' as const } } = this.#panel.view;
    const shown = this.#open ? this.#options : [];
    return html`<span class="picker">
      <label class="quiet" for="graph-focus">${l10n.t('Graph of')}</label>
      <span class="picker-field"
        ><input
          id="graph-focus"
          type="text"
          role="combobox"
          spellcheck="false"
          autocomplete="off"
          aria-autocomplete="list"
          aria-expanded=${shown.length > 0}
          aria-controls=${LIST}
          aria-activedescendant=${shown.length > 0 ? optionId(this.#selected) : nothing}
          placeholder=${focusText(focus)}
          .value=${this.#open ? this.#text : focusText(focus)}
          @focus=${this.#begin}
          @click=${this.#begin}
          @blur=${this.#end}
          @input=${(event: Event) => {
            this.#text = valueOf(event);
            void this.#ask();
          }}
          @keydown=${this.#onKey}
        />
        <ul id=${LIST} role="listbox" aria-label=${l10n.t('Graph of')} ?hidden=${shown.length === 0}>
          ${shown.map(
            (option, index) =>
              html`<li
                id=${optionId(index)}
                role="option"
                aria-selected=${index === this.#selected}
                @pointerdown=${(event: Event) => {
                  // The field keeps the focus: it would close the list before the choice is made.
                  event.preventDefault();
                  this.#choose(option);
                }}
              >
                <span class="name">${focusText(option)}</span>
                <span class="quiet">${kindWord(option)}</span>
              </li>`,
          )}
        </ul></span
      >
    </span>`;
  }

  readonly #begin = ({ target }: Event): void => {
    if (this.#open) return;
    this.#open = true;
    this.#text = '';
    // What is typed before the page is drawn again takes the place of what is there.
    if (target instanceof HTMLInputElement) target.select();
    this.#panel.redraw();
    void this.#ask();
  };

  readonly #end = (): void => {
    this.#open = false;
    this.#options = [];
    this.#panel.redraw();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const last = this.#options.length - 1;
    const option = this.#options[this.#selected];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!this.#open) this.#begin(event);
      else this.#selected = Math.max(0, Math.min(last, this.#selected + (event.key === 'ArrowDown' ? 1 : -1)));
    } else if (event.key === 'Enter' && this.#open && option !== undefined) this.#choose(option);
    else if (event.key === 'Escape' && this.#open) this.#end();
    else return;
    event.preventDefault();
    this.#panel.redraw();
  };

  #choose(focus: GraphFocus): void {
    this.#end();
    this.#panel.setView({ focus });
    this.#panel.announce(l10n.t('Graph of {0}', focusText(focus)));
  }

  async #ask(): Promise<void> {
    try {
      const text = this.#text.trim();
      const { namespaces, policies, workloads } = await this.#panel.host.ask(
        PREVIEW_NAMES,
        { text, limit: MOST },
        'names for the graph',
      );
      this.#options = [
        ...(text === '' ? [{ kind: 'changes' } as const] : []),
        ...policies.map((policy) => ({ kind: 'policy', policy }) as const),
        ...namespaces.map((namespace) => ({ kind: 'namespace', namespace }) as const),
        ...workloads.map(({ id }) => ({ kind: 'workload', workload: id }) as const),
      ];
      this.#selected = 0;
      this.#panel.redraw();
    } catch (error) {
      if (!(error instanceof Superseded)) this.#panel.failed(error);
    }
  }
}

function kindWord(focus: GraphFocus): string {
  switch (focus.kind) {
    case 'changes':
      return '';
    case 'workload':
      return l10n.t('workload');
    case 'policy':
      return l10n.t('policy');
    case 'namespace':
      return l10n.t('namespace');
  }
}

function optionId(index: number): string {
  return `${LIST}-${index}`;
}
