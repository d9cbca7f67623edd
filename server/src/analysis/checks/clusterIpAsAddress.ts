import { serviceAt, singleAddress } from '../addressUse.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import type { Check } from '../check.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { peerOfPods } from '../peerOfPods.ts';
import { writtenPeers, writtenRules } from '../writtenRules.ts';

export const clusterIpAsAddress: Check = {
  code: 'cluster-ip-as-address',
  severity: 'warning',
  title: "A rule names a Service's cluster address, which most network plug-ins never see",
  docs: `A connection to a Service's address (\`clusterIP\`) is sent on to one of the Service's pods, and on most network plug-ins policies look at it after that: they see the pod's address, so an \`ipBlock\` with the Service's own matches nothing.

\`\`\`yaml
egress:
- to: [{ ipBlock: { cidr: 10.96.0.1/32 } }]   # Service kubernetes
  ports: [{ port: 443 }]
\`\`\`

What to do: select the Service's pods by their labels, with the port that they listen on. Behind the \`kubernetes\` Service stands the API server, which is no pod in most clusters: allow the addresses of the control plane's nodes (port 6443 as a rule).

It needs the Services with their addresses, so it speaks with a cluster or a snapshot as the source (or of a \`clusterIP\` that a manifest fixes). It looks at blocks of one address, and is silent for DNS on port 53, which some plug-ins judge before the address is rewritten.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      for (const { peer, path } of writtenPeers(rule)) {
        const address = peer.ipBlock === undefined ? undefined : singleAddress(peer.ipBlock.cidr);
        const service = address === undefined ? undefined : serviceAt(context, address);
        if (address === undefined || service === undefined) continue;
        if (rule.rule.ports?.every(({ port }) => port === 53) === true) continue;
        const behind = service.selector === undefined ? 'what stands behind it' : 'one of its pods';
        yield {
          policy: rule.written,
          path: [...path, 'ipBlock', 'cidr'],
          part: 'value',
          message:
            rule.direction === 'ingress'
              ? `Nobody comes from ${address}: it is the address of Service ${service.namespace}/${service.name}, and connections never start there`
              : `${address} is the address of Service ${service.namespace}/${service.name}: most network plug-ins see ${behind} instead, and this peer then lets nothing out`,
          fixes: () => {
            if (service.selector === undefined || rule.direction === 'ingress') return [];
            const { written } = rule;
            const pods = peerOfPods(written.policy.namespace, service.namespace, service.selector);
            const change = setField(written.placed.document, fieldPath(written, path), pods);
            return fixOf(written, `Select the pods of Service ${service.name} instead`, change);
          },
        };
      }
    }
  },
};
