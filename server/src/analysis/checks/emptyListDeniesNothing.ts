import type { Check, CheckContext, WrittenPolicy } from '../check.ts';
import { isolates } from '../defaultDeny.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import { appendItem, removeAt, setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import type { Fix } from '../finding.ts';
import { targetCount } from '../targetText.ts';
import { notIsolatedText } from '../isolationText.ts';
import { DIRECTIONS, policyTypeOf, wholePolicies } from '../policyRules.ts';

export const emptyListDeniesNothing: Check = {
  code: 'empty-list-denies-nothing',
  severity: 'information',
  title: 'An empty list of rules denies nothing, because the policy does not isolate that direction',
  docs: `An empty \`egress\` list denies all egress only where \`policyTypes\` has Egress. Without \`policyTypes\` the API server adds Egress only for a policy with at least one egress rule, so that \`egress: []\` alone changes nothing.

\`\`\`yaml
spec:
  podSelector: { matchLabels: { app: web } }
  egress: []                      # web can still reach everything
\`\`\`

What to do: write \`policyTypes: [Ingress, Egress]\` (or the directions that are meant) beside it.

It is a warning where \`policyTypes\` is absent, since nothing but a denial can be meant by the empty list then, and information where \`policyTypes\` names the other direction only, as tools write that fill in every field. It is silent where the direction is isolated, where the list has rules, where the same type stands twice, which is a finding of its own, and where a placeholder stands in \`policyTypes\`.`,
  *run(context) {
    for (const written of wholePolicies(context)) {
      const { policy } = written;
      const [first, second] = policy.policyTypes ?? [];
      if (policy.policyTypesIncomplete === true || (first !== undefined && first === second)) continue;
      for (const direction of DIRECTIONS) {
        if (policy[direction]?.length !== 0 || isolates(policy, direction)) continue;
        const type = policyTypeOf(direction);
        yield {
          policy: written,
          path: ['spec', direction],
          part: 'key',
          severity: (policy.policyTypes ?? []).length === 0 ? 'warning' : 'information',
          message: `${notIsolatedText(context, policy, direction)}: an empty \`${direction}\` list denies nothing without ${type} in \`policyTypes\``,
          fixes: () => fixes(context, written, direction),
        };
      }
    }
  },
};

function fixes(context: CheckContext, written: WrittenPolicy, direction: Direction): readonly Fix[] {
  const { document } = written.placed;
  const type = policyTypeOf(direction);
  const types = fieldPath(written, ['spec', 'policyTypes']);
  const isAbsent = (written.policy.policyTypes ?? []).length === 0;
  return [
    ...fixOf(
      written,
      `${isAbsent ? 'Write both policy types' : `Add ${type} to policyTypes`}: isolates ${direction} of ${targetCount(context, written.policy)}`,
      // Ingress is what an absent list means already.
      isAbsent ? setField(document, types, ['Ingress', 'Egress']) : appendItem(document, types, type),
      isAbsent ? { preferred: true, confirm: true } : { confirm: true },
    ),
    ...fixOf(
      written,
      `Remove \`${direction}\`: nothing changes`,
      removeAt(document, fieldPath(written, ['spec', direction])),
    ),
  ];
}
