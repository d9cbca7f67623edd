import { CancellationTokenSource, l10n, type Disposable, type WebviewPanel } from 'vscode';
import {
  PANEL_VERSION,
  type HostMessage,
  type PanelAction,
  type PanelMessage,
  type PanelState,
} from '../../../server/src/protocol/panel.ts';
import type { RequestMethod } from '../../../server/src/protocol/methods.ts';
import {
  PREVIEW_CLOSE,
  PREVIEW_COMPARE,
  PREVIEW_OPEN,
  PREVIEW_VERSION,
  type PreviewBefore,
  type PreviewComparison,
  type PreviewOpened,
} from '../../../server/src/protocol/preview.ts';
import { label } from '../hostileText.ts';
import type { ServerSession } from '../serverSession.ts';
import { isAboutSession, isAskable } from './askable.ts';
import { placeOf } from './panelPlace.ts';

export interface PreviewPanelParts {
  readonly session: Pick<ServerSession, 'request' | 'notify'>;
  /** The texts of what a person compares with. */
  readonly before: (state: PanelState) => Promise<PreviewBefore | { readonly problem: string }>;
  readonly act: (panel: PreviewPanel, action: PanelAction) => Promise<void>;
  /** A person has set something; the state as it is now. */
  readonly changed: (panel: PreviewPanel) => void;
  /** An action came to nothing, and why. */
  readonly failed: (action: PanelAction, problem: string) => void;
  readonly log: (line: string) => void;
}

/**
 * One panel: its session with the language server, and the page that shows it. The page asks, this passes on what a
 * panel may ask; a session that the server does not know any more, because it was started again, is opened anew.
 */
export class PreviewPanel implements Disposable {
  readonly #panel: WebviewPanel;
  readonly #parts: PreviewPanelParts;
  readonly #asked = new Map<number, CancellationTokenSource>();
  #state: PanelState;
  #id: string | undefined;
  #opening: Promise<string | undefined> | undefined;
  /** Comparisons are asked for one after another, so that the last one that was chosen is the one that stays. */
  #comparing: Promise<void> = Promise.resolve();
  /** Why there is nothing to compare. */
  #why: string | undefined;
  #ready = false;
  #disposed = false;

