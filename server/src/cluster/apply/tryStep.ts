import type { DryRunOutcome, PlannedStep } from '../../workspace/apply/clusterApply.ts';
import type { Transport } from '../apiTransport.ts';
import { askApi, isSuccess, lostRequest } from './askApi.ts';
import { takenOver } from './fieldManagers.ts';
import { isMoved, movedBy } from './movedBy.ts';
import { mutatedFields } from './outcome.ts';
import { lostRefusal, refusalOf } from './refusalOf.ts';
import { isSameState } from './sameObject.ts';
import { stepRequest } from './stepRequest.ts';

/** Has the server try a step without effect. Never throws. */
export async function tryStep(transport: Transport, step: PlannedStep, signal: AbortSignal): Promise<DryRunOutcome> {
  const { target, live } = step;
  try {
    const answer = await askApi(transport, stepRequest(step, true), signal);
    if (isMoved(answer, step)) return { kind: 'moved', target, moved: await movedBy(transport, step, signal) };
    if (!isSuccess(answer)) return { kind: 'refused', target, refusal: refusalOf(answer, target) };
    const result = step.verb === 'delete' ? undefined : answer.body;
    return {
      kind: 'preview',
      preview: {
        step,
        ...(result !== undefined && { result }),
        unchanged: result !== undefined && live !== undefined && isSameState(live, result),
        takesOver: takenOver(live, result),
        mutated: result === undefined ? [] : mutatedFields(step, result),
        warnings: answer.warnings,
      },
    };
  } catch (error) {
    return { kind: 'refused', target, refusal: lostRefusal(lostRequest(error)) };
  }
}
