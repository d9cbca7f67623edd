import type { JsonValue } from '../../model/manifest.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import { isWholeFamily } from '../addressUse.ts';
import type { Check, CheckContext } from '../check.ts';
import {
  ASSUMED_DNS,
  dnsPeer,
  dnsPortEntries,
  dnsPortsText,
  dnsServers,
  hasNodeLocalDns,
  isForDns,
  NODE_LOCAL_ADDRESS,
} from '../dnsServers.ts';
import type { Fix } from '../finding.ts';
import { changesOf, fieldPath, fixOf } from '../fixEdits.ts';
import { effectiveRules } from '../policyRules.ts';
import { selectorText } from '../selectorText.ts';
import { targetsOf } from '../targetText.ts';
import { writtenRules, type WrittenRule } from '../writtenRules.ts';

export const dnsToAnywhere: Check = {
  code: 'dns-to-anywhere',
  severity: 'information',
  title: 'A rule for DNS lets pods ask any server in the world, which is a way out for data',
  docs: `A rule for port 53 without peers (or to \`0.0.0.0/0\`) lets pods ask any server. Whoever runs one can receive data in the names that are asked for, and whatever else is sent to port 53. Pods need the cluster's DNS servers only; these ask the world for them.

\`\`\`yaml
egress:
- ports: [{ protocol: UDP, port: 53 }]      # to everyone
\`\`\`

What to do: name the cluster's DNS servers.

The fix uses the DNS pods that the source shows, with the ports that they listen on. Without them it assumes upstream's (\`k8s-app: kube-dns\` in \`kube-system\`) and says so: with NodeLocal DNSCache, OpenShift or a cloud's resolver others answer.

It looks at egress rules whose ports are DNS ports and nothing else. It is silent where the policy lets everything out anyway, and for every pod of the cluster (\`namespaceSelector: {}\`).`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      const { peers = [], ports } = rule.rule;
      if (rule.direction !== 'egress' || !isForDns(ports) || letsEverythingOut(rule)) continue;
      if (peers.length > 0 && !peers.some((peer) => isWholeFamily(peer))) continue;
      yield {
        policy: rule.written,
        path: [...rule.path, 'ports'],
        part: 'key',
        message: `Lets ${targetsOf(context, rule.written.policy).text} send to any address on port 53, not only to the cluster's DNS servers`,
        fixes: () => pinned(context, rule),
      };
    }
  },
};

function letsEverythingOut({ written }: WrittenRule): boolean {
  return effectiveRules(written.policy).some(({ direction, rule: { peers = [], ports = [] } }) => {
    return (
      direction === 'egress' && ports.length === 0 && (peers.length === 0 || peers.some((peer) => isWholeFamily(peer)))
    );
  });
}

function pinned(context: CheckContext, { written, path, peersField }: WrittenRule): readonly Fix[] {
  const known = dnsServers(context);
  const servers = known.length === 0 ? [ASSUMED_DNS] : known;
  const [first = ASSUMED_DNS] = servers;
  const peers: JsonValue[] = servers.map((each) => dnsPeer(written.policy.namespace, each));
  const nodeLocal = hasNodeLocalDns(context);
  if (nodeLocal) peers.push({ ipBlock: { cidr: `${NODE_LOCAL_ADDRESS}/32` } });
  const labels = selectorText({ matchLabels: first.selector, matchExpressions: [] });
  const whom = `pods ${labels} of ${first.namespace}${nodeLocal ? ` and ${NODE_LOCAL_ADDRESS}` : ''}`;
  const change = changesOf(written, [
    (document) => setField(document, fieldPath(written, [...path, peersField]), peers),
    (document) => setField(document, fieldPath(written, [...path, 'ports']), dnsPortEntries(first)),
  ]);
  return known.length === 0
    ? fixOf(written, `Let it reach ${whom} only (assumes upstream's DNS: no DNS pod is known here)`, change)
    : fixOf(written, `Let it reach ${whom} on ${dnsPortsText(first)} only`, change, { preferred: true });
}
