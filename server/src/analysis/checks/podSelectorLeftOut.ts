import type { FieldPath } from '../../model/manifest.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { isWritten } from '../policyRules.ts';
import { isEmptySelector, targetsOf } from '../targetText.ts';

export const podSelectorLeftOut: Check = {
  code: 'pod-selector-left-out',
  severity: 'information',
  title: 'A policy selects every pod of its namespace, because its selector is left out or left empty',
  docs: `An absent \`podSelector\` selects every pod of the namespace, as \`podSelector: {}\` does. So does one whose \`matchLabels\` was left without labels.

\`\`\`yaml
spec:                           # no podSelector: every pod of the namespace
  ingress:
  - from: [{ podSelector: { matchLabels: { app: frontend } } }]
\`\`\`

What to do: write \`podSelector: {}\` if every pod is meant, or the labels of those that are. kubectl before 1.34 refuses a policy without \`podSelector\`.

It is a hint where \`podSelector\` is written and only its \`matchLabels\` or \`matchExpressions\` have no value. It is silent for \`podSelector: {}\`, and where the API server refuses the policy for another reason, which comes first.`,
  *run(context) {
    for (const written of context.policies) {
      if (!isEmptySelector(written.policy.podSelector)) continue;
      const result = finding(context, written);
      if (result !== undefined) yield result;
    }
  },
};

function finding(context: CheckContext, written: WrittenPolicy): CheckResult | undefined {
  const path = written.manifest.path;
  const { sourceMap, text } = written.placed.document;
  const at = (field: FieldPath): string => {
    const range = sourceMap.value([...path, ...field]);
    return range === undefined ? '' : text.slice(range.start, range.end);
  };
  const selector: FieldPath = ['spec', 'podSelector'];
  const isLeftOut = !isWritten(written, selector) || !/^[{*&]|:/.test(at(selector));
  const empty = (['matchLabels', 'matchExpressions'] as const)
    .map((field): FieldPath => [...selector, field])
    .find((field) => isWritten(written, field) && !/^[{[*]/.test(at(field)));
  if (!isLeftOut && empty === undefined) return undefined;
  if (hasFaults(context, written)) return undefined;
  const { text: targets } = targetsOf(context, written.policy);
  return {
    policy: written,
    path: isLeftOut ? (isWritten(written, selector) ? selector : ['spec']) : (empty ?? selector),
    part: 'key',
    ...(isLeftOut ? {} : { severity: 'hint' }),
    message: `This policy selects ${targets}: ${isLeftOut ? 'it has no `podSelector`' : `\`${String(empty?.at(-1))}\` has no entry`}`,
  };
}

/** What the API server refuses may be what misplaced the selector; it is said already. */
function hasFaults(context: CheckContext, { placed, manifest }: WrittenPolicy): boolean {
  return context.problemsOf(placed.document, manifest).some(({ severity }) => severity === 'error');
}
