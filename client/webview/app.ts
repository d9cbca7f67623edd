import { html, nothing, render, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import {
  FRESH_PANEL,
  PANEL_TABS,
  type HostMessage,
  type PanelState,
  type PanelTab,
} from '../../server/src/protocol/panel.ts';
import type { PreviewCompared } from '../../server/src/protocol/preview.ts';
import { ChangesView } from './changes/changesView.ts';
import { GraphView } from './graph/graphView.ts';
import { filters, header } from './header.ts';
import { Host, Superseded, Unanswered } from './host.ts';
import { l10n } from './l10n.ts';
import { MatrixView } from './matrix/matrixView.ts';
import { viewOf, type Panel, type ViewState } from './panel.ts';
import { PathView } from './path/pathView.ts';

/** The page: what is compared on top, below it the tabs, of which only the one in front is asked for and drawn. */
export class App implements Panel {
  readonly host: Host;
  state: PanelState = FRESH_PANEL;
  readonly #root: HTMLElement;
  readonly #changes: ChangesView;
  readonly #views: Readonly<Record<PanelTab, { load(): Promise<void>; render(): TemplateResult; drawn(): void }>>;
  #problem: string | undefined;
  /** There is nothing to compare. */
  #isEmpty = false;
  #announced = '';
  #isDrawing = false;
  #loading: Promise<void> | undefined;
  #again = false;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#changes = new ChangesView(this);
    this.#views = {
      changes: this.#changes,
      matrix: new MatrixView(this),
      graph: new GraphView(this),
      path: new PathView(this),
    };
    this.host = new Host((message) => this.#hear(message));
  }

  start(): void {
    this.host.start();
    this.redraw();
  }

  get view(): ViewState {
    return viewOf(this.state.view);
  }

  get compared(): PreviewCompared | undefined {
    return this.#changes.changes?.compared;
  }

  set(state: Partial<PanelState>): void {
    this.state = { ...this.state, ...state };
    this.host.set(this.state);
    this.#load();
    this.redraw();
  }

  setView(view: Partial<ViewState>): void {
    const before = this.view;
    this.state = { ...this.state, view: { ...before, ...view } };
    this.host.set(this.state);
    // What is folded is not asked for again.
    if (Object.keys(view).some((key) => key !== 'folds')) this.#load();
    this.redraw();
  }

  announce(text: string): void {
    this.#announced = text;
    this.redraw();
  }

  failed(error: unknown): void {
    if (error instanceof Superseded) return;
    this.#problem = error instanceof Unanswered ? error.message : l10n.t('Bulkhead could not answer.');
    this.redraw();
  }

  redraw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      render(this.#page(), this.#root);
      this.#views[this.state.tab].drawn();
    });
  }

  #hear(message: Exclude<HostMessage, { readonly kind: 'answer' | 'failed' }>): void {
    switch (message.kind) {
      case 'state':
        l10n.use(message.words);
        this.state = message.state;
        this.host.keep(this.state);
        document.documentElement.dataset['tab'] = this.state.tab;
        return this.#load();
      case 'changed':
        return this.#load();
      case 'problem':
        this.#problem = message.text;
        return this.redraw();
    }
  }

  /** Asks for what is in front; once more where something has changed while it was asked for. */
  #load(): void {
    if (this.#loading !== undefined) {
      this.#again = true;
      return;
    }
    this.#loading = this.#loadAll()
      .catch((error: unknown) => this.failed(error))
      .finally(() => {
        this.#loading = undefined;
        const again = this.#again;
        this.#again = false;
        if (again) this.#load();
      });
  }

  async #loadAll(): Promise<void> {
    const { tab } = this.state;
    const failure = await this.#changes.load().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    // What was compared before is nothing to show under the name of something else.
    this.#isEmpty = failure?.error instanceof Unanswered;
    this.#problem = undefined;
    // A question about a path needs no comparison.
    if (failure !== undefined && tab !== 'path') throw failure.error;
    if (tab !== 'changes') await this.#views[tab].load();
    this.redraw();
    if (failure !== undefined) throw failure.error;
  }

  #page(): TemplateResult {
    const { tab } = this.state;
    const names: Record<PanelTab, string> = {
      changes: l10n.t('Changes'),
      matrix: l10n.t('Matrix'),
      graph: l10n.t('Graph'),
      path: l10n.t('Path'),
    };
    return html`
      ${header(this, this.#isEmpty ? undefined : this.#changes.changes, this.#problem)}
      <main>
        <vscode-tabs
          .selectedIndex=${PANEL_TABS.indexOf(tab)}
          @vsc-tabs-select=${(event: CustomEvent<{ selectedIndex: number }>) => {
            const selected = PANEL_TABS[event.detail.selectedIndex];
            if (selected !== undefined && selected !== this.state.tab) this.set({ tab: selected });
          }}
        >
          ${PANEL_TABS.map((each) => html`<vscode-tab-header slot="header">${names[each]}</vscode-tab-header>`)}
          ${PANEL_TABS.map(
            (each) =>
              html`<vscode-tab-panel>
                ${
                  each === tab
                    ? html`${tab === 'path' ? nothing : filters(this)}
                        <div class="content ${each}">
                          ${this.#isEmpty && tab !== 'path' ? nothing : this.#views[each].render()}
                        </div>`
                    : nothing
                }
              </vscode-tab-panel>`,
          )}
        </vscode-tabs>
      </main>
      <div class="hidden" role="status" aria-live="polite">${this.#announced}</div>
    `;
  }
}
