import type { Direction } from '../../model/networkPolicy.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { isolates } from '../defaultDeny.ts';
import { notIsolatedText } from '../isolationText.ts';
import { DIRECTIONS, otherDirection, policyTypeOf } from '../policyRules.ts';
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

It is silent where \`policyTypes\` is absent (egress rules imply Egress then), where a placeholder stands in it, and where the same type stands twice, which is a finding of its own.`,
  *run(context) {
    for (const written of context.policies) {
      const { policy } = written;
      const [first, second] = policy.policyTypes ?? [];
      if (first === undefined || first === second || policy.policyTypesIncomplete === true) continue;
      for (const direction of DIRECTIONS) {
        const rules = policy[direction]?.length ?? 0;
        if (rules > 0 && !isolates(policy, direction)) yield finding(context, written, direction, rules);
      }
    }
  },
};

function finding(context: CheckContext, written: WrittenPolicy, direction: Direction, rules: number): CheckResult {
  const ignored = `its ${count(rules, `${direction} rule`)} ${rules === 1 ? 'does' : 'do'} nothing`;
  const only = policyTypeOf(otherDirection(direction));
  return {
    policy: written,
    path: ['spec', direction],
    part: 'key',
    message: `${notIsolatedText(context, written.policy, direction)}, and ${ignored}: \`policyTypes\` has only ${only}`,
  };
}
