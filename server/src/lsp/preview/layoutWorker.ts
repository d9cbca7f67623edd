import { Worker } from 'node:worker_threads';
import type { BoxGraph, BoxRank } from '../../workspace/preview/pictureLayout.ts';

/** A layout that takes longer is not worth waiting for, in ms. */
const LONGEST = 4000;

interface Waiting {
  readonly graph: BoxGraph;
  readonly resolve: (ranks: readonly BoxRank[] | undefined) => void;
  readonly stop: () => void;
}

/** The worker thread for layouts; it starts when the first picture is asked for. */
export class LayoutWorker {
  readonly #program: string;
  readonly #after: (ms: number, action: () => void) => () => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 0;

  /** @param program path of `layout.cjs` */
  constructor(program: string, after: (ms: number, action: () => void) => () => void) {
    this.#program = program;
    this.#after = after;
  }

  /** Undefined where it was cancelled, took too long or failed. */
  async order(graph: BoxGraph, signal: AbortSignal): Promise<readonly BoxRank[] | undefined> {
    if (signal.aborted) return undefined;
    const id = (this.#next += 1);
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve) => {
      const cancel = (): void => this.#giveUp(id);
      const stopTimer = this.#after(LONGEST, cancel);
      signal.addEventListener('abort', cancel, { once: true });
      const stop = (): void => {
        stopTimer();
        signal.removeEventListener('abort', cancel);
      };
      this.#waiting.set(id, { graph, resolve, stop });
      worker.postMessage({ id, graph });
    });
  }

  dispose(): void {
    this.#end();
  }

  /** A layout cannot be interrupted: its thread is ended, and another one begins with what others wait for. */
  #giveUp(id: number): void {
    const given = this.#waiting.get(id);
    if (given === undefined) return;
    this.#waiting.delete(id);
    given.stop();
    given.resolve(undefined);
    void this.#worker?.terminate();
    this.#worker = this.#waiting.size === 0 ? undefined : this.#start();
    for (const [other, { graph }] of this.#waiting) this.#worker?.postMessage({ id: other, graph });
  }

  #start(): Worker {
    const worker = new Worker(this.#program);
    worker.unref();
    worker.on('message', ({ id, ranks }: { readonly id: number; readonly ranks: readonly BoxRank[] }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      waiting?.stop();
      waiting?.resolve(ranks);
    });
    worker.on('error', () => {
      if (this.#worker === worker) this.#end();
    });
    return worker;
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { resolve, stop } of waiting) {
      stop();
      resolve(undefined);
    }
    void worker?.terminate();
  }
}
