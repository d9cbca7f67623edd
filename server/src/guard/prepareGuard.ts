import { randomUUID } from 'node:crypto';
import { systemFiles } from './durableFiles.ts';
import type { FoundGuard } from './findGuards.ts';
import { guardHolding, sweepGuards } from './findGuards.ts';
import type { Guard } from './guard.ts';
import { guardOf } from './guard.ts';
import type { GuardRecord, GuardTarget } from './guardRecord.ts';
import type { HelperInput } from './helper.ts';
import type { Who } from './journalLine.ts';
import { ownIdentity } from './processIdentity.ts';
import type { Proof, WantedChange } from './proof.ts';
import { guardFolder, writeRecord } from './recordStore.ts';
import type { HelperProgram } from './startHelper.ts';
import { startHelper } from './startHelper.ts';

export interface GuardOptions {
  /** The extension's global storage, or the command line's state folder: `guards/` and the journal lie in it. */
  readonly folder: string;
  /** How long a person has to keep the change. */
  readonly seconds: number;
  readonly target: GuardTarget;
  readonly who: Who;
  /** What is going to be changed; the objects themselves come with `begin`. */
  readonly changes: readonly WantedChange[];
  /** Reaches the helper process over its standard input alone. */
  readonly input: HelperInput;
  readonly program: HelperProgram;
}

export type PreparedGuard =
  | { readonly ok: true; readonly guard: Guard }
  /** `problem`: one sentence; the change can only be made unguarded. `proof` is what the helper process found out. */
  | { readonly ok: false; readonly problem: string; readonly proof?: Proof }
  /** One of the objects is still guarded by an earlier change, which has to be kept or rolled back first. */
  | { readonly ok: false; readonly problem: string; readonly heldBy: FoundGuard };

/**
 * Starts the helper process and lets it prove that it could roll back, before anything is confirmed or changed. A guard
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
  const status = await startHelper(folder, options.input, options.program);
  const { proof } = status ?? {};
  if (proof?.can === true) return { ok: true, guard: guardOf(id, folder, proof) };
  await systemFiles.remove(folder);
  const problem = proof?.why ?? 'The helper process that would roll back did not start.';
  return { ok: false, problem, ...(proof !== undefined && { proof }) };
}

function firstRecord(id: string, { folder, seconds, target, who, changes }: GuardOptions): GuardRecord {
  return {
    version: 1,
    id,
    state: 'prepared',
    preparedAt: new Date().toISOString(),
    starter: ownIdentity(),
    target,
    who,
    journal: folder,
    seconds,
    objects: changes,
    rollbackDelta: '',
  };
}
