import type { ItemOutcome } from '../../workspace/apply/sendAll.ts';
import type { TotalOutcome } from '../reporters/applyReporters.ts';
import type { ApplyReport, ReportedObject } from './report.ts';

/** What was applied as a whole is kept as a whole. */
export function keptAs(total: TotalOutcome, isKept: boolean): TotalOutcome {
  return isKept && total === 'applied' ? 'kept' : total;
}

/** The countdown has ended without a person's "keep". */
export function takenBackAs(objects: readonly ReportedObject[]): TotalOutcome {
  return objects.some(({ outcome }) => outcome === 'applied' || outcome === 'altered') ? 'partial' : 'rolledBack';
}

/** Nothing was sent. */
export function refusedAs({ objects }: ApplyReport): TotalOutcome {
  return objects.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'conflict';
}

/** @param refusedBefore not all of it was sent, because some of it could not be */
export function totalOf(outcomes: readonly ItemOutcome[], refusedBefore: boolean): TotalOutcome {
  const number = (...kinds: readonly ItemOutcome['kind'][]): number =>
    outcomes.filter(({ kind }) => kinds.includes(kind)).length;
  if (!refusedBefore && number('applied', 'unchanged') === outcomes.length) return 'applied';
  if (number('uncertain') > 0) return 'uncertain';
  if (number('applied') > 0) return 'partial';
  if (number('altered') > 0) return 'altered';
  return number('moved') > 0 ? 'conflict' : 'refused';
}
