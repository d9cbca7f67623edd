import type { ApplyDocument } from '../../workspace/apply/applyDocuments.ts';
import type {
  ApplyIntent,
  ApplyMethod,
  ApplyTarget,
  ClusterApply,
  DryRunOutcome,
  Preview,
  Refusal,
} from '../../workspace/apply/clusterApply.ts';
import { movedText } from './stepTexts.ts';

/** What is wanted of one object, and where it is written. */
export interface Wanted {
  readonly intent: ApplyIntent;
  readonly document?: ApplyDocument;
}

export interface Tried extends Wanted {
  readonly preview: Preview;
}

/** What cannot be sent. */
export interface NotTried extends Wanted {
  readonly target: ApplyTarget;
  readonly refusal: Refusal;
}

export interface TriedAll {
  readonly tried: readonly Tried[];
  readonly refused: readonly NotTried[];
}

/** An object that somebody writes to all the time is planned this often. */
const MOST_PLANS = 3;

/** Has the server try everything, one after the other; what moves on meanwhile is planned again. */
export async function tryIntents(
  apply: ClusterApply,
  method: ApplyMethod,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<TriedAll> {
  const tried: Tried[] = [];
  const refused: NotTried[] = [];
  for (const each of wanted) {
    if (signal.aborted) break;
    const outcome = await tryIntent(apply, method, each.intent);
    if (outcome === 'absent') continue;
    if (outcome.kind === 'preview') tried.push({ ...each, preview: outcome.preview });
    else if (outcome.kind === 'refused') refused.push({ ...each, target: outcome.target, refusal: outcome.refusal });
    else {
      const why = movedText(outcome.target, outcome.moved);
      refused.push({ ...each, target: outcome.target, refusal: { kind: 'unavailable', why, faults: [] } });
    }
  }
  return { tried, refused };
}

async function tryIntent(
  apply: ClusterApply,
  method: ApplyMethod,
  intent: ApplyIntent,
): Promise<DryRunOutcome | 'absent'> {
  for (let plans = 1; ; plans += 1) {
    const plan = await apply.plan(intent, method);
    if (plan.kind === 'absent') return 'absent';
    if (plan.kind !== 'step') return plan;
    const outcome = await apply.dryRun(plan.step);
    if (outcome.kind !== 'moved' || plans === MOST_PLANS) return outcome;
  }
}
