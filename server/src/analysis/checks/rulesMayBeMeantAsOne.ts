import type { Check, CheckContext, CheckResult } from '../check.ts';
import { joinFix } from '../joinItems.ts';
import { portsAsWritten } from '../portText.ts';
import { rulePairs } from '../rulePairs.ts';
import { targetsOf } from '../targetText.ts';
import type { WrittenRule } from '../writtenRules.ts';

export const rulesMayBeMeantAsOne: Check = {
  code: 'rules-may-be-meant-as-one',
  severity: 'warning',
  title: 'Two rules look like one with a dash too many, and open the ports to everyone',
  docs: `A dash makes a new rule, and every rule opens something by itself. Peers and ports in one rule mean these peers **on** these ports; as two rules they mean these peers on every port, and **everyone** on these ports.

\`\`\`yaml
ingress:
- from: [{ podSelector: { matchLabels: { app: frontend } } }]
- ports: [{ port: 8080 }]       # without this dash: only frontend, only on 8080
\`\`\`

What to do: remove the second dash if one rule is meant; the fix does that. If two are meant, write them in the other order or give the first its ports.

It speaks where a rule that has only peers is followed by one that has only ports, and the peers are narrower than every pod of a namespace or of all. It is silent where either rule has both.`,
  *run(context) {
    for (const { first, second } of rulePairs(context)) yield finding(context, first, second);
  },
};

function finding(context: CheckContext, first: WrittenRule, second: WrittenRule): CheckResult {
  const { written, direction } = second;
  const { text } = targetsOf(context, written.policy);
  const ports = portsAsWritten(second.rule.ports);
  return {
    policy: written,
    path: [...second.path, 'ports'],
    part: 'key',
    message:
      direction === 'ingress'
        ? `Everyone can reach ${text} on ${ports}, and the peers of the rule before on every port: these are two rules. As one: those peers on ${ports}`
        : `${text} can reach everyone on ${ports}, and the peers of the rule before on every port: these are two rules. As one: those peers on ${ports}`,
    fixes: () => joinFix(written, first.path, `Make them one rule: those peers on ${ports}`),
  };
}