  constructor(panel: WebviewPanel, state: PanelState, parts: PreviewPanelParts) {
    this.#panel = panel;
    this.#state = state;
    this.#parts = parts;
    panel.webview.onDidReceiveMessage((message: PanelMessage) => void this.#hear(message));
    this.#title();
  }

  get state(): PanelState {
    return this.#state;
  }

  get id(): string | undefined {
    return this.#id;
  }

  /** Something else is looked at from now on. */
  async show(state: Partial<PanelState>): Promise<void> {
    const before = this.#state;
    this.#state = { ...before, ...state };
    this.#title();
    this.#parts.changed(this);
    if (isOtherComparison(before, this.#state)) await this.#compare();
    if (this.#ready) this.#post({ kind: 'state', state: this.#state, words: l10n.bundle ?? {} });
  }

  /** What the page shows was made from what is past. */
  stale(): void {
    if (this.#ready) this.#post({ kind: 'changed' });
  }

  /** The server was started again: it knows nothing of this panel. */
  async reopen(): Promise<void> {
    this.#id = undefined;
    if (!this.#ready) return;
    await this.#open();
    this.stale();
  }

  reveal(): void {
    this.#panel.reveal(undefined, true);
  }

  dispose(): void {
    this.#disposed = true;
    this.#close();
    for (const source of this.#asked.values()) source.cancel();
  }

  async #hear(message: PanelMessage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.#ready = true;
        // A page that was hidden is made anew when it is shown again: what it looks at is still there.
        if (this.#id === undefined) await this.#open();
        return this.#post({ kind: 'state', state: this.#state, words: l10n.bundle ?? {} });
      case 'ask':
        return this.#ask(message.id, message.method, message.params);
      case 'cancel':
        return this.#asked.get(message.id)?.cancel();
      case 'set': {
        const before = this.#state;
        this.#state = { ...message.state, version: PANEL_VERSION, uri: before.uri, before: before.before };
        if (isOtherComparison(before, this.#state)) await this.#compare();
        return this.#parts.changed(this);
      }
      case 'apply':
      case 'choose':
      case 'command':
      case 'copy':
      case 'edit':
      case 'keep':
      case 'open':
      case 'reveal':
      case 'save':
        try {
          return await this.#parts.act(this, message);
        } catch (error) {
          return this.#parts.failed(message, String(error));
        }
    }
  }

  async #ask(id: number, method: string, params: object): Promise<void> {
    if (!isAskable(method)) return this.#post({ kind: 'failed', id, problem: l10n.t('A panel may not ask that.') });
    const source = new CancellationTokenSource();
    this.#asked.set(id, source);
    try {
      let result = await this.#request(method, params, source);
      if (isGone(result)) {
        this.#id = undefined;
        result = await this.#request(method, params, source);
      }
      const problem = problemOf(result);
      this.#post(problem === undefined ? { kind: 'answer', id, result } : { kind: 'failed', id, problem });
    } catch (error) {
      if (source.token.isCancellationRequested) return;
      this.#parts.log(`${method}: ${String(error)}`);
      this.#post({ kind: 'failed', id, problem: l10n.t('Bulkhead could not answer. The log says more.') });
    } finally {
      this.#asked.delete(id);
      source.dispose();
    }
  }

  async #request(name: string, params: object, source: CancellationTokenSource): Promise<unknown> {
    const method: RequestMethod<object, unknown> = { name };
    const about = isAboutSession(name) ? await this.#session() : placeOf(this.#state.uri);
    if (about === undefined) return { problem: this.#why ?? l10n.t('There is nothing to compare.') };
    return this.#parts.session.request(method, { ...params, ...about }, source.token);
  }

  async #session(): Promise<{ readonly id: string } | undefined> {
    const id = this.#id ?? (await this.#open());
    return id === undefined ? undefined : { id };
  }

  #open(): Promise<string | undefined> {
    this.#opening ??= this.#openSession().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openSession(): Promise<string | undefined> {
    for (;;) {
      const state = this.#state;
      const comparison = await this.#comparison(state);
      if (comparison === undefined) return undefined;
      const params = { version: PREVIEW_VERSION, uri: state.uri, ...comparison };
      const id = this.#opened(await this.#parts.session.request(PREVIEW_OPEN, params));
      if (this.#disposed) this.#close();
      if (id === undefined || this.#disposed || !isOtherComparison(state, this.#state)) return id;
      // Something else was chosen while it was opened.
      this.#close();
    }
  }

  #compare(): Promise<void> {
    this.#comparing = this.#comparing
      .then(() => this.#compareNow())
      .catch((error: unknown) => {
        this.#parts.log(`compare: ${String(error)}`);
      });
    return this.#comparing;
  }

  async #compareNow(): Promise<void> {
    const id = this.#id;
    if (id === undefined) return void (await this.#open());
    const state = this.#state;
    const comparison = await this.#comparison(state);
    if (comparison === undefined) return this.#close();
    const opened = await this.#parts.session.request(PREVIEW_COMPARE, { id, uri: state.uri, ...comparison });
    if (isGone(opened)) {
      this.#id = undefined;
      await this.#open();
    } else if (this.#opened(opened) === undefined) this.#close();
    this.stale();
  }

  /** Nothing is shown of what was compared before under the name of something else. */
  #close(): void {
    if (this.#id !== undefined) this.#parts.session.notify(PREVIEW_CLOSE, { id: this.#id });
    this.#id = undefined;
  }

  #opened(opened: PreviewOpened): string | undefined {
    if ('problem' in opened) {
      this.#problem(opened.problem);
      return undefined;
    }
    this.#id = opened.id;
    return opened.id;
  }

  async #comparison(state: PanelState): Promise<PreviewComparison | undefined> {
    const before = await this.#parts.before(state);
    if (!('problem' in before)) return { before, after: state.after };
    this.#problem(before.problem);
    return undefined;
  }

  #problem(text: string): void {
    this.#why = text;
    this.#post({ kind: 'problem', text });
  }

  #title(): void {
    if (this.#disposed) return;
    const name = fileName(this.#state.uri);
    this.#panel.title = name === '' ? l10n.t('Reachability') : l10n.t('Reachability: {0}', name);
  }

  #post(message: HostMessage): void {
    if (this.#disposed) return;
    void this.#panel.webview.postMessage(message);
  }
}

function isOtherComparison(a: PanelState, b: PanelState): boolean {
  return a.uri !== b.uri || JSON.stringify([a.before, a.after]) !== JSON.stringify([b.before, b.after]);
}

function isGone(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'gone' in result && result.gone === true;
}

function problemOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('problem' in result)) return undefined;
  return typeof result.problem === 'string' ? result.problem : undefined;
}

/** The file's own name. Anything may stand in an address that was kept or that a command was given. */
function fileName(uri: string): string {
  const path = uri.replace(/[?#].*$/, '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return label(decodeURIComponent(name));
  } catch {
    return label(name);
  }
}
