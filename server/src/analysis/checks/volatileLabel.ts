import type { FieldPath } from '../../model/manifest.ts';
import type { LabelSelector } from '../../model/labels.ts';
import { removeAt } from '../../syntax/yamlEdit.ts';
import type { Check, CheckResult, WrittenPolicy } from '../check.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { effectiveRules } from '../policyRules.ts';
import { generationLabel, isVersionLabel } from '../volatileLabels.ts';

export const volatileLabel: Check = {
  code: 'volatile-label',
  severity: 'information',
  title: 'A selector asks for a label that the next generation of pods will not have',
  docs: `Controllers give every generation of pods labels with a new value: \`pod-template-hash\` (Deployments), \`controller-revision-hash\` (StatefulSets, DaemonSets), \`controller-uid\` (Jobs). A selector that asks for one matches today's pods and none after the next rollout: the policy then isolates nobody, the peer lets nobody in or out.

\`\`\`yaml
podSelector:
  matchLabels:
    app: web
    pod-template-hash: 5d59d67564     # another one after the next rollout
\`\`\`

What to do: leave the label out. The fix is offered where other labels remain.

Labels that name a version (\`helm.sh/chart\`, \`app.kubernetes.io/version\`) are a hint: they change with an upgrade, and the policy has to be upgraded with them.`,
  *run(context) {
    for (const written of context.policies) {
      yield* inSelector(written, ['spec', 'podSelector'], written.policy.podSelector, 'this policy selects no pod');
      for (const { direction, rule, path, peersField } of effectiveRules(written.policy)) {
        const effect = direction === 'ingress' ? 'this peer lets nobody in' : 'this peer lets nothing out';
        for (const [index, { podSelector }] of (rule.peers ?? []).entries()) {
          if (podSelector === undefined) continue;
          yield* inSelector(written, [...path, peersField, index, 'podSelector'], podSelector, effect);
        }
      }
    }
  },
};

function* inSelector(
  policy: WrittenPolicy,
  path: FieldPath,
  { matchLabels, matchExpressions }: LabelSelector,
  effect: string,
): Generator<CheckResult> {
  const requirements: readonly { readonly key: string; readonly at: FieldPath }[] = [
    ...Object.keys(matchLabels).map((key) => ({ key, at: [...path, 'matchLabels', key] })),
    ...matchExpressions.flatMap(({ key, operator }, index) =>
      operator === 'In' ? [{ key, at: [...path, 'matchExpressions', index] }] : [],
    ),
  ];
  for (const { key, at } of requirements) {
    const setter = generationLabel(key);
    if (setter === undefined && !isVersionLabel(key)) continue;
    const others = requirements.length > 1;
    yield {
      policy,
      path: at,
      part: at.at(-1) === key ? 'key' : 'value',
      ...(setter === undefined ? { severity: 'hint' } : {}),
      message:
        setter === undefined
          ? `After an upgrade that changes \`${key}\` ${effect}`
          : `After the next rollout ${effect}: \`${key}\` is another one then (set by ${setter})`,
      fixes: () =>
        others
          ? fixOf(
              policy,
              `Leave ${key} out`,
              removeAt(policy.placed.document, fieldPath(policy, at)),
              setter === undefined ? {} : { preferred: true },
            )
          : [],
    };
  }
}
