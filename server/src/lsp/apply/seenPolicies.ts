import { canonicalPolicy } from '../../engine/canonicalPolicy.ts';
import type { ApplyIntent } from '../../workspace/apply/clusterApply.ts';
import type { SourceState } from '../../workspace/clusterSource.ts';

/**
 * What the other policies of the namespaces concerned say, as one text: where it is another one when a person confirms,
 * the effect that they were shown is no longer that of the change. The objects themselves are held by their versions.
 */
export function seenPolicies({ contents }: SourceState, intents: readonly ApplyIntent[]): string {
  const concerned = Map.groupBy(intents, ({ target }) => target.namespace);
  const seen = [...concerned].map(([namespace, own]) => {
    const names = new Set(own.map(({ target }) => target.name));
    const others = (contents.get(namespace)?.policies ?? []).filter(({ name }) => !names.has(name));
    return [namespace, others.map((policy) => `${policy.name} ${canonicalPolicy(policy)}`).sort()];
  });
  return JSON.stringify(seen);
}
