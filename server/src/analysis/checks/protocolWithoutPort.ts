import type { PolicyPort } from '../../model/networkPolicy.ts';
import type { Check, CheckContext, CheckResult } from '../check.ts';
import { joinFix } from '../joinItems.ts';
import { portsAsWritten } from '../portText.ts';
import { targetsOf } from '../targetText.ts';
import { writtenPorts, writtenRules, type WrittenRule } from '../writtenRules.ts';

export const protocolWithoutPort: Check = {
  code: 'protocol-without-port',
  severity: 'hint',
  title: 'An entry names a protocol and no port, and opens every port of it',
  docs: `An entry of \`ports\` with a \`protocol\` alone means every port of that protocol. With a dash too many, a protocol and a port become two entries: every port of the one, and the other over TCP.

\`\`\`yaml
ports:
- protocol: UDP                 # every UDP port
- port: 53                      # and 53/TCP; without this dash: 53/UDP
\`\`\`

What to do: write the port beside the protocol, or leave \`ports\` out if every port of every protocol is meant.

It is a warning for two neighbours that look like one entry in two, and a hint for a protocol alone. It is silent where an entry names both, and where a rule lists several protocols without ports, which nobody writes by mistake.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      const entries = writtenPorts(rule);
      const alone = entries.filter(({ entry }) => isAlone(entry));
      const [only] = alone;
      if (only === undefined || alone.length > 1) continue;
      const other = entries.find(({ entry }) => entry !== only.entry);
      yield entries.length === 2 && other !== undefined && isPortAlone(other.entry)
        ? twoForOne(context, rule, only, other)
        : everyPort(context, rule, only);
    }
  },
};

type Entry = ReturnType<typeof writtenPorts>[number];

function isAlone({ protocol, port, incomplete }: PolicyPort): boolean {
  return protocol !== undefined && port === undefined && incomplete !== true;
}

function isPortAlone({ protocol, port, incomplete }: PolicyPort): boolean {
  return protocol === undefined && port !== undefined && incomplete !== true;
}

function twoForOne(context: CheckContext, rule: WrittenRule, alone: Entry, other: Entry): CheckResult {
  const one = portsAsWritten([{ ...other.entry, ...alone.entry }]);
  return {
    ...everyPort(context, rule, alone),
    severity: 'warning',
    message: `${opened(context, rule)} on ${portsAsWritten(rule.rule.ports)}: these are two entries. As one: ${one}`,
    fixes: () => joinFix(rule.written, [...rule.path, 'ports', 0], `Make them one entry: opens ${one} only`),
  };
}

function everyPort(context: CheckContext, rule: WrittenRule, { entry, path }: Entry): CheckResult {
  return {
    policy: rule.written,
    path: [...path, 'protocol'],
    part: 'value',
    message: `${opened(context, rule)} on ${portsAsWritten([entry])}: the entry names no port`,
  };
}

function opened(context: CheckContext, { written, direction, rule }: WrittenRule): string {
  const { text } = targetsOf(context, written.policy);
  const peers = (rule.peers ?? []).length === 0 ? 'everyone' : 'the peers of this rule';
  return direction === 'ingress'
    ? `${peers === 'everyone' ? 'Everyone' : 'The peers of this rule'} can reach ${text}`
    : `This rule lets ${text} reach ${peers === 'everyone' ? peers : 'its peers'}`;
}
