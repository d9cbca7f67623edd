import { policyObject } from '../../features/policyObject.ts';
import type { JsonValue } from '../../model/manifest.ts';
import { asMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { ObjectChange } from '../../workspace/apply/applyEffect.ts';
import type { SourceState } from '../../workspace/clusterSource.ts';
import { livePolicy } from '../../workspace/liveObjects.ts';
import type { NotTried, TriedAll } from './tryIntents.ts';

/** What the server was not asked to try for want of a right: what was watched stands for the live object. */
export interface Unchecked extends NotTried {
  readonly change: ObjectChange;
}

/** Parts what only a right is missing for, which can be exported, from what cannot be sent by anybody. */
export function uncheckedSteps(
  { refused }: TriedAll,
  state: SourceState,
): { readonly unchecked: readonly Unchecked[]; readonly refused: readonly NotTried[] } {
  const unchecked: Unchecked[] = [];
  const others: NotTried[] = [];
  for (const each of refused) {
    const { target, refusal, intent } = each;
    if (refusal.kind !== 'forbidden' || target.kind !== 'NetworkPolicy' || intent.action === 'restore') {
      others.push(each);
      continue;
    }
    const known = livePolicy(state, target.namespace, target.name);
    const before = known && asJson(policyObject(known));
    const after = intent.action === 'apply' ? intent.document : undefined;
    unchecked.push({ ...each, change: { target, before, after } });
  }
  return { unchecked, refused: others };
}

/** Without the fields that are not there. */
function asJson(object: unknown): JsonMap {
  return asMap(JSON.parse(JSON.stringify(object)) as JsonValue);
}
