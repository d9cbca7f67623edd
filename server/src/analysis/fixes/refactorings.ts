import type { CheckContext, WrittenPolicy } from '../check.ts';
import { hasDefaultDeny } from '../defaultDeny.ts';
import type { Fix } from '../finding.ts';
import { isGenerated } from '../generated.ts';
import { defaultDenyFixes } from './defaultDeny.ts';
import { peerShapes } from './peerShape.ts';

/** What can be done at an offset of the file whether or not something is found there. */
export function refactorings(context: CheckContext, offset: number): readonly Fix[] {
  const policy = context.policies.findLast(
    ({ placed }) => placed.start <= offset && offset <= placed.start + placed.document.text.length,
  );
  if (policy === undefined || isGenerated(policy, context.text)) return [];
  return [...peerShapes(context, policy, offset), ...defaultDeny(context, policy)];
}

function defaultDeny(context: CheckContext, policy: WrittenPolicy): readonly Fix[] {
  const { namespace } = policy.policy;
  if (context.isSystemNamespace(namespace)) return [];
  const policies = context.intendedPolicies(namespace);
  const lacking = (['ingress', 'egress'] as const).filter((direction) => !hasDefaultDeny(policies, direction));
  return lacking.length === 0 ? [] : defaultDenyFixes(context, policy, lacking);
}
