import type { Check, CheckResult } from '../check.ts';
import { closedPeers, sideText, type ClosedPeer } from '../closedPeers.ts';
import { connectionsText } from '../wording.ts';

export const noCommonPort: Check = {
  code: 'no-common-port',
  severity: 'warning',
  title: 'One end is let out and the other lets in, on different ports, so that nothing connects',
  docs: `A connection passes only on ports that both ends allow. Two policies that name each other's pods and have no port in common open nothing.

\`\`\`yaml
# policy of api                              # policy of db
egress:                                      ingress:
- to: [{ podSelector: … db … }]              - from: [{ podSelector: … api … }]
  ports: [{ port: 5432 }]                      ports: [{ port: 5433 }]
\`\`\`

What to do: name the port that the destination's containers listen on at both ends. Policies see the pod's port, not the Service's.

It is said once, at the egress rule. It speaks where both ends name the other by pod labels and all pods and policies of both namespaces are known; it is silent where any pair of the pods shares a port, for wide peers and for addresses.`,
  acrossNamespaces: true,
  *run(context) {
    for (const closed of closedPeers(context)) {
      const { named } = closed.pair;
      if (closed.rule.direction === 'egress' && named.egress && named.ingress) yield finding(closed);
    }
  },
};

function finding({ rule, path, pair }: ClosedPeer): CheckResult {
  const { sources, destinations, egress, ingress } = pair;
  return {
    policy: rule.written,
    path,
    part: 'key',
    message: `${sideText(sources)} cannot reach ${sideText(destinations)} on any port: it is let out on ${connectionsText(egress)} and let in on ${connectionsText(ingress)}`,
  };
}
