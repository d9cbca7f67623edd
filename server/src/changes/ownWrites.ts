import type { LeftState } from '../guard/journalLine.ts';

/** So many of our own writes are remembered: what comes back of them comes within seconds. */
const MOST = 1_000;

/** What this process itself writes to clusters, so that it is not taken for somebody else's. */
export class OwnWrites {
  readonly #left = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  #sending = 0;

  /** Something is being sent; the function that is returned says that all of it has been answered and noted. */
  begin(): () => void {
    this.#sending += 1;
    return () => {
      this.#sending -= 1;
      if (this.#sending === 0) for (const resume of this.#waiting.splice(0)) resume();
    };
  }

  note(left: LeftState): void {
    this.#left.add(keyOf(left));
    const [oldest] = this.#left;
    if (this.#left.size > MOST && oldest !== undefined) this.#left.delete(oldest);
  }

  has(left: LeftState): boolean {
    return this.#left.has(keyOf(left));
  }

  /** Resolves once nothing is being sent. */
  async quiet(): Promise<void> {
    if (this.#sending > 0) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
  }
}

function keyOf({ uid, resourceVersion = '' }: LeftState): string {
  return `${uid} ${resourceVersion}`;
}
