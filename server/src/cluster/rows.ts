import type { ObjectSink, RawObject } from './readResource.ts';

/** What is kept of one kind, by namespace (`''` for cluster-scoped kinds) and name. */
export class Rows<T> {
  readonly #rows = new Map<string, Map<string, T>>();
  readonly #onChange: (namespace: string) => void;
  #size = 0;
  #ready = false;

  /** `onChange` hears of every namespace in which something is another one now. */
  constructor(onChange: (namespace: string) => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#rows.get(namespace)?.get(name);
  }

  namespaces(): Iterable<string> {
    return this.#rows.keys();
  }

  /** Until the first full read ended there is nothing: half a kind is shown as none. */
  values(namespace: string): readonly T[] {
    return this.#ready ? [...(this.#rows.get(namespace)?.values() ?? [])] : [];
  }

  set(namespace: string, name: string, row: T): void {
    let rows = this.#rows.get(namespace);
    if (rows === undefined) this.#rows.set(namespace, (rows = new Map()));
    const { size } = rows;
    rows.set(name, row);
    this.#size += rows.size - size;
    this.changed(namespace);
  }

  delete(namespace: string, name: string): void {
    const rows = this.#rows.get(namespace);
    if (rows === undefined || !rows.delete(name)) return;
    this.#size--;
    if (rows.size === 0) this.#rows.delete(namespace);
    this.changed(namespace);
  }

  changed(namespace: string): void {
    if (this.#ready) this.#onChange(namespace);
  }

  makeReady(): void {
    if (this.#ready) return;
    this.#ready = true;
    for (const namespace of this.#rows.keys()) this.#onChange(namespace);
  }

  /**
   * Feeds the rows from a reader of the whole cluster or of one namespace. `read` gives the row of an object, `before`
   * itself where nothing that is kept has changed, or undefined where the object counts as absent.
   */
  sink(scope: string | undefined, read: (object: RawObject, before: T | undefined) => T | undefined): ObjectSink {
    let seen: Map<string, Set<string>> | undefined;
    const put = (object: RawObject): void => {
      const { namespace, name } = place(object);
      if (name === '' || (scope !== undefined && namespace !== scope)) return;
      const before = this.get(namespace, name);
      const row = read(object, before);
      if (row === undefined) this.delete(namespace, name);
      else if (row !== before) this.set(namespace, name, row);
      if (seen === undefined) return;
      const names = seen.get(namespace);
      if (names === undefined) seen.set(namespace, new Set([name]));
      else names.add(name);
    };
    const forget = (kept?: ReadonlyMap<string, ReadonlySet<string>>): void => {
      for (const [namespace, rows] of this.#rows) {
        if (scope !== undefined && namespace !== scope) continue;
        const names = kept?.get(namespace);
        for (const name of rows.keys()) if (names?.has(name) !== true) this.delete(namespace, name);
      }
    };
    return {
      begin: () => {
        const empty = scope === undefined ? this.#size === 0 : !this.#rows.has(scope);
        seen = empty ? undefined : new Map();
      },
      put,
      remove: (object) => {
        const { namespace, name } = place(object);
        if (scope === undefined || namespace === scope) this.delete(namespace, name);
      },
      finish: () => {
        if (seen !== undefined) forget(seen);
        seen = undefined;
        this.makeReady();
      },
      clear: () => {
        forget();
        seen = undefined;
      },
    };
  }
}

function place(object: RawObject): { readonly namespace: string; readonly name: string } {
  const { metadata } = object;
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return { namespace: '', name: '' };
  const { namespace, name } = metadata;
  return {
    namespace: typeof namespace === 'string' ? namespace : '',
    name: typeof name === 'string' ? name : '',
  };
}
