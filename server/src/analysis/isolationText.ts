import { isolatedByOthers } from '../engine/policyTargets.ts';
import type { Direction, NetworkPolicy } from '../model/networkPolicy.ts';
import type { CheckContext } from './check.ts';
import { targetsOf } from './targetText.ts';

/**
 * What becomes of a direction that a policy does not isolate: ``Egress of web (3 pods) stays open``, or less where
 * another policy isolates the pods or where that cannot be seen.
 */
export function notIsolatedText(context: CheckContext, policy: NetworkPolicy, direction: Direction): string {
  const { text } = targetsOf(context, policy);
  const name = direction === 'ingress' ? 'Ingress' : 'Egress';
  return staysOpen(context, policy, direction)
    ? `${name} of ${text} stays open`
    : `This policy does not isolate ${direction} of ${text}`;
}

/** Whether it is certain that nothing isolates any pod of the policy in a direction that it does not isolate itself. */
function staysOpen(context: CheckContext, policy: NetworkPolicy, direction: Direction): boolean {
  const { knowledge, intended } = context;
  if (!knowledge.podsKnown(policy.namespace) || !knowledge.policiesKnown(policy.namespace, direction)) return false;
  const { isolated, open, unknown } = isolatedByOthers(intended, policy, direction);
  return open > 0 && isolated === 0 && unknown === 0;
}
