import type { Direction, NetworkPolicy } from '../../model/networkPolicy.ts';
import { appendItem } from '../../syntax/yamlEdit.ts';
import type { Check } from '../check.ts';
import { opens } from '../containerPorts.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { targetsOf } from '../targetText.ts';
import { writtenPorts, writtenRules } from '../writtenRules.ts';

const DNS = 53;

export const dnsWithoutTcp: Check = {
  code: 'dns-without-tcp',
  severity: 'information',
  title: 'Port 53 is open over UDP only, and large answers come over TCP',
  docs: `Names are looked up over UDP. An answer that does not fit into a datagram comes back cut off, and the resolver asks again over TCP: names with many addresses, with DNSSEC or long TXT records then fail now and then, where all others work.

\`\`\`yaml
ports:
- { protocol: UDP, port: 53 }
- { protocol: TCP, port: 53 }
\`\`\`

What to do: open 53/TCP beside 53/UDP.

It is silent where any rule of the policy, or of another policy of the namespace, opens 53/TCP in the same direction.`,
  *run(context) {
    const said = new Set<string>();
    for (const rule of writtenRules(context)) {
      const { written, direction } = rule;
      const { policy } = written;
      const udp = writtenPorts(rule).find(({ entry }) => entry.port === DNS && opens(entry, 'UDP', DNS));
      const which = `${direction} ${policy.namespace}/${policy.name}`;
      if (udp === undefined || said.has(which)) continue;
      if ([policy, ...context.intendedPolicies(policy.namespace)].some((other) => mayOpenTcp(other, direction)))
        continue;
      said.add(which);
      const { text } = targetsOf(context, policy);
      const effect = direction === 'egress' ? `${text} may ask over UDP only` : `${text} may be asked over UDP only`;
      yield {
        policy: written,
        path: [...udp.path, 'port'],
        part: 'value',
        message: `Lookups with large answers fail: ${effect}, and what does not fit into a datagram is asked for again over 53/TCP`,
        fixes: () => {
          const ports = fieldPath(written, [...rule.path, 'ports']);
          const change = appendItem(written.placed.document, ports, { protocol: 'TCP', port: DNS });
          return fixOf(written, 'Open 53/TCP as well', change, { preferred: true });
        },
      };
    }
  },
};

/** Also what may open it: a placeholder, and a name, which stands for any number. */
function mayOpenTcp(policy: NetworkPolicy, direction: Direction): boolean {
  return (policy[direction] ?? []).some(
    ({ ports = [] }) =>
      ports.length === 0 ||
      ports.some(
        (entry) =>
          entry.incomplete === true ||
          opens(entry, 'TCP', DNS) ||
          (typeof entry.port === 'string' && entry.protocol !== 'UDP'),
      ),
  );
}
