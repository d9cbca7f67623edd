import type { RequestMethod } from '../../server/src/protocol/methods.ts';
import { PANEL_VERSION, type HostMessage, type PanelAction, type PanelState } from '../../server/src/protocol/panel.ts';
import type { PreviewProblem } from '../../server/src/protocol/preview.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** A question that a newer one of its kind has made pointless. */
export class Superseded extends Error {}

/** Why the server has no answer, in a sentence for the person. */
export class Unanswered extends Error {}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The page's side of what it and the extension say to each other. */
export class Host {
  readonly #api = acquireVsCodeApi();
  readonly #waiting = new Map<number, Waiting>();
  /** The question that was asked last of each kind. */
  readonly #last = new Map<string, number>();
  #next = 1;

  /** @param hear everything that is no answer */
  constructor(hear: (message: Exclude<HostMessage, { readonly kind: 'answer' | 'failed' }>) => void) {
    window.addEventListener('message', ({ data }: MessageEvent<HostMessage>) => {
      if (data.kind === 'answer') this.#take(data.id)?.resolve(data.result);
      else if (data.kind === 'failed') this.#take(data.id)?.reject(new Unanswered(data.problem));
      else hear(data);
    });
  }

  /** The page can be spoken to. */
  start(): void {
    this.#api.postMessage({ kind: 'ready', version: PANEL_VERSION, state: this.#api.getState() });
  }

  /**
   * Asks the language server. A newer question of the same kind takes the place of one that is still open, which then
   * fails with `Superseded`; where the server has no answer, it fails with `Unanswered`.
   *
   * @param params without the session, the folder and the document, which the host knows
   * @param kind what the question is for
   */
  async ask<P extends object, R>(
    method: RequestMethod<P, R>,
    params: Omit<P, 'id' | 'folder' | 'uri'>,
    kind: string = method.name,
  ): Promise<Exclude<R, PreviewProblem>> {
    const id = this.#next;
    this.#next += 1;
    const before = this.#last.get(kind);
    if (before !== undefined) this.#cancel(before);
    this.#last.set(kind, id);
    const result = await new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#api.postMessage({ kind: 'ask', id, method: method.name, params });
    });
    return result as Exclude<R, PreviewProblem>;
  }

  act(action: PanelAction): void {
    this.#api.postMessage(action);
  }

  /** The page finds it again when it is drawn anew. */
  keep(state: PanelState): void {
    this.#api.setState(state);
  }

  /** What a person has set: the host acts on it. */
  set(state: PanelState): void {
    this.keep(state);
    this.#api.postMessage({ kind: 'set', state });
  }

  #cancel(id: number): void {
    const waiting = this.#take(id);
    if (waiting === undefined) return;
    this.#api.postMessage({ kind: 'cancel', id });
    waiting.reject(new Superseded());
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
