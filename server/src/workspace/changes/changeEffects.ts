import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import type { JsonValue } from '../../model/manifest.ts';
import type { JsonMap } from '../../syntax/objects/jsonAccess.ts';
import { applyEffect, decodeChanges, withStates, type ApplyEffect, type ObjectChange } from '../apply/applyEffect.ts';
import { effectText, takenText } from '../effectText.ts';
import { isMetadataOnly, type PolicyChange, type SeenPolicy } from './seenPolicy.ts';

/** So many changes that come at once are computed one by one: a fleet that is rolled out is read as a whole, or not. */
export const MOST_EFFECTS = 300;

/**
 * What changes do to traffic, one line each, in the order in which they were made: the first is laid over the state
 * before all of them, the next over that. Pods are those of now, which are the ones that feel it. Yields before each,
 * because a large cluster takes its time.
 *
 * @param live what the cluster holds now, with or without these changes; undefined where that is not known
 */
export function* changeEffects(
  live: CompiledCluster | undefined,
  changes: readonly PolicyChange[],
): Generator<void, readonly string[], void> {
  if (live === undefined) return changes.map(() => NOT_READ);
  const firsts = new Map(changes.toReversed().map((change) => [`${change.namespace}/${change.name}`, change]));
  const undone = decodeChanges([...firsts.values()].map(objectChange)).decoded;
  let cluster = withStates(live, undone, ({ before }) => before);
  const texts: string[] = [];
  for (const [index, change] of changes.entries()) {
    if (isMetadataOnly(change)) texts.push(SPEC_SAME);
    else if (index >= MOST_EFFECTS) texts.push(TOO_MANY);
    else if (isTooLong(change.before) || isTooLong(change.after)) texts.push(TOO_LONG);
    else {
      yield;
      const effect = applyEffect(cluster, [objectChange(change)]);
      cluster = effect.after;
      texts.push(effectLine(effect));
    }
  }
  return texts;
}

const NOT_READ = 'What it changes is not known: the cluster was not read';
const SPEC_SAME = 'Changes nothing: only labels or annotations are other ones';
const TOO_MANY = 'What it changes was not computed: very many policies changed at once';
const TOO_LONG = 'What it changes is not known: the policy is too long to be kept';
const UNREADABLE = 'What it changes is not known: the policy cannot be decoded';

/** One sentence without its full stop. */
function effectLine({ delta, before, after, meansTheSame, unreadable }: ApplyEffect): string {
  if (unreadable.length > 0 || delta === undefined) return UNREADABLE;
  const effect = { delta, before, after, meansTheSame };
  // What is taken begins with a workload's name, which stays as it is.
  return takenText(effect) ?? capital(effectText(effect) ?? 'changes only what is not known');
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function isTooLong(policy: SeenPolicy | undefined): boolean {
  return policy !== undefined && policy.spec === undefined;
}

function objectChange({ namespace, name, before, after }: PolicyChange): ObjectChange {
  return {
    target: { kind: 'NetworkPolicy', namespace, name },
    before: before && policyObject(before),
    after: after && policyObject(after),
  };
}

/** As far as it is kept. */
export function policyObject({ namespace, name, spec = '{}' }: SeenPolicy): JsonMap {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: parse(spec),
  };
}

function parse(json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue;
  } catch {
    // A file on the disk can be anything.
    return null;
  }
}
