import { parseCidr } from '../../engine/address.ts';
import type { Peer, PolicyPort } from '../../model/networkPolicy.ts';
import { holds, prefixLength } from '../addressUse.ts';
import type { Check } from '../check.ts';
import { opens } from '../containerPorts.ts';
import { targetsOf } from '../targetText.ts';
import { appendItem } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { writtenPeers, writtenRules } from '../writtenRules.ts';

/** Where AWS, Azure, GCP, OpenStack and others answer for the machine (an address of RFC 3927). */
const METADATA_ADDRESS = '169.254.169.254';
/** A narrower block names the address on purpose. */
const WIDEST = 15;

export const metadataAddressOpen: Check = {
  code: 'metadata-address-open',
  severity: 'information',
  title: "A rule for every address also lets pods out to the cloud's metadata service",
  docs: `On most clouds ${METADATA_ADDRESS} answers for the machine that a pod runs on, and may hand out the machine's credentials to any program that asks, and to anyone who can make a program ask (SSRF). A rule for \`0.0.0.0/0\` lets pods reach it.

\`\`\`yaml
egress:
- to:
  - ipBlock:
      cidr: 0.0.0.0/0
      except: [${METADATA_ADDRESS}/32]
\`\`\`

What to do: leave the address out, unless the pods need it. On GKE with Cloud DNS the same address is the cluster's resolver: names are then resolved over a rule of their own for ${METADATA_ADDRESS}/32 on port 53.

It looks at address blocks of egress rules that open port 80/TCP, where the service listens. It is silent where a rule of the policy names the address itself, and for rules without peers, which are not about addresses.`,
  *run(context) {
    const intended = new Set(context.policies.filter(({ policy: { egress = [] } }) => egress.some(namesIt)));
    for (const rule of writtenRules(context)) {
      if (rule.direction !== 'egress' || intended.has(rule.written) || !opensHttp(rule.rule.ports)) continue;
      for (const { peer, path } of writtenPeers(rule)) {
        if (!isOpenTo(peer)) continue;
        yield {
          policy: rule.written,
          path: [...path, 'ipBlock', 'cidr'],
          part: 'value',
          message: `Lets ${targetsOf(context, rule.written.policy).text} out to ${METADATA_ADDRESS}, where most clouds hand out the machine's credentials`,
          fixes: () => {
            const { written } = rule;
            const except = fieldPath(written, [...path, 'ipBlock', 'except']);
            const change = appendItem(written.placed.document, except, `${METADATA_ADDRESS}/32`);
            return fixOf(written, `Leave ${METADATA_ADDRESS} out (the cluster's DNS on GKE with Cloud DNS)`, change);
          },
        };
      }
    }
  },
};

function isOpenTo({ ipBlock, incomplete }: Peer): boolean {
  const block = ipBlock === undefined || incomplete === true ? undefined : parseCidr(ipBlock.cidr);
  if (ipBlock === undefined || block === undefined || prefixLength(block) > WIDEST) return false;
  if (!holds(block, METADATA_ADDRESS)) return false;
  return !ipBlock.except.some((cidr) => {
    const except = parseCidr(cidr);
    return except !== undefined && holds(except, METADATA_ADDRESS);
  });
}

function namesIt({ peers = [] }: { readonly peers?: readonly Peer[] }): boolean {
  return peers.some(({ ipBlock }) => {
    const block = ipBlock === undefined ? undefined : parseCidr(ipBlock.cidr);
    return block !== undefined && prefixLength(block) > WIDEST && holds(block, METADATA_ADDRESS);
  });
}

function opensHttp(ports: readonly PolicyPort[] = []): boolean {
  return ports.length === 0 || ports.some((entry) => opens(entry, 'TCP', 80));
}
