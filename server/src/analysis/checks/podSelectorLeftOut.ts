import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { wholePolicies } from '../policyRules.ts';
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
    for (const written of wholePolicies(context)) {
      if (!isEmptySelector(written.policy.podSelector)) continue;
      const result = finding(context, written);
      if (result !== undefined) yield result;
    }
  },
};

function finding(context: CheckContext, written: WrittenPolicy): CheckResult | undefined {
  const selector = valueAt(written, ['spec', 'podSelector']);
  const isLeftOut = selector === undefined || selector === null;
  const empty = (['matchLabels', 'matchExpressions'] as const).find(
    (field) => valueAt(written, ['spec', 'podSelector', field]) === null,
  );
  if ((!isLeftOut && empty === undefined) || hasFaults(context, written)) return undefined;
  const { text } = targetsOf(context, written.policy);
  return {
    policy: written,
    path: isLeftOut ? ['spec', ...(selector === null ? ['podSelector'] : [])] : ['spec', 'podSelector', empty ?? ''],
    part: 'key',
    ...(isLeftOut ? {} : { severity: 'hint' }),
    message: `This policy selects ${text}: ${isLeftOut ? 'it has no `podSelector`' : `the \`${empty}\` of its \`podSelector\` has no entry`}`,
    fixes: () =>
      fixOf(
        written,
        'Write podSelector: {}: nothing changes',
        setField(written.placed.document, fieldPath(written, ['spec', 'podSelector']), {}),
        { preferred: true },
      ),
  };
}

/** Undefined where nothing is written, null where only the key is. */
function valueAt({ manifest, placed }: WrittenPolicy, path: FieldPath): JsonValue | undefined {
  let value = placed.document.value;
  for (const step of [...manifest.path, ...path]) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as { readonly [key: string]: JsonValue })[step];
  }
  return value;
}

/** What the API server refuses may be what misplaced the selector; it is said already. */
function hasFaults(context: CheckContext, { placed, manifest }: WrittenPolicy): boolean {
  return context.problemsOf(placed.document, manifest).some(({ severity }) => severity === 'error');
}
