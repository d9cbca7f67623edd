const CHUNK_BITS = 8;
const CHUNK = 1 << CHUNK_BITS;

/**
 * An immutable sparse array whose changed copies share all chunks that did not change, so that a change costs one
 * chunk and two versions are compared chunk by chunk.
 */
export class ChunkedArray<Value> {
  readonly #chunks: readonly (readonly (Value | undefined)[])[];

  private constructor(chunks: readonly (readonly (Value | undefined)[])[]) {
    this.#chunks = chunks;
  }

  static from<Value>(values: readonly (Value | undefined)[]): ChunkedArray<Value> {
    const chunks: (Value | undefined)[][] = [];
    for (let at = 0; at < values.length; at += CHUNK) chunks.push(values.slice(at, at + CHUNK));
    return new ChunkedArray(chunks);
  }

  get(index: number): Value | undefined {
    return this.#chunks[index >>> CHUNK_BITS]?.[index & (CHUNK - 1)];
  }

  with(changes: ReadonlyMap<number, Value | undefined>): ChunkedArray<Value> {
    if (changes.size === 0) return this;
    const chunks: (readonly (Value | undefined)[])[] = [...this.#chunks];
    const own = new Map<number, (Value | undefined)[]>();
    for (const [index, value] of changes) {
      const at = index >>> CHUNK_BITS;
      while (chunks.length <= at) chunks.push([]);
      let chunk = own.get(at);
      if (chunk === undefined) {
        own.set(at, (chunk = [...(chunks[at] as readonly (Value | undefined)[])]));
        chunks[at] = chunk;
      }
      const slot = index & (CHUNK - 1);
      while (chunk.length < slot) chunk.push(undefined);
      chunk[slot] = value;
    }
    return new ChunkedArray(chunks);
  }

  /** As `entries`, for loops over all values that have to be fast. */
  forEach(visit: (value: Value, index: number) => void): void {
    for (let at = 0; at < this.#chunks.length; at += 1) {
      const chunk = this.#chunks[at] as readonly (Value | undefined)[];
      for (let slot = 0; slot < chunk.length; slot += 1) {
        const value = chunk[slot];
        if (value !== undefined) visit(value, at * CHUNK + slot);
      }
    }
  }

  *entries(): Generator<[number, Value]> {
    for (let at = 0; at < this.#chunks.length; at += 1) {
      const chunk = this.#chunks[at] as readonly (Value | undefined)[];
      for (let slot = 0; slot < chunk.length; slot += 1) {
        const value = chunk[slot];
        if (value !== undefined) yield [at * CHUNK + slot, value];
      }
    }
  }

  /** The indices whose values are not the same object in both. Unchanged chunks cost nothing. */
  *differences(other: ChunkedArray<Value>): Generator<number> {
    const count = Math.max(this.#chunks.length, other.#chunks.length);
    for (let at = 0; at < count; at += 1) {
      const mine = this.#chunks[at] ?? [];
      const theirs = other.#chunks[at] ?? [];
      if (mine === theirs) continue;
      for (let slot = 0; slot < Math.max(mine.length, theirs.length); slot += 1) {
        if (mine[slot] !== theirs[slot]) yield at * CHUNK + slot;
      }
    }
  }
}
