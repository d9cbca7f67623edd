import { parseCidr } from '../../engine/address.ts';
import type { Peer } from '../../model/networkPolicy.ts';
import type { Service } from '../../model/workload.ts';
import { holds, isPrivate, prefixLength } from '../addressUse.ts';
import type { Check, CheckContext } from '../check.ts';
import { selectedPods, destinationText, type Destination } from '../destinations.ts';
import { servicesSelecting } from '../serviceIndex.ts';
import { writtenPeers, writtenRules } from '../writtenRules.ts';

export const clientAddressHidden: Check = {
  code: 'client-address-hidden',
  severity: 'information',
  title:
    "A rule lets in clients by their address, and the policy will see another one: the node's, or the ingress controller's",
  docs: `Clients outside the cluster reach pods through something: a Service of type \`LoadBalancer\` or \`NodePort\`, or an ingress controller or gateway. With \`externalTrafficPolicy: Cluster\` (the default) nodes rewrite the source address of what they pass on, and the policy sees a node; behind an ingress controller it sees the controller's pods. A rule for the client's own address then lets nobody in.

\`\`\`yaml
# Service web: type LoadBalancer
ingress:
- from: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
\`\`\`

What to do: set \`externalTrafficPolicy: Local\` on the Service; or let in the controller's pods and limit client addresses there. Some load balancers talk to pods directly and keep the address (AWS with IP targets): the rule is right then.

It looks at blocks of public addresses for pods whose Services are known. It is silent for \`0.0.0.0/0\`, for \`externalTrafficPolicy: Local\`, for blocks that hold a node's address, for pods on their node's network, and where no Service leads to the pods.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      if (rule.direction !== 'ingress') continue;
      const narrow = writtenPeers(rule).filter(({ peer }) => isClients(context, peer));
      if (narrow.length === 0) continue;
      const pods = selectedPods(context, rule.written.policy);
      const hidden = pods && hiddenBy(context, pods);
      if (pods === undefined || hidden === undefined) continue;
      for (const { peer, path } of narrow) {
        yield {
          policy: rule.written,
          path: [...path, 'ipBlock', 'cidr'],
          part: 'value',
          message: `Clients of ${peer.ipBlock?.cidr} may not get in: ${destinationText(pods)} ${pods.length === 1 ? 'is' : 'are'} reached through ${hidden}`,
        };
      }
    }
  },
};

/** A block of public addresses that means certain clients. */
function isClients({ nodes }: CheckContext, { ipBlock, incomplete }: Peer): boolean {
  const block = ipBlock === undefined || incomplete === true ? undefined : parseCidr(ipBlock.cidr);
  if (block === undefined || prefixLength(block) < 8 || isPrivate(block)) return false;
  return !nodes.some(({ ips }) => ips.some((ip) => holds(block, ip)));
}

function hiddenBy(context: CheckContext, pods: readonly Destination[]): string | undefined {
  if (pods.length === 0 || pods.some(({ hostNetwork }) => hostNetwork)) return undefined;
  const services: Service[] = [];
  for (const { workload, labels } of pods) {
    const own = servicesSelecting(context.contentsOf(workload.namespace), labels);
    if (own.length === 0) return undefined;
    services.push(...own);
  }
  const outside = services.filter(({ type }) => type === 'LoadBalancer' || type === 'NodePort');
  const [first] = outside;
  if (first === undefined) {
    return 'an ingress controller or gateway (no Service of theirs is open to the outside), and the policy sees its address';
  }
  if (outside.some(({ externalTrafficPolicy }) => externalTrafficPolicy === 'Local')) return undefined;
  return `Service ${first.name} (${first.type}), and nodes pass that on under their own address unless externalTrafficPolicy is Local`;
}
