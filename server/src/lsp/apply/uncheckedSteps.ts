import { policyObject } from '../../features/policyObject.ts';
import type { JsonValue } from '../../model/manifest.ts';
import { asMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { ObjectChange } from '../../workspace/apply/applyEffect.ts';
import type { SourceState } from '../../workspace/clusterSource.ts';
import { livePolicy } from '../../workspace/liveObjects.ts';
import type { NotTried, TriedAll } from './tryIntents.ts';

/** What the server has not tried yet: what was watched stands for the live object. */
export interface Unchecked extends NotTried {
  readonly change: ObjectChange;
  /** A right is missing, so that it can only be exported; or its Namespace is among those that go before it. */
  readonly waitsFor: 'right' | 'namespace';
}

/** Parts what only a right or a Namespace is missing for from what the server will not take. */
export function uncheckedSteps(
  { tried, refused }: TriedAll,
  state: SourceState,
): { readonly unchecked: readonly Unchecked[]; readonly refused: readonly NotTried[] } {
  const coming = new Set(
    tried.flatMap(({ preview: { step } }) => (step.target.kind === 'Namespace' ? [step.target.name] : [])),
  );
  const unchecked: Unchecked[] = [];
  const others: NotTried[] = [];
  for (const each of refused) {
    const { target, refusal, intent } = each;
    const isComing = refusal.kind === 'namespaceMissing' && coming.has(target.namespace);
    const isMissing = refusal.kind === 'forbidden' || isComing;
    if (!isMissing || target.kind !== 'NetworkPolicy' || intent.action === 'restore') {
      others.push(each);
      continue;
    }
    const known = livePolicy(state, target.namespace, target.name);
    const before = known && asJson(policyObject(known));
    const after = intent.action === 'apply' ? intent.document : undefined;
    unchecked.push({ ...each, change: { target, before, after }, waitsFor: isComing ? 'namespace' : 'right' });
  }
  return { unchecked, refused: others };
}

/** Without the fields that are not there. */
function asJson(object: unknown): JsonMap {
  return asMap(JSON.parse(JSON.stringify(object)) as JsonValue);
}
