import type { Check, CheckContext } from '../check.ts';
import { isWholeFamily } from '../addressUse.ts';
import { selectedPods } from '../destinations.ts';
import { targetsOf } from '../targetText.ts';
import { appendItem } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { writtenPeers, writtenRules } from '../writtenRules.ts';
import type { NetworkPolicy } from '../../model/networkPolicy.ts';

export const ipv6LeftOut: Check = {
  code: 'ipv6-left-out',
  severity: 'information',
  title: 'A rule for every address means IPv4 alone, and the pods have IPv6 addresses too',
  docs: `\`0.0.0.0/0\` holds every IPv4 address and no IPv6 one. On a cluster with both families the same pods are cut off from everything that is reached over IPv6, and programs that try IPv6 first wait until it fails.

\`\`\`yaml
egress:
- to:
  - ipBlock: { cidr: 0.0.0.0/0 }
  - ipBlock: { cidr: ::/0 }
\`\`\`

What to do: add \`::/0\`, with what it should leave out.

It speaks where pods that the policy selects are known to have IPv6 addresses, and is silent where the rule has an IPv6 block or no peers.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      const { peers = [] } = rule.rule;
      if (peers.some(({ ipBlock, incomplete }) => incomplete === true || ipBlock?.cidr.includes(':') === true))
        continue;
      const whole = writtenPeers(rule).find(({ peer }) => isWholeFamily(peer, 4));
      if (whole === undefined || !haveIpv6(context, rule.written.policy)) continue;
      const does = rule.direction === 'ingress' ? 'nobody is let in to' : 'nothing is let out of';
      yield {
        policy: rule.written,
        path: [...whole.path, 'ipBlock', 'cidr'],
        part: 'value',
        message: `0.0.0.0/0 is IPv4 alone: over IPv6 ${does} ${targetsOf(context, rule.written.policy).text}`,
        fixes: () => {
          // What the IPv4 block leaves out has no counterpart that could be known.
          if (whole.peer.ipBlock?.except.length !== 0) return [];
          const { written, path, peersField } = rule;
          const peer = { ipBlock: { cidr: '::/0' } };
          const change = appendItem(written.placed.document, fieldPath(written, [...path, peersField]), peer);
          return fixOf(written, 'Add every IPv6 address (::/0)', change);
        },
      };
    }
  },
};

function haveIpv6(context: CheckContext, policy: NetworkPolicy): boolean {
  const pods = selectedPods(context, policy);
  if (pods !== undefined) return pods.some(({ ipv6 }) => ipv6);
  // Too many workloads to look at: a namespace has one network for all of them.
  const some = context.contentsOf(policy.namespace).pods.find(({ ips, hostNetwork }) => ips.length > 0 && !hostNetwork);
  return some?.ips.some((ip) => ip.includes(':')) === true;
}
