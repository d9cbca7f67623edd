import path from 'node:path';
import { printable, qualifiedName } from '../../analysis/wording.ts';
import { findGuards, type FoundGuard } from '../../guard/findGuards.ts';
import { keepGuard, rollBackGuardNow } from '../../guard/guard.ts';
import { isOpen, mayBeChanged, type GuardRecord, type ObjectOutcome } from '../../guard/guardRecord.ts';
import { resumeGuard } from '../../guard/resumeGuard.ts';
import { inOwnProcess } from '../../guard/startHelper.ts';
import { watchGuard } from '../../guard/watchGuard.ts';
import type { ApplyTarget } from '../../workspace/apply/clusterApply.ts';
import { openOutput } from '../output.ts';
import { kubeEnvironment, loadClusterModule } from '../source.ts';

export type Decision = 'keep' | 'rollback';

export interface DecideOptions {
  readonly format: 'text' | 'json';
  readonly output?: string;
}

/**
 * Decides about every guarded change that is neither kept nor rolled back: of a countdown elsewhere, or left over where
 * no helper process could finish. 0 where all are as asked for.
 */
export async function decideGuards(folder: string, decision: Decision, options: DecideOptions): Promise<number> {
  const open = (await findGuards(folder)).filter(({ record }) => mayBeChanged(record));
  const records: GuardRecord[] = [];
  for (const guard of open) {
    records.push(decision === 'keep' ? await keepGuard(guard.folder) : await rollBack(guard));
  }
  const output = await openOutput(options.output, false);
  if (options.format === 'json') {
    const guards = records.map(({ id, target, state, objects, outcomes = [] }) => ({
      id,
      context: target.context,
      state,
      objects: objects.map(({ ref }) => ({ ...ref, ...resultOf(ref, outcomes) })),
    }));
    output.write(`${JSON.stringify({ version: 1, guards }, undefined, 1)}\n`);
  } else if (records.length === 0) output.write('Nothing is undecided.\n');
  for (const { target, state, objects } of options.format === 'json' ? [] : records) {
    const names = objects.map(({ ref }) => qualifiedName(ref)).join(', ');
    output.write(`${STATES[state] ?? state}  ${printable(`${names} in ${target.context}`)}\n`);
  }
  await output.close();
  const wanted = decision === 'keep' ? 'kept' : 'rolledBack';
  return records.every(({ state }) => state === wanted) ? 0 : 1;
}

/** What became of one object of a guard, in a sentence where it is not as it was before. */
export function rollbackProblem(target: ApplyTarget, record: GuardRecord): string | undefined {
  const { outcomes = [] } = record;
  const outcome = outcomes.find(({ ref }) => isSameTarget(ref, target));
  if (outcome === undefined && isOpen(record)) {
    return 'Not rolled back, because no process holds its guard any more: --undecided decides.';
  }
  if (outcome?.result === 'leftAlone') {
    const by = outcome.by === undefined ? 'Somebody else' : printable(outcome.by.manager);
    return `Not rolled back: ${by} has changed it since.`;
  }
  if (outcome?.result !== 'couldNot') return undefined;
  const { why } = outcome;
  const reason = why !== undefined && 'message' in why ? `: ${printable(why.message)}` : '.';
  return `It could not be rolled back${reason}`;
}

const STATES: Readonly<Partial<Record<GuardRecord['state'], string>>> = {
  kept: 'kept       ',
  rolledBack: 'rolled back',
  leftAlone: 'left alone ',
  couldNot: 'not rolled back',
};

async function rollBack({ folder, record, isHeld }: FoundGuard): Promise<GuardRecord> {
  const asked = await rollBackGuardNow(folder);
  if (!isHeld) {
    const { contexts } = await (await loadClusterModule()).listContexts(kubeEnvironment());
    const exec = contexts.find(({ name }) => name === record.target.context)?.exec;
    const input = { environment: kubeEnvironment(), ...(exec !== undefined && { execIdentity: exec.identity }) };
    const status = await resumeGuard(folder, inOwnProcess(input, { path: path.join(__dirname, 'guard.cjs') }));
    if (status === undefined) return asked;
  }
  return (await watchGuard({ folder }).ended).record;
}

function resultOf(ref: ApplyTarget, outcomes: readonly ObjectOutcome[]): { readonly result?: string } {
  const result = outcomes.find((outcome) => isSameTarget(outcome.ref, ref))?.result;
  return result === undefined ? {} : { result };
}

function isSameTarget(a: ApplyTarget, b: ApplyTarget): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
