import { placeOf, type CheckContext } from './check.ts';
import type { RelatedPlace } from './finding.ts';
import { qualifiedName } from './wording.ts';

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
      message: `${qualifiedName(other.policy)} was taken into account`,
    }));
}
