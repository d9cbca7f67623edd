import { effectiveProtocol } from '../../engine/defaulting.ts';
import type { Peer, PolicyPort } from '../../model/networkPolicy.ts';
import { isWholeFamily } from '../addressUse.ts';
import type { Check } from '../check.ts';
import { isEmptySelector, targetsOf } from '../targetText.ts';
import { writtenPorts, writtenRules, type WrittenRule } from '../writtenRules.ts';

/** Ports over TCP that administer what is behind them, by default often without a password or with a shared one. */
const SENSITIVE: ReadonlyMap<number, string> = new Map([
  [22, 'SSH'],
  [23, 'Telnet'],
  [2375, 'the Docker API'],
  [2376, 'the Docker API'],
  [2379, 'etcd'],
  [2380, 'etcd'],
  [3306, 'MySQL'],
  [3389, 'remote desktops'],
  [5432, 'PostgreSQL'],
  [5900, 'VNC'],
  [6379, 'Redis'],
  [6443, 'the Kubernetes API'],
  [9200, 'Elasticsearch'],
  [10250, 'the kubelet'],
  [10255, 'the kubelet'],
  [11211, 'memcached'],
  [27017, 'MongoDB'],
]);
/** A wider range is not about the ports in it. */
const WIDE = 1000;

export const sensitivePortOpen: Check = {
  code: 'sensitive-port-open',
  severity: 'information',
  title: 'A port that administers or stores something is open to every pod or every address',
  docs: `Some ports give whoever reaches them control over what is behind: shells, databases, the APIs of Docker, etcd and Kubernetes. A rule that opens one of them to everyone leaves only the program's own login in between.

\`\`\`yaml
ingress:
- ports: [{ port: 5432 }]       # PostgreSQL, from everywhere
\`\`\`

What to do: name the peers that need it.

It looks at ingress rules that name such a port (or a range of fewer than ${WIDE} around one) and let in everyone, \`0.0.0.0/0\`, \`::/0\` or every pod of every namespace. The ports: ${[...SENSITIVE].map(([port, what]) => `${port} (${what})`).join(', ')}.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      const from = broadSource(rule);
      if (from === undefined) continue;
      for (const { entry, path } of writtenPorts(rule)) {
        const port = sensitivePort(entry);
        if (port === undefined) continue;
        yield {
          policy: rule.written,
          path: [...path, 'port'],
          part: 'value',
          message: `${from} can reach ${targetsOf(context, rule.written.policy).text} on ${port}/TCP, the port of ${SENSITIVE.get(port)}`,
        };
      }
    }
  },
};

/** The first sensitive port that an entry names. */
export function sensitivePort(entry: PolicyPort): number | undefined {
  const { port, endPort, incomplete } = entry;
  if (typeof port !== 'number' || incomplete === true || effectiveProtocol(entry) !== 'TCP') return undefined;
  if (endPort !== undefined && endPort - port >= WIDE) return undefined;
  return [...SENSITIVE.keys()].find((number) => port <= number && number <= (endPort ?? port));
}

function broadSource({ direction, rule }: WrittenRule): string | undefined {
  if (direction !== 'ingress') return undefined;
  const { peers = [] } = rule;
  if (peers.length === 0) return 'Every pod and every address outside';
  if (peers.some((peer) => isWholeFamily(peer) && peer.ipBlock?.except.length === 0)) return 'Every address';
  return peers.some(isEveryPod) ? 'Every pod of every namespace' : undefined;
}

function isEveryPod({ namespaceSelector, podSelector, incomplete }: Peer): boolean {
  if (incomplete === true || namespaceSelector === undefined || !isEmptySelector(namespaceSelector)) return false;
  return podSelector === undefined || isEmptySelector(podSelector);
}
