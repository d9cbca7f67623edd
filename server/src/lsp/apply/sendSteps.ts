import type { Guard } from '../../guard/guard.ts';
import type { ApplyMethod, SendOutcome } from '../../workspace/apply/clusterApply.ts';
import type { LiveCluster } from '../liveSource.ts';
import { tryIntents, type Tried } from './tryIntents.ts';
import type { Unchecked } from './uncheckedSteps.ts';

/** Sends what was previewed, in its order. What is not among the answers was not sent. */
export async function sendSteps(
  { connection }: LiveCluster,
  steps: readonly Tried[],
  stopAtError: boolean,
  guard: Guard | undefined,
): Promise<readonly SendOutcome[]> {
  const outcomes: SendOutcome[] = [];
  for (const { preview } of steps) {
    const outcome = await connection.apply.send(preview);
    outcomes.push(outcome);
    await guard?.settle(outcome);
    if (!isDone(outcome) && stopAtError) break;
  }
  return outcomes;
}

/** What waited for a Namespace is tried now that it is there, and sent where that gives what the document says. */
export async function sendWaiting(
  { connection }: LiveCluster,
  waiting: readonly Unchecked[],
  method: ApplyMethod,
  stopAtError: boolean,
): Promise<readonly SendOutcome[]> {
  const outcomes: SendOutcome[] = [];
  for (const each of waiting) {
    const outcome = await tryAndSend(connection.apply, each, method);
    outcomes.push(outcome);
    if (!isDone(outcome) && stopAtError) break;
  }
  return outcomes;
}

async function tryAndSend(
  apply: LiveCluster['connection']['apply'],
  { intent, target }: Unchecked,
  method: ApplyMethod,
): Promise<SendOutcome> {
  const { tried, refused } = await tryIntents(apply, method, [{ intent }], new AbortController().signal);
  const [first] = tried;
  const [fault] = refused;
  if (fault !== undefined) return { kind: 'refused', target, refusal: fault.refusal };
  if (first === undefined) return { kind: 'unchanged', target };
  if (first.preview.mutated.length === 0) return apply.send(first.preview);
  // The person has agreed to what the document says, and has not seen this.
  const why = `The cluster's admission would make something else of it. Preview it again.`;
  return { kind: 'refused', target, refusal: { kind: 'admission', why, faults: [] } };
}

export function isDone({ kind }: SendOutcome): boolean {
  return kind === 'applied' || kind === 'altered' || kind === 'unchanged';
}
