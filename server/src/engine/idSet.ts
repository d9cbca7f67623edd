/** From this size on a bit set answers `has`; below it a search in the few ids is as fast and far smaller. */
const BITS_FROM = 24;

/**
 * A set of small integers that only grows. Members are added in ascending order, which keeps `ids` sorted. Most sets
 * hold a handful of classes of one namespace, a few hold nearly all: hence the two forms.
 */
export class IdSet {
  /** For the many that stay empty. Nothing is ever added to it. */
  static readonly EMPTY = new IdSet();

  /** Ascending. Read only. */
  readonly ids: number[] = [];
  #bits: Uint32Array | undefined;

  get size(): number {
    return this.ids.length;
  }

  has(id: number): boolean {
    if (this.#bits !== undefined) {
      const word = this.#bits[id >>> 5];
      return word !== undefined && ((word >>> (id & 31)) & 1) === 1;
    }
    return searchAscending(this.ids, id);
  }

  /** `id` must be greater than every member. */
  add(id: number): void {
    this.ids.push(id);
    if (this.#bits !== undefined) this.#setBit(id);
    else if (this.ids.length >= BITS_FROM) {
      this.#bits = new Uint32Array((id >>> 5) + 1);
      for (const member of this.ids) this.#setBit(member);
    }
  }

  #setBit(id: number): void {
    let bits = this.#bits as Uint32Array;
    const word = id >>> 5;
    if (word >= bits.length) {
      const grown = new Uint32Array(Math.max(word + 1, bits.length * 2));
      grown.set(bits);
      this.#bits = bits = grown;
    }
    bits[word] = (bits[word] as number) | (1 << (id & 31));
  }
}

function searchAscending(ids: readonly number[], id: number): boolean {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const member = ids[middle] as number;
    if (member === id) return true;
    if (member < id) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
