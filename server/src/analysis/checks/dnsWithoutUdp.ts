import type { Direction, NetworkPolicy, PolicyPort } from '../../model/networkPolicy.ts';
import type { Check, CheckContext } from '../check.ts';
import { appendItem } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { targetsOf } from '../targetText.ts';
import { writtenPorts, writtenRules, type WrittenRule } from '../writtenRules.ts';

const DNS = 53;

export const dnsWithoutUdp: Check = {
  code: 'dns-without-udp',
  severity: 'warning',
  title: 'Port 53 is open over TCP only, and names are looked up over UDP',
  docs: `A port without a \`protocol\` is TCP. Resolvers ask over UDP and turn to TCP only for large answers, so that a rule for 53/TCP alone lets no lookup through.

\`\`\`yaml
ports:
- port: 53                      # 53/TCP; lookups over 53/UDP stay denied
\`\`\`

What to do: open 53/UDP beside it.

It is information where TCP is written out, and where another policy of the namespace opens 53/UDP, and the lookups may pass there. It is silent where any rule of the policy opens 53/UDP in the same direction.`,
  *run(context) {
    const said = new Set<string>();
    for (const rule of writtenRules(context)) {
      const { policy } = rule.written;
      const tcp = writtenPorts(rule).find(({ entry }) => entry.port === DNS && opens(entry, 'TCP'));
      if (tcp === undefined || opensUdp(policy, rule.direction)) continue;
      const which = `${rule.direction} ${policy.namespace}/${policy.name}`;
      if (said.has(which)) continue;
      said.add(which);
      yield {
        policy: rule.written,
        path: [...tcp.path, 'port'],
        part: 'value',
        severity: tcp.entry.protocol !== undefined || opensElsewhere(context, rule) ? 'information' : 'warning',
        message: message(context, rule, tcp.entry),
        fixes: () =>
          fixOf(
            rule.written,
            'Open 53/UDP as well, to the same peers',
            appendItem(rule.written.placed.document, fieldPath(rule.written, [...rule.path, 'ports']), {
              protocol: 'UDP',
              port: DNS,
            }),
            { preferred: true },
          ),
      };
    }
  },
};

function message(context: CheckContext, { written, direction }: WrittenRule, entry: PolicyPort): string {
  const { text } = targetsOf(context, written.policy);
  const effect =
    direction === 'egress'
      ? `This rule lets no lookup of a name by ${text} out over UDP`
      : `This rule lets no lookup of a name in to ${text} over UDP`;
  const why = entry.protocol === undefined ? '53 without `protocol` is 53/TCP' : 'it opens 53/TCP only';
  return `${effect}: ${why}, and resolvers ask over UDP first`;
}

function opensElsewhere({ intendedPolicies }: CheckContext, { written, direction }: WrittenRule): boolean {
  return intendedPolicies(written.policy.namespace).some((other) => opensUdp(other, direction));
}

function opensUdp(policy: NetworkPolicy, direction: Direction): boolean {
  return (policy[direction] ?? []).some(
    ({ ports = [] }) => ports.length === 0 || ports.some((entry) => opens(entry, 'UDP')),
  );
}

/** Also what may open it: a placeholder, and a name, which stands for any number. */
function opens({ protocol = 'TCP', port, endPort, incomplete }: PolicyPort, wanted: 'TCP' | 'UDP'): boolean {
  if (incomplete === true) return true;
  if (protocol !== wanted) return false;
  if (typeof port !== 'number') return true;
  return port <= DNS && DNS <= (endPort ?? port);
}
