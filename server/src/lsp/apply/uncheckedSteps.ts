import { policyObject } from '../../features/policyObject.ts';
import type { JsonValue } from '../../model/manifest.ts';
import { asMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { ObjectChange } from '../../workspace/apply/applyEffect.ts';
import type { ApplyIntent, Refusal } from '../../workspace/apply/clusterApply.ts';
import type { PreviewedItem } from '../../workspace/apply/previewAll.ts';
import type { SourceState } from '../../workspace/clusterSource.ts';
import { livePolicy } from '../../workspace/liveObjects.ts';

/** What the server was not asked to try for want of a right: what was watched stands for the live object. */
export interface Unchecked {
  readonly change: ObjectChange;
  readonly refusal: Refusal;
}

/** Undefined for what has been tried, and for what nobody could send. */
export function uncheckedStep(item: PreviewedItem, intent: ApplyIntent, state: SourceState): Unchecked | undefined {
  if (item.state !== 'refused' || intent.action === 'restore') return undefined;
  const { target, refusal } = item;
  // A quota forbids as well: that the server has tried, and nobody else's rights would help.
  if (refusal.kind !== 'forbidden' || refusal.missing === undefined) return undefined;
  if (target.kind !== 'NetworkPolicy') return undefined;
  const known = livePolicy(state, target.namespace, target.name);
  const before = known && asJson(policyObject(known));
  const after = intent.action === 'apply' ? intent.document : undefined;
  return { change: { target, before, after }, refusal };
}

/** Without the fields that are not there. */
function asJson(object: unknown): JsonMap {
  return asMap(JSON.parse(JSON.stringify(object)) as JsonValue);
}
