import type { Direction } from '../../model/networkPolicy.ts';
import { byNamespace, type Check, type CheckContext, type CheckResult, type WrittenPolicy } from '../check.ts';
import { hasDefaultDeny, isolates } from '../defaultDeny.ts';
import { defaultDenyFixes } from '../fixes/defaultDeny.ts';
import { openForEgress, podCount, podFacts, type PodFacts } from '../podFacts.ts';
import { isEmptySelector } from '../targetText.ts';
import { relatedPolicies } from '../relatedPolicies.ts';
import { thousands } from '../wording.ts';

const CODE = 'namespace-without-default-deny';

export const namespaceWithoutDefaultDeny: Check = {
  code: CODE,
  severity: 'warning',
  title: 'Pods of the namespace that no policy selects are open, today or when they come',
  docs: `NetworkPolicies only restrict the pods that they select. In a namespace without a default-deny policy every pod that no policy selects, and every pod that somebody adds later, accepts traffic from everywhere (or, for egress, may connect to everywhere).

\`\`\`yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec:
  podSelector: {}               # every pod of the namespace
  policyTypes: [Ingress, Egress]
\`\`\`

A namespace has default-deny in a direction if a policy that selects every possible pod has that direction among its policy types, and no other such policy allows everything in it again. That all of today's pods happen to be selected is not default-deny: then the finding is information only.

Ingress is looked at in every namespace with policies, egress where some policy of the namespace limits egress. The finding is reported once per file, namespace and direction; it is silent in namespaces of the platform, where pods or policies are not completely known, and where \`bulkhead.yaml\` says that default-deny is no goal.`,
  *run(context) {
    for (const [namespace, policies] of byNamespace(context.policies)) {
      if (context.isSystemNamespace(namespace) || !context.knowledge.podsKnown(namespace)) continue;
      const facts = podFacts(context, namespace);
      for (const direction of ['ingress', 'egress'] as const) {
        const result = lacking(context, namespace, direction, policies, facts);
        if (result !== undefined) yield result;
      }
    }
  },
};

function lacking(
  context: CheckContext,
  namespace: string,
  direction: Direction,
  written: readonly WrittenPolicy[],
  facts: readonly PodFacts[],
): CheckResult | undefined {
  const [first] = written;
  if (first === undefined) return undefined;
  if (!context.knowledge.policiesKnown(namespace, direction)) return undefined;
  const policies = context.intendedPolicies(namespace);
  if (hasDefaultDeny(policies, direction)) return undefined;
  if (direction === 'egress') {
    if (!policies.some((policy) => isolates(policy, direction))) return undefined;
    // missing-egress says the same of this file already, and of whom.
    if (openForEgress(facts, written).length > 0) return undefined;
    // Or it says so at a policy of the whole namespace, which is the one to mend.
    const general = context.othersIn(namespace).filter(({ policy }) => isEmptySelector(policy.podSelector));
    if (general.length > 0 && openForEgress(facts, general).length > 0) return undefined;
  }
  // Plug-ins differ on pods of the host's network: they are no pods that default-deny is for.
  const pods = facts.filter(({ pod }) => !pod.hostNetwork);
  const open = podCount(pods.filter(({ intended }) => intended[direction].isolated === false));
  if (open === 0 && pods.some(({ intended }) => intended[direction].isolated === 'unknown')) return undefined;
  return {
    policy: first,
    path: ['metadata', 'name'],
    part: 'value',
    message: message(namespace, direction, open, podCount(pods)),
    ...(open === 0 ? { severity: 'information' } : {}),
    related: relatedPolicies(context, namespace),
    fixes: () => {
      const missing = (['ingress', 'egress'] as const).filter((each) => !hasDefaultDeny(policies, each));
      return defaultDenyFixes(context, first, direction === 'egress' ? ['egress'] : missing);
    },
  };
}

function message(namespace: string, direction: Direction, open: number, all: number): string {
  const effect =
    direction === 'ingress' ? 'accept traffic from everywhere' : 'reach every pod and every address outside';
  const can = direction === 'ingress' ? effect : `can ${effect}`;
  if (open === 0)
    return `A new pod of \`${namespace}\` that no policy selects would ${effect}: today's are all isolated`;
  return `Pods of \`${namespace}\` that no policy isolates ${can}: ${thousands(open)} of ${thousands(all)} today, and every new one`;
}
