import type { Peer, PolicyRule } from '../../model/networkPolicy.ts';
import type { Check, CheckContext, CheckResult } from '../check.ts';
import { joinFix } from '../joinItems.ts';
import { portsAsWritten } from '../portText.ts';
import { isWritten } from '../policyRules.ts';
import { isEmptySelector, targetsOf } from '../targetText.ts';
import { writtenRules, type WrittenRule } from '../writtenRules.ts';

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
    let previous: WrittenRule | undefined;
    for (const rule of writtenRules(context)) {
      if (previous !== undefined && areNeighbours(previous, rule) && looksLikeOne(previous, rule)) {
        yield finding(context, previous, rule);
      }
      previous = rule;
    }
  },
};

function areNeighbours(a: WrittenRule, b: WrittenRule): boolean {
  return a.written === b.written && a.direction === b.direction && b.index === a.index + 1;
}

function looksLikeOne(first: WrittenRule, second: WrittenRule): boolean {
  return (
    hasOnly(first, 'peers', first.peersField, 'ports') &&
    hasOnly(second, 'ports', 'ports', second.peersField) &&
    (first.rule.peers ?? []).every(isNarrow)
  );
}

function hasOnly({ rule, written, path }: WrittenRule, list: keyof PolicyRule, own: string, other: string): boolean {
  return (rule[list] ?? []).length > 0 && isWritten(written, [...path, own]) && !isWritten(written, [...path, other]);
}

/** Some pods or addresses in particular: a rule that opens every port to a whole namespace may well be meant. */
function isNarrow({ podSelector, ipBlock, incomplete }: Peer): boolean {
  if (incomplete === true) return false;
  if (ipBlock !== undefined) return !/\/0+$/.test(ipBlock.cidr);
  return podSelector !== undefined && podSelector.incomplete !== true && !isEmptySelector(podSelector);
}

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
