import { byNamespace, type Check } from '../check.ts';
import { isolateEgressFixes } from '../fixes/isolateEgress.ts';
import { openForEgress, podFacts, workloadsText } from '../podFacts.ts';
import { isEmptySelector } from '../targetText.ts';
import { relatedPolicies } from '../relatedPolicies.ts';

export const missingEgress: Check = {
  code: 'missing-egress',
  severity: 'warning',
  title: 'Pods that a policy selects may still reach everything, because nothing isolates their egress',
  docs: `A policy isolates its pods per direction. One that has only \`Ingress\` among its policy types (and that is what an absent \`policyTypes\` without egress rules means) leaves egress open: the pods may connect to every pod and to every address outside the cluster.

\`\`\`yaml
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]        # egress of web stays open
\`\`\`

What to do: add \`Egress\` to \`policyTypes\` with the rules that the pods need (names are resolved over 53/UDP and 53/TCP, so allow these first), here or in a policy of its own for the namespace.

The check counts pods over all policies of the namespace, wherever they are written, and is reported once per file and namespace; where a policy of the namespace selects every pod, at that one alone. It is silent where another policy isolates egress, in namespaces of the platform, where pods or policies are not completely known, and where \`bulkhead.yaml\` says that limiting egress is no goal.`,
  *run(context) {
    for (const [namespace, policies] of byNamespace(context.policies)) {
      const [first] = policies;
      if (first === undefined || context.isSystemNamespace(namespace)) continue;
      if (!context.knowledge.podsKnown(namespace) || !context.knowledge.policiesKnown(namespace, 'egress')) continue;
      // The policy of the whole namespace is the one to mend: saying it of each of its pods again mends nothing more.
      if (context.othersIn(namespace).some(({ policy }) => isEmptySelector(policy.podSelector))) {
        if (!policies.some(({ policy }) => isEmptySelector(policy.podSelector))) continue;
      }
      const open = openForEgress(podFacts(context, namespace), policies);
      if (open.length === 0) continue;
      yield {
        policy: first,
        path: ['metadata', 'name'],
        part: 'value',
        message: `Nothing limits what ${workloadsText(open)} can reach: every pod and every address outside`,
        related: relatedPolicies(context, namespace),
        fixes: () => isolateEgressFixes(context, policies, open),
      };
    }
  },
};
