import { isolatedByOthers } from '../../engine/policyTargets.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import type { Fix } from '../finding.ts';
import { targetCount } from '../targetText.ts';
import { mentionsDenial } from '../policyName.ts';
import { isWritten, wholePolicies } from '../policyRules.ts';
import { targetsOf } from '../targetText.ts';

export const isolatesIngressToo: Check = {
  code: 'isolates-ingress-too',
  severity: 'warning',
  title: 'A policy with egress rules only isolates ingress as well, because policyTypes is absent',
  docs: `Without \`policyTypes\` a policy always isolates ingress, also one that has egress rules only: nobody can reach its pods any more, unless another policy lets them in.

\`\`\`yaml
spec:
  podSelector: { matchLabels: { app: web } }
  egress:                         # and with it: no ingress to web at all
  - to: [{ podSelector: { matchLabels: { app: db } } }]
\`\`\`

What to do: \`policyTypes: [Egress]\` if only egress is meant; \`policyTypes: [Ingress, Egress]\` if both are, so that the next reader sees it.

It is a warning where pods lose their ingress by this policy alone, and information where pods or policies are not completely known or the policy's name speaks of denying. It is silent where other policies isolate ingress of the same pods anyway, where \`ingress\` or \`policyTypes\` is written, and where no pod is selected.`,
  *run(context) {
    for (const written of wholePolicies(context)) {
      const { policy } = written;
      if ((policy.policyTypes ?? []).length > 0 || policy.policyTypesIncomplete === true) continue;
      if ((policy.egress ?? []).length === 0 || isWritten(written, ['spec', 'ingress'])) continue;
      const result = finding(context, written);
      if (result !== undefined) yield result;
    }
  },
};

function finding(context: CheckContext, written: WrittenPolicy): CheckResult | undefined {
  const { policy } = written;
  const { namespace } = policy;
  const known = context.knowledge.podsKnown(namespace) && context.knowledge.policiesKnown(namespace, 'ingress');
  const { isolated, open, unknown } = isolatedByOthers(context.intended, policy, 'ingress');
  if (known && open === 0) return undefined;
  const { text } = targetsOf(context, policy);
  const certain = known && unknown === 0 && isolated === 0;
  const effect = certain
    ? `Nobody can reach ${text}: the policy isolates ingress too`
    : `This policy isolates ingress of ${text} too and lets nobody in`;
  return {
    policy: written,
    path: ['spec', 'egress'],
    part: 'key',
    severity: known && !mentionsDenial(policy.name) ? 'warning' : 'information',
    message: `${effect}, because without \`policyTypes\` every policy does`,
    fixes: () => fixes(context, written),
  };
}

function fixes(context: CheckContext, written: WrittenPolicy): readonly Fix[] {
  const { document } = written.placed;
  const types = fieldPath(written, ['spec', 'policyTypes']);
  return [
    ...fixOf(
      written,
      `Write policyTypes: [Egress]: opens ingress of ${targetCount(context, written.policy)}`,
      setField(document, types, ['Egress']),
    ),
    ...fixOf(
      written,
      'Write policyTypes: [Ingress, Egress]: nothing changes',
      setField(document, types, ['Ingress', 'Egress']),
    ),
  ];
}
