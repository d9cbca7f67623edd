/** A patch of this size, or of this part of the base, is merged into a new base. */
const PATCH_AT_LEAST = 64;
const PATCH_PART = 64;

/**
 * An immutable map whose changed copies share what did not change: a large base and a small patch over it. A change
 * costs the patch, not the map.
 */
export class LayeredMap<Key, Value> {
  readonly #base: ReadonlyMap<Key, Value>;
  /** Undefined: deleted. */
  readonly #patch: ReadonlyMap<Key, Value | undefined>;
  readonly size: number;

  private constructor(base: ReadonlyMap<Key, Value>, patch: ReadonlyMap<Key, Value | undefined>, size: number) {
    this.#base = base;
    this.#patch = patch;
    this.size = size;
  }

  /** Takes the map over: nobody may change it afterwards. */
  static of<Key, Value>(map: ReadonlyMap<Key, Value>): LayeredMap<Key, Value> {
    return new LayeredMap(map, new Map(), map.size);
  }

  get(key: Key): Value | undefined {
    return this.#patch.has(key) ? this.#patch.get(key) : this.#base.get(key);
  }

  /** Sets values, and deletes where the value is undefined. */
  with(changes: ReadonlyMap<Key, Value | undefined>): LayeredMap<Key, Value> {
    if (changes.size === 0) return this;
    const patch = new Map(this.#patch);
    let size = this.size;
    for (const [key, value] of changes) {
      if (this.get(key) !== undefined) size -= 1;
      if (value !== undefined) size += 1;
      patch.set(key, value);
    }
    if (patch.size < Math.max(PATCH_AT_LEAST, this.#base.size / PATCH_PART)) {
      return new LayeredMap(this.#base, patch, size);
    }
    const merged = new Map(this.#base);
    for (const [key, value] of patch) {
      if (value === undefined) merged.delete(key);
      else merged.set(key, value);
    }
    return new LayeredMap(merged, new Map<Key, Value | undefined>(), size);
  }

  /** As `values`, for loops over all values that have to be fast. */
  forEach(visit: (value: Value) => void): void {
    if (this.#patch.size === 0) this.#base.forEach(visit);
    else for (const value of this.values()) visit(value);
  }

  *entries(): Generator<[Key, Value]> {
    for (const [key, value] of this.#base) {
      if (!this.#patch.has(key)) yield [key, value];
    }
    for (const [key, value] of this.#patch) {
      if (value !== undefined) yield [key, value];
    }
  }

  *values(): Generator<Value> {
    for (const [, value] of this.entries()) yield value;
  }
}
