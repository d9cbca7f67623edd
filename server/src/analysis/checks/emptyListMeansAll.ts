import type { FieldPath } from '../../model/manifest.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { removeAt } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import type { Fix } from '../finding.ts';
import { portsAsWritten } from '../portText.ts';
import { isWritten } from '../policyRules.ts';
import { targetsOf } from '../targetText.ts';
import { writtenRules, type WrittenRule } from '../writtenRules.ts';

export const emptyListMeansAll: Check = {
  code: 'empty-list-means-all',
  severity: 'information',
  title: 'An empty list of peers or ports in a rule means all of them',
  docs: `In a rule an empty \`from\`, \`to\` or \`ports\` means the same as none at all: everyone, or every port. Only an empty list of **rules** lets nobody through.

\`\`\`yaml
ingress:
- from: []                      # everyone, not nobody
  ports: [{ port: 8080 }]
\`\`\`

What to do: leave the field out if all are meant, so that nobody reads it the other way round; remove the rule if none are.

It is silent for \`ingress: []\` and \`egress: []\`, for rules without the field, such as \`- {}\`, and for rules of a direction that the policy does not isolate.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      if ((rule.rule.peers ?? []).length === 0 && isWritten(rule.written, [...rule.path, rule.peersField])) {
        yield everyone(context, rule);
      }
      if ((rule.rule.ports ?? []).length === 0 && isWritten(rule.written, [...rule.path, 'ports'])) {
        yield everyPort(rule);
      }
    }
  },
};

function everyone(context: CheckContext, { written, path, direction, peersField, rule }: WrittenRule): CheckResult {
  const { text } = targetsOf(context, written.policy);
  const ports = portsAsWritten(rule.ports);
  const effect =
    direction === 'ingress'
      ? `Every pod and every address outside can reach ${text} on ${ports}`
      : `This rule lets ${text} reach every pod and every address outside on ${ports}`;
  return {
    policy: written,
    path: [...path, peersField],
    part: 'key',
    message: `${effect}: an empty \`${peersField}\` means everyone`,
    fixes: () => leaveOut(written, [...path, peersField]),
  };
}

function everyPort({ written, path, direction }: WrittenRule): CheckResult {
  const effect = direction === 'ingress' ? 'lets its peers in on' : 'lets out to its peers on';
  return {
    policy: written,
    path: [...path, 'ports'],
    part: 'key',
    message: `This rule ${effect} every port: an empty \`ports\` list means all of them`,
    fixes: () => leaveOut(written, [...path, 'ports']),
  };
}

function leaveOut(written: WrittenPolicy, path: FieldPath): readonly Fix[] {
  return fixOf(
    written,
    `Leave \`${String(path.at(-1))}\` out: nothing changes`,
    removeAt(written.placed.document, fieldPath(written, path)),
    { preferred: true },
  );
}
