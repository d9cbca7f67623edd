import { asList, asMap, asString, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { Applied, PlannedStep, Preview, Refusal, SendOutcome } from '../../workspace/apply/clusterApply.ts';
import { FIELD_MANAGER } from '../../workspace/apply/clusterApply.ts';
import type { Transport } from '../apiTransport.ts';
import { plainText } from '../plainText.ts';
import { askApi, isSuccess, lostRequest, type ApiAnswer } from './askApi.ts';
import { managersOf } from './fieldManagers.ts';
import { isMoved, movedBy, movedTo } from './movedBy.ts';
import { mutatedFields } from './outcome.ts';
import { readLive, versionOf } from './planStep.ts';
import { lostRefusal, refusalOf } from './refusalOf.ts';
import { stepRequest } from './stepRequest.ts';

/** Sends a previewed step. Never throws; where the answer is lost, what became of it is read back. */
export async function sendStep(transport: Transport, preview: Preview, signal: AbortSignal): Promise<SendOutcome> {
  const { step, unchanged } = preview;
  const { target } = step;
  if (unchanged) return { kind: 'unchanged', target };
  let answer: ApiAnswer;
  try {
    answer = await askApi(transport, stepRequest(step, false), signal);
  } catch (error) {
    const lost = lostRequest(error);
    const refusal = lostRefusal(lost);
    const { unsent, kind } = lost.fault;
    return unsent === true || kind === 'login'
      ? { kind: 'refused', target, refusal }
      : readBack(transport, step, refusal, signal, mayStillArrive(step, refusal));
  }
  if (isMoved(answer, step)) return { kind: 'moved', target, moved: await movedBy(transport, step, signal) };
  if (isSuccess(answer)) return accepted(step, step.verb === 'delete' ? remaining(answer) : answer.body, answer);
  const refusal = refusalOf(answer, target);
  // A server that answers so may have written all the same (a time limit, its storage's answer lost).
  return answer.status >= 500 && refusal.kind === 'unavailable'
    ? readBack(transport, step, refusal, signal, { kind: 'refused', target, refusal })
    : { kind: 'refused', target, refusal };
}

function accepted(
  step: PlannedStep,
  after: JsonMap | undefined,
  { warnings }: Pick<ApiAnswer, 'warnings'>,
  readBack?: true,
): SendOutcome {
  const mutated = step.verb === 'delete' || after === undefined ? [] : mutatedFields(step, after);
  const finalizers = step.verb === 'delete' && after !== undefined ? finalizersOf(after) : [];
  const applied: Applied = {
    change: step.change,
    ...(step.live !== undefined && { before: step.live }),
    ...(after !== undefined && { after }),
    mutated,
    warnings,
    ...(finalizers.length > 0 && { finalizers }),
    ...(readBack === true && { readBack }),
  };
  return { kind: mutated.length === 0 ? 'applied' : 'altered', target: step.target, applied };
}

/** A delete is answered with a Status, or with the object where finalizers hold it. */
function remaining({ body }: ApiAnswer): JsonMap | undefined {
  return asMap(body['metadata'])['deletionTimestamp'] === undefined ? undefined : body;
}

function finalizersOf(object: JsonMap): readonly string[] {
  return asList(asMap(object['metadata'])['finalizers']).map((name) => plainText(asString(name)));
}

/** A server that said nothing may still be at it: it takes longer than we wait, and so do what stands before it. */
function mayStillArrive({ target }: PlannedStep, { why }: Refusal): SendOutcome {
  const unsure = 'Nothing is changed so far, and whether the request still arrives is not known.';
  return { kind: 'uncertain', target, why: `${why} ${unsure}` };
}

/**
 * What became of a request whose answer is lost; `notWritten` where the object is as it was. The read is a current one: it
 * comes behind the write, if there was one.
 */
async function readBack(
  transport: Transport,
  step: PlannedStep,
  refusal: Refusal,
  signal: AbortSignal,
  notWritten: SendOutcome,
): Promise<SendOutcome> {
  const { target, live, verb } = step;
  const now = await readLive(transport, target, signal);
  if (now.kind === 'refused') {
    const why = `${refusal.why} Whether it was applied is not known: ${now.refusal.why}`;
    return { kind: 'uncertain', target, why };
  }
  const object = now.kind === 'found' ? now.object : undefined;
  if (object === undefined) {
    if (verb === 'delete') return accepted(step, undefined, NO_WARNINGS, true);
    return live === undefined ? notWritten : { kind: 'moved', target, moved: { how: 'gone', by: [] } };
  }
  const [before, after] = [live && versionOf(live), versionOf(object)];
  if (before !== undefined && before.uid === after?.uid && before.resourceVersion === after.resourceVersion) {
    return notWritten;
  }
  if (verb === 'delete') {
    const isHeld = asMap(object['metadata'])['deletionTimestamp'] !== undefined && before?.uid === after?.uid;
    if (isHeld) return accepted(step, object, NO_WARNINGS, true);
    return { kind: 'moved', target, moved: movedTo(live, object) };
  }
  const isOurs = managersOf(object).includes(FIELD_MANAGER) && mutatedFields(step, object).length === 0;
  if (isOurs) return accepted(step, object, NO_WARNINGS, true);
  const others = movedTo(live, object);
  if (!others.by.includes(FIELD_MANAGER)) return { kind: 'moved', target, moved: others };
  const why = `${refusal.why} Whether it was applied is not known: the object has been written since by ${others.by.join(', ')}.`;
  return { kind: 'uncertain', target, why };
}

const NO_WARNINGS = { warnings: [] };
