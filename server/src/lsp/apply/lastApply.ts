import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Applied, ApplyIntent, ApplyTarget } from '../../workspace/apply/clusterApply.ts';
import { isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';

/** What the last change of a cluster left, so that it can be rolled back by hand. */
export interface LastApply {
  /** ISO 8601. */
  readonly at: string;
  readonly changes: readonly AppliedChange[];
}

export interface AppliedChange {
  readonly target: ApplyTarget;
  readonly change: Applied['change'];
  readonly before?: JsonMap;
  /** The state that the change left; absent where it deleted the object. */
  readonly left?: { readonly uid: string; readonly resourceVersion: string };
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
    this.#known.set(identity, last);
    const file = this.#file(identity);
    if (file === undefined) return;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.new`, JSON.stringify(last), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  async get(identity: string): Promise<LastApply | undefined> {
    const known = this.#known.get(identity);
    const file = this.#file(identity);
    if (known !== undefined || file === undefined) return known;
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : readLast(text);
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

/** What undoes it, the last change first; never over what somebody else has changed since. */
export function undoing({ changes }: LastApply): readonly ApplyIntent[] {
  return changes.toReversed().flatMap(({ target, change, before, left }): readonly ApplyIntent[] => {
    const expected = left === undefined ? {} : { expected: left };
    if (change === 'create') return [{ action: 'delete', target, ...expected }];
    return before === undefined ? [] : [{ action: 'restore', target, previous: before, ...expected }];
  });
}

/** Undefined where the file is not one of ours. */
function readLast(text: string): LastApply | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonMap(value as never)) return undefined;
    const last = value as LastApply;
    return typeof last.at === 'string' && Array.isArray(last.changes) ? last : undefined;
  } catch {
    return undefined;
  }
}
