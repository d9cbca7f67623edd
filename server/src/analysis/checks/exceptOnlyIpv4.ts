import { parseCidr } from '../../engine/address.ts';
import type { Peer } from '../../model/networkPolicy.ts';
import { isPrivate, isWholeFamily } from '../addressUse.ts';
import type { Check } from '../check.ts';
import { listSome } from '../wording.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { writtenPeers, writtenRules } from '../writtenRules.ts';

export const exceptOnlyIpv4: Check = {
  code: 'except-only-ipv4',
  severity: 'information',
  title: 'A rule leaves private addresses out for IPv4 and lets everything through for IPv6',
  docs: `Who writes \`0.0.0.0/0\` without the private ranges means "the internet, and nothing inside". Beside it \`::/0\` without exceptions also holds the private IPv6 ranges: unique local addresses (\`fc00::/7\`, where pods, nodes and metadata services of IPv6 clusters live) and link-local ones (\`fe80::/10\`).

\`\`\`yaml
- ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.0.0/16] }
- ipBlock: { cidr: ::/0, except: [fc00::/7, fe80::/10] }
\`\`\`

What to do: leave the IPv6 ranges out as well.

It looks at one rule's blocks for every address, and is silent where \`::/0\` has any exception.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      const blocks = writtenPeers(rule);
      const left = blocks.filter(({ peer }) => isWholeFamily(peer, 4)).flatMap(({ peer }) => privateExceptions(peer));
      if (left.length === 0) continue;
      for (const { peer, path } of blocks) {
        if (!isWholeFamily(peer, 6) || peer.ipBlock === undefined || peer.ipBlock.except.length > 0) continue;
        const way = rule.direction === 'ingress' ? 'comes in from' : 'gets out to';
        yield {
          policy: rule.written,
          path: [...path, 'ipBlock', 'cidr'],
          part: 'value',
          message: `Traffic still ${way} private IPv6 addresses (fc00::/7, fe80::/10): only IPv4 leaves out ${listSome(left, 2)}`,
          fixes: () => {
            const { written } = rule;
            const except = fieldPath(written, [...path, 'ipBlock', 'except']);
            const change = setField(written.placed.document, except, ['fc00::/7', 'fe80::/10']);
            return fixOf(written, 'Leave out fc00::/7 and fe80::/10', change, { preferred: true });
          },
        };
      }
    }
  },
};

function privateExceptions({ ipBlock }: Peer): readonly string[] {
  return (ipBlock?.except ?? []).filter((cidr) => {
    const block = parseCidr(cidr);
    return block !== undefined && isPrivate(block);
  });
}
