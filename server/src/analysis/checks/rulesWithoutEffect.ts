import type { Direction } from '../../model/networkPolicy.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { isolates } from '../defaultDeny.ts';
import { appendItem, removeAt } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import type { Fix } from '../finding.ts';
import { targetCount } from '../targetText.ts';
import { notIsolatedText } from '../isolationText.ts';
import { DIRECTIONS, otherDirection, policyTypeOf, wholePolicies } from '../policyRules.ts';
import { count } from '../wording.ts';

export const rulesWithoutEffect: Check = {
  code: 'rules-without-effect',
  severity: 'warning',
  title: 'Rules do nothing, because policyTypes leaves their direction out',
  docs: `A policy isolates its pods only in the directions of \`policyTypes\`. Rules for another direction are stored and ignored, without a word from the API server: they neither limit the pods nor open anything.

\`\`\`yaml
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  egress:                         # ignored: web can reach everything
  - to: [{ podSelector: { matchLabels: { app: db } } }]
\`\`\`

What to do: add the direction to \`policyTypes\`, or remove the rules. Adding Egress isolates the pods: DNS and whatever else they need has to be among the rules then.

It is silent where \`policyTypes\` is absent (egress rules imply Egress then), where a placeholder or an unknown type stands in it, and where the same type stands twice, which is a finding of its own.`,
  *run(context) {
    for (const written of wholePolicies(context)) {
      const { policy } = written;
      const [first, second] = policy.policyTypes ?? [];
      if (first === undefined || first === second || policy.policyTypesIncomplete === true) continue;
      if (isRefused(context, written)) continue;
      for (const direction of DIRECTIONS) {
        const rules = policy[direction]?.length ?? 0;
        if (rules > 0 && !isolates(policy, direction)) yield finding(context, written, direction, rules);
      }
    }
  },
};

/** An unknown policy type is the API server's fault to find. */
function isRefused({ problemsOf }: CheckContext, { placed, manifest }: WrittenPolicy): boolean {
  return problemsOf(placed.document, manifest).some(({ path }) => path.startsWith('spec.policyTypes'));
}

function finding(context: CheckContext, written: WrittenPolicy, direction: Direction, rules: number): CheckResult {
  const ignored =
    rules === 1 ? `its ${direction} rule does nothing` : `its ${count(rules, `${direction} rule`)} do nothing`;
  const only = policyTypeOf(otherDirection(direction));
  return {
    policy: written,
    path: ['spec', direction],
    part: 'key',
    message: `${notIsolatedText(context, written.policy, direction)}, and ${ignored}: \`policyTypes\` has only ${only}`,
    fixes: () => fixes(context, written, direction),
  };
}

function fixes(context: CheckContext, written: WrittenPolicy, direction: Direction): readonly Fix[] {
  const { document } = written.placed;
  const type = policyTypeOf(direction);
  return [
    ...fixOf(
      written,
      `Add ${type} to policyTypes: isolates ${direction} of ${targetCount(context, written.policy)}`,
      appendItem(document, fieldPath(written, ['spec', 'policyTypes']), type),
      { preferred: true, confirm: true },
    ),
    ...fixOf(
      written,
      `Remove the ${direction} rules: nothing changes`,
      removeAt(document, fieldPath(written, ['spec', direction])),
    ),
  ];
}
