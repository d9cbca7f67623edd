import { randomUUID } from 'node:crypto';
import { systemFiles } from './durableFiles.ts';
import type { FoundGuard } from './findGuards.ts';
import { guardHolding, sweepGuards } from './findGuards.ts';
import type { Guard } from './guard.ts';
import { guardOf } from './guard.ts';
import type { GuardRecord, GuardTarget } from './guardRecord.ts';
import type { Who } from './journalLine.ts';
import { ownIdentity } from './processIdentity.ts';
import type { Proof, WantedChange } from './proof.ts';
import { guardFolder, writeRecord } from './recordStore.ts';
import type { StartHelper } from './startHelper.ts';

export interface GuardOptions {
  /** The person's state folder (`stateFolder`): `guards/` and the journal lie in it. */
  readonly folder: string;
  /** How long a person has to keep the change. */
  readonly seconds: number;
  readonly target: GuardTarget;
  readonly who: Who;
  /** What is going to be changed; the objects themselves come with `begin`. */
  readonly changes: readonly WantedChange[];
  readonly start: StartHelper;
  /** The editor's own process holds it. */
  readonly holder?: 'editor';
}

export type PreparedGuard =
  | { readonly ok: true; readonly guard: Guard }
  /** `problem`: one sentence; the change can only be made unguarded. `proof` is what the helper process found out. `here`: a person who is there could do it. */
  | { readonly ok: false; readonly problem: string; readonly proof?: Proof; readonly here: boolean }
  /** One of the objects is still guarded by an earlier change, which has to be kept or rolled back first. */
  | { readonly ok: false; readonly problem: string; readonly heldBy: FoundGuard };

/**
 * Starts what would roll back, and lets it prove that it could, before anything is confirmed or changed. A guard
 * that is prepared and not begun ends with `cancel`, with this process, or after half an hour. Rejects with what the
 * disk says.
 */
export async function prepareGuard(options: GuardOptions): Promise<PreparedGuard> {
  const { target, changes } = options;
  const refs = changes.map(({ ref }) => ref);
  const heldBy = await guardHolding(options.folder, target.identity, refs);
  if (heldBy !== undefined) {
    return { ok: false, problem: 'An earlier change of the same object is neither kept nor rolled back yet.', heldBy };
  }
  await sweepGuards(options.folder);
  const id = randomUUID();
  const folder = guardFolder(options.folder, id);
  await systemFiles.makeFolder(folder);
  await writeRecord(systemFiles, folder, firstRecord(id, options));
  const status = await options.start(folder);
  const { proof } = status ?? {};
  if (proof?.can === true) return { ok: true, guard: guardOf(id, folder, proof) };
  await systemFiles.remove(folder);
  const problem = proof?.why ?? 'The process that would roll back did not start.';
  const here = options.holder === undefined && CAN_BE_HAD_HERE.has(proof?.lacks ?? 'place');
  return { ok: false, problem, here, ...(proof !== undefined && { proof }) };
}

/** Neither rights nor a token that lasts longer come with the person who waits. */
const CAN_BE_HAD_HERE: ReadonlySet<Proof['lacks']> = new Set(['login', 'place'] as const);

function firstRecord(id: string, { folder, seconds, target, who, changes, holder }: GuardOptions): GuardRecord {
  return {
    version: 1,
    id,
    state: 'prepared',
    preparedAt: new Date().toISOString(),
    starter: ownIdentity(),
    target,
    ...(holder !== undefined && { holder }),
    who,
    journal: folder,
    seconds,
    objects: changes,
    rollbackDelta: '',
  };
}
