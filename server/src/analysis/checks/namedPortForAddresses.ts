import { peerSpec } from '../../engine/compilePolicy.ts';
import { effectiveProtocol } from '../../engine/defaulting.ts';
import { portName } from '../../engine/portSpecs.ts';
import { stateOf } from '../../engine/compiledCluster.ts';
import type { Peer } from '../../model/networkPolicy.ts';
import type { Check, CheckContext } from '../check.ts';
import { listSome } from '../wording.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { writtenPorts, writtenRules } from '../writtenRules.ts';

/** Names whose number nobody doubts (IANA's registry of service names). */
const WELL_KNOWN: ReadonlyMap<string, number> = new Map([
  ['dns', 53],
  ['domain', 53],
  ['http', 80],
  ['https', 443],
  ['imaps', 993],
  ['ldap', 389],
  ['ldaps', 636],
  ['mysql', 3306],
  ['ntp', 123],
  ['postgresql', 5432],
  ['smtp', 25],
  ['ssh', 22],
  ['submission', 587],
  ['syslog', 514],
]);

export const namedPortForAddresses: Check = {
  code: 'named-port-for-addresses',
  severity: 'warning',
  title: 'A rule opens a named port towards addresses, which have no named ports, so it opens nothing there',
  docs: `The name of a port stands for what a container of the destination's pod calls so. An address outside the cluster has no containers, so a name opens nothing towards an \`ipBlock\`, whatever the API server accepts.

\`\`\`yaml
egress:
- to: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
  ports: [{ port: https }]      # opens nothing; write 443
\`\`\`

What to do: write the number.

It is silent where the rule has other peers and numbers besides (the name is then for their pods), and where pods with a port of that name have addresses in the block.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      const { peers = [], ports = [] } = rule.rule;
      if (rule.direction !== 'egress' || !ports.some(({ port }) => typeof port === 'string')) continue;
      const blocks = peers.filter(({ ipBlock }) => ipBlock !== undefined);
      if (blocks.length === 0) continue;
      if (blocks.length < peers.length && ports.some(({ port }) => typeof port !== 'string')) continue;
      for (const { entry, path } of writtenPorts(rule)) {
        const { port: name, incomplete } = entry;
        if (typeof name !== 'string' || incomplete === true) continue;
        const { text } = portName(effectiveProtocol(entry), name);
        if (blocks.some((block) => holdsPodsWith(context, rule.written.policy.namespace, block, text))) continue;
        const cidrs = listSome(
          blocks.map(({ ipBlock }) => ipBlock?.cidr ?? ''),
          3,
        );
        yield {
          policy: rule.written,
          path: [...path, 'port'],
          part: 'value',
          message: `Addresses have no port called \`${name}\`: this entry opens nothing towards ${cidrs}`,
          fixes: () => {
            const number = WELL_KNOWN.get(name);
            if (number === undefined) return [];
            const { written } = rule;
            const change = setField(written.placed.document, fieldPath(written, [...path, 'port']), number);
            return fixOf(written, `Change to ${number}`, change, { preferred: true });
          },
        };
      }
    }
  },
};

function holdsPodsWith({ cluster }: CheckContext, namespace: string, block: Peer, port: string): boolean {
  const peer = cluster.facts.peers.intern(peerSpec(namespace, block));
  cluster.facts.peers.update(peer);
  return peer.yes.ids.some((id) => stateOf(cluster, id)?.podClass.ports.numbers.has(port) === true);
}
