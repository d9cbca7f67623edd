import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ApplyIntent } from '../../workspace/apply/clusterApply.ts';
import { isJsonMap } from '../../syntax/objects/jsonAccess.ts';

/** What takes the last change of a cluster back, where a person wants that later. */
export interface LastApply {
  /** ISO 8601. */
  readonly at: string;
  /** `undoIntents` of it: each only while nobody has written the object since. */
  readonly undo: readonly ApplyIntent[];
}

/** The last change of each cluster, on the disk: a rollback may be wanted after the editor was closed. */
export class LastApplies {
  readonly #folder: string | undefined;
  readonly #known = new Map<string, LastApply>();

  /** @param storage undefined where nothing outlives this process */
  constructor(storage: string | undefined) {
    this.#folder = storage === undefined ? undefined : path.join(storage, 'last');
  }

  /** @param identity the cluster's server and CA */
  async put(identity: string, last: LastApply): Promise<void> {
    const file = this.#file(identity);
    if (file === undefined) return void this.#known.set(identity, last);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.new`, JSON.stringify(last), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  async get(identity: string): Promise<LastApply | undefined> {
    const file = this.#file(identity);
    if (file === undefined) return this.#known.get(identity);
    // Another window may have applied something since.
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : readLast(text);
  }

  /** The newest of these clusters' last changes, with whose it is. */
  async newest(identities: readonly string[]): Promise<(LastApply & { readonly identity: string }) | undefined> {
    const all = await Promise.all(
      identities.map(async (identity) => {
        const last = await this.get(identity);
        return last === undefined ? [] : [{ ...last, identity }];
      }),
    );
    return all.flat().sort((a, b) => (a.at < b.at ? 1 : -1))[0];
  }

  async forget(identity: string): Promise<void> {
    this.#known.delete(identity);
    const file = this.#file(identity);
    if (file !== undefined) await rm(file, { force: true });
  }

  #file(identity: string): string | undefined {
    const name = `${createHash('sha256').update(identity).digest('hex').slice(0, 32)}.json`;
    return this.#folder && path.join(this.#folder, name);
  }
}

/** Undefined where the file is not one of ours. */
function readLast(text: string): LastApply | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonMap(value as never)) return undefined;
    const last = value as LastApply;
    return typeof last.at === 'string' && Array.isArray(last.undo) ? last : undefined;
  } catch {
    return undefined;
  }
}
