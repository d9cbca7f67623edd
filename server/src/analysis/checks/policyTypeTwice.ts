import type { Direction } from '../../model/networkPolicy.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { removeAt, setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import type { Fix } from '../finding.ts';
import { targetCount } from '../targetText.ts';
import { notIsolatedText } from '../isolationText.ts';
import { otherDirection, policyTypeOf, wholePolicies } from '../policyRules.ts';
import { count } from '../wording.ts';

export const policyTypeTwice: Check = {
  code: 'policy-type-twice',
  severity: 'warning',
  title: 'A policy type stands twice, and the other direction stays open',
  docs: `The API server checks that \`policyTypes\` has at most two entries, not that they differ. With the same one twice the other direction is not isolated: rules for it do nothing, and without rules nothing is denied.

\`\`\`yaml
policyTypes:
- Ingress
- Ingress         # meant Egress: what the pods can reach stays open
\`\`\`

What to do: make the second entry the other direction, or remove it.

It is a warning where the policy has rules for the direction that is missing, because they were written to count; information otherwise. It is silent for two different entries and where a placeholder stands in the list.`,
  *run(context) {
    for (const written of wholePolicies(context)) {
      const [first, second] = written.policy.policyTypes ?? [];
      if (first === undefined || first !== second || written.policy.policyTypesIncomplete === true) continue;
      yield finding(context, written, otherDirection(first === 'Ingress' ? 'ingress' : 'egress'));
    }
  },
};

function finding(context: CheckContext, written: WrittenPolicy, missing: Direction): CheckResult {
  const { policy } = written;
  const rules = policy[missing]?.length ?? 0;
  const lost = rules === 0 ? '' : lostRules(rules, missing);
  const twice = policyTypeOf(otherDirection(missing));
  return {
    policy: written,
    path: ['spec', 'policyTypes', 1],
    part: 'value',
    severity: rules === 0 ? 'information' : 'warning',
    message: `${notIsolatedText(context, policy, missing)}${lost}: \`policyTypes\` has ${twice} twice and no ${policyTypeOf(missing)}`,
    fixes: () => fixes(context, written, missing),
  };
}

function lostRules(rules: number, direction: Direction): string {
  return rules === 1
    ? `, and its ${direction} rule does nothing`
    : `, and its ${count(rules, `${direction} rule`)} do nothing`;
}

function fixes(context: CheckContext, written: WrittenPolicy, missing: Direction): readonly Fix[] {
  const { document } = written.placed;
  const second = fieldPath(written, ['spec', 'policyTypes', 1]);
  const type = policyTypeOf(missing);
  return [
    ...fixOf(
      written,
      `Make the second one ${type}: isolates ${missing} of ${targetCount(context, written.policy)}`,
      setField(document, second, type),
      { preferred: true, confirm: true },
    ),
    ...fixOf(written, 'Remove the second one: nothing changes', removeAt(document, second)),
  ];
}
