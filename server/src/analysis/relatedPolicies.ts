import { placeOf, type CheckContext } from './check.ts';
import type { RelatedPlace } from './finding.ts';

/** More places than this make no finding clearer. */
const MOST = 5;

/** The policies of a namespace that other files hold: what is missing was looked for there too. */
export function relatedPolicies(context: CheckContext, namespace: string): readonly RelatedPlace[] {
  return context
    .othersIn(namespace)
    .slice(0, MOST)
    .map((other) => ({
      file: other.file,
      range: placeOf(other, ['metadata', 'name'], 'value'),
      message: `${other.policy.namespace}/${other.policy.name} was taken into account`,
    }));
}
