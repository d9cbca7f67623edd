import { parseCidr } from '../../engine/address.ts';
import type { PolicyRule } from '../../model/networkPolicy.ts';
import { appendItem } from '../../syntax/yamlEdit.ts';
import { holds } from '../addressUse.ts';
import type { Check, CheckContext } from '../check.ts';
import { hasNodeLocalDns, isForDns, NODE_LOCAL_ADDRESS } from '../dnsServers.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { targetsOf } from '../targetText.ts';
import { writtenRules, type WrittenRule } from '../writtenRules.ts';

export const dnsRuleWithoutNodeLocal: Check = {
  code: 'dns-rule-without-node-local',
  severity: 'information',
  title: 'A rule for DNS selects pods, and NodeLocal DNSCache answers on an address of the node',
  docs: `With NodeLocal DNSCache every node has a DNS server of its own. It is on the node's network and answers on a link-local address (${NODE_LOCAL_ADDRESS} unless it is told otherwise), which no selector matches. Where the kubelet gives pods that address, a rule for the DNS pods alone lets no lookup out on many network plug-ins.

\`\`\`yaml
egress:
- to:
  - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
    podSelector: { matchLabels: { k8s-app: kube-dns } }
  - ipBlock: { cidr: ${NODE_LOCAL_ADDRESS}/32 }
  ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
\`\`\`

What to do: add the address that \`/etc/resolv.conf\` of your pods names. Cilium needs a local redirect policy instead.

It speaks where the source shows the pods of NodeLocal DNSCache (\`k8s-app: node-local-dns\`), once for a policy. It is silent where a rule of any policy for the namespace lets out to the address, or to everyone, on port 53.`,
  *run(context) {
    if (!hasNodeLocalDns(context)) return;
    const said = new Set<string>();
    for (const rule of writtenRules(context)) {
      const { written, direction, path, peersField } = rule;
      const { namespace, name } = written.policy;
      if (direction !== 'egress' || !isForDns(rule.rule.ports) || said.has(`${namespace}/${name}`)) continue;
      if (reachesAddress(context, rule)) continue;
      said.add(`${namespace}/${name}`);
      yield {
        policy: written,
        path: [...path, peersField],
        part: 'key',
        message: `Lookups of names may not get out of ${targetsOf(context, written.policy).text}: node-local-dns answers on an address of the node, ${NODE_LOCAL_ADDRESS} as a rule, and these are pods only`,
        fixes: () =>
          fixOf(
            written,
            `Add ${NODE_LOCAL_ADDRESS}, the address that NodeLocal DNSCache has by default`,
            appendItem(written.placed.document, fieldPath(written, [...path, peersField]), {
              ipBlock: { cidr: `${NODE_LOCAL_ADDRESS}/32` },
            }),
          ),
      };
    }
  },
};

function reachesAddress(context: CheckContext, { written }: WrittenRule): boolean {
  return [written.policy, ...context.intendedPolicies(written.policy.namespace)].some(({ egress = [] }) =>
    egress.some((rule) => opensDns(rule) && holdsAddress(rule)),
  );
}

function opensDns({ ports = [] }: PolicyRule): boolean {
  return ports.length === 0 || ports.some(({ port }) => typeof port !== 'number' || port === 53);
}

function holdsAddress({ peers = [] }: PolicyRule): boolean {
  return (
    peers.length === 0 ||
    peers.some(({ ipBlock, incomplete }) => {
      const block = ipBlock === undefined ? undefined : parseCidr(ipBlock.cidr);
      return incomplete === true || (block !== undefined && holds(block, NODE_LOCAL_ADDRESS));
    })
  );
}
