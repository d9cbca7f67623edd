import { asList, asMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { Moved, PlannedStep } from '../../workspace/apply/clusterApply.ts';
import type { Transport } from '../apiTransport.ts';
import type { ApiAnswer } from './askApi.ts';
import { managersOf, writersSince } from './fieldManagers.ts';
import { readLive, versionOf } from './planStep.ts';

/** Whether an answer says that the object is another one than planned: made, changed, replaced or gone meanwhile. */
export function isMoved({ status, body }: ApiAnswer, { verb }: PlannedStep): boolean {
  const details = asMap(body['details']);
  if (status === 404) return verb !== 'create' && details['kind'] !== 'namespaces';
  if (status !== 409) return false;
  return !asList(details['causes']).some((cause) => asMap(cause)['reason'] === 'FieldManagerConflict');
}

/** How it has moved on, and by whom, read from what is there now. */
export async function movedBy(transport: Transport, step: PlannedStep, signal: AbortSignal): Promise<Moved> {
  const now = await readLive(transport, step.target, signal);
  if (now.kind === 'found') return movedTo(step.live, now.object);
  if (now.kind === 'absent') return { how: 'gone', by: [] };
  return { how: step.live === undefined ? 'made' : 'changed', by: [] };
}

export function movedTo(before: JsonMap | undefined, now: JsonMap): Moved {
  if (before === undefined) return { how: 'made', by: managersOf(now) };
  const how = versionOf(before)?.uid === versionOf(now)?.uid ? 'changed' : 'replaced';
  return { how, by: how === 'replaced' ? managersOf(now) : writersSince(before, now) };
}
