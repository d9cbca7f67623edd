import type { Direction } from '../../model/networkPolicy.ts';
import { placeOf, type Check, type CheckContext, type CheckResult, type WrittenPolicy } from '../check.ts';
import { allowsEverything, generalPolicies, isolates } from '../defaultDeny.ts';
import type { RelatedPlace } from '../finding.ts';
import { removeAt } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { DIRECTIONS, wholePolicies } from '../policyRules.ts';
import { isEmptySelector, targetsOf } from '../targetText.ts';

export const allowAllVoidsDefaultDeny: Check = {
  code: 'allow-all-voids-default-deny',
  severity: 'warning',
  title: 'A rule allows everything to every pod, so that the default-deny beside it denies nothing',
  docs: `Policies only add to each other: what one allows no other takes back. A policy that selects every pod and allows everything makes a default-deny policy of the same namespace void, in that direction.

\`\`\`yaml
metadata: { name: allow-all, namespace: shop }
spec:
  podSelector: {}
  ingress: [{}]                 # default-deny of shop denies no ingress any more
\`\`\`

What to do: remove the policy that allows everything, or narrow it: to the pods that need it, or to the peers and ports that they need.

It is silent where the policy that allows everything selects some pods only (that is how exceptions are made), where a rule has peers or ports, where no other policy selects every pod and has no rules, and where default-deny isolates another direction.`,
  *run(context) {
    for (const written of wholePolicies(context)) {
      for (const direction of DIRECTIONS) {
        const result = voided(context, written, direction);
        if (result !== undefined) yield result;
      }
    }
  },
};

function voided(context: CheckContext, written: WrittenPolicy, direction: Direction): CheckResult | undefined {
  const { policy } = written;
  if (!isEmptySelector(policy.podSelector) || !isolates(policy, direction)) return undefined;
  const rule = (policy[direction] ?? []).findIndex(allowsEverything);
  if (rule < 0) return undefined;
  const general = generalPolicies(context.intendedPolicies(policy.namespace), direction);
  const denying = general.find((other) => other.name !== '' && (other[direction] ?? []).length === 0);
  if (denying === undefined) return undefined;
  const { text } = targetsOf(context, policy);
  const effect =
    direction === 'ingress'
      ? `Every pod and every address outside can reach ${text}`
      : `${text.charAt(0).toUpperCase()}${text.slice(1)} can reach every pod and every address outside`;
  return {
    policy: written,
    path: ['spec', direction, rule],
    part: 'value',
    message: `${effect}: this rule allows everything, and what \`${denying.name}\` denies it allows again`,
    fixes: () =>
      fixOf(
        written,
        `Remove the rule: leaves ${direction} to the other policies`,
        removeAt(written.placed.document, fieldPath(written, ['spec', direction, rule])),
      ),
    related: related(context, written, denying.name),
  };
}

function related(
  context: CheckContext,
  { policy: { namespace } }: WrittenPolicy,
  name: string,
): readonly RelatedPlace[] {
  const others = [...context.policies, ...context.othersIn(namespace)];
  return others
    .filter(({ policy }) => policy.namespace === namespace && policy.name === name)
    .map((other) => ({
      file: other.file,
      range: placeOf(other, ['metadata', 'name'], 'value'),
      message: 'This policy denies nothing beside it',
    }));
}
