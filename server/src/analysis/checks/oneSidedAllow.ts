import type { Check, CheckResult } from '../check.ts';
import type { ClosedPair } from '../../engine/closedPairs.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import { closedPeers, sideText, workloadNames, type ClosedPeer } from '../closedPeers.ts';
import { otherDirection } from '../policyRules.ts';
import { portsAsWritten } from '../portText.ts';
import { connectionsText, listSome } from '../wording.ts';

export const oneSidedAllow: Check = {
  code: 'one-sided-allow',
  severity: 'information',
  title: 'A rule lets traffic out that nothing lets in, or in that nothing lets out',
  docs: `A connection needs both ends: where the egress of the source is isolated a rule has to let it out, and where the ingress of the destination is isolated a rule has to let it in. A rule at one end alone opens nothing.

\`\`\`yaml
# policy of db
ingress:
- from: [{ podSelector: { matchLabels: { app: api } } }]   # api's egress is isolated, and no rule lets it out to db
\`\`\`

What to do: write the other half, into a policy of the pods at the other end; the finding names the policies that isolate them.

It speaks of peers with pod labels only, where every pod and every policy of both namespaces is known and for sure none of the pods connects on any port. It is silent for wide peers (whole namespaces, \`podSelector: {}\`), for addresses, for pods of the host's network and where some pods do connect. Where both ends name each other, on different ports, no-common-port speaks instead.`,
  acrossNamespaces: true,
  *run(context) {
    for (const closed of closedPeers(context)) {
      const { named, egress, ingress } = closed.pair;
      // A rule whose own ports come to nothing is a finding of its ports.
      const own = closed.rule.direction === 'egress' ? egress : ingress;
      if (own.length > 0 && !(named.egress && named.ingress)) yield finding(closed);
    }
  },
};

function finding({ rule, path, pair }: ClosedPeer): CheckResult {
  const { sources, destinations } = pair;
  return {
    policy: rule.written,
    path,
    part: 'key',
    message: `${sideText(sources)} still cannot reach ${sideText(destinations)} on ${portsAsWritten(rule.rule.ports)}: ${otherHalf(rule.direction, pair)}`,
  };
}

function otherHalf(direction: Direction, { sources, destinations, egress, ingress }: ClosedPair): string {
  const [side, open] = direction === 'egress' ? [destinations, ingress] : [sources, egress];
  const opposite = otherDirection(direction);
  const lets =
    opposite === 'ingress' ? `lets ${workloadNames(sources)} in` : `lets it out to ${workloadNames(destinations)}`;
  const rules = open.length === 0 ? `no rule ${lets}` : `what ${lets} is only for ${connectionsText(open)}`;
  const by = side.isolatedBy.map((name) => `\`${name}\``);
  const isolated =
    by.length === 0 ? 'other policies isolate' : by.length === 1 ? `${by[0]} isolates` : `${listSome(by, 2)} isolate`;
  return `${isolated} ${opposite} of ${workloadNames(side)}, and ${rules}`;
}
