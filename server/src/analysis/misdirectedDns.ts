import type { CheckContext } from './check.ts';
import { opens } from './containerPorts.ts';
import { destinationsOf } from './destinations.ts';
import { dnsServers, isForDns, type DnsServers } from './dnsServers.ts';
import { hasLabels } from './serviceIndex.ts';
import type { WrittenRule } from './writtenRules.ts';

/** A rule that is for DNS and does not let lookups out to any server of this cluster. */
export interface MisdirectedDns {
  /** The servers to reach instead. */
  readonly servers: DnsServers;
  /** `ports`: the peers are right. */
  readonly wrong: 'peers' | 'ports';
  /** Names of workloads that the peers mean instead. */
  readonly instead: readonly string[];
}

/**
 * Whether an egress rule for DNS misses the DNS servers that are known. Undefined also where the rule has address
 * blocks (NodeLocal DNSCache, cloud resolvers) or placeholders, or means too much to be about these pods.
 */
export function misdirectedDns(context: CheckContext, rule: WrittenRule): MisdirectedDns | undefined {
  const { peers = [], ports = [] } = rule.rule;
  if (rule.direction !== 'egress' || peers.length === 0 || !isForDns(ports)) return undefined;
  if (peers.some(({ ipBlock, incomplete }) => ipBlock !== undefined || incomplete === true)) return undefined;
  const known = dnsServers(context);
  const [first] = known;
  if (first === undefined) return undefined;
  const reached = destinationsOf(context, rule);
  if (reached === undefined) return undefined;
  const met = known.filter(({ namespace, selector }) =>
    reached.some(({ workload, labels }) => workload.namespace === namespace && hasLabels(labels, selector)),
  );
  const [server] = met;
  if (server === undefined) {
    return { servers: first, wrong: 'peers', instead: [...new Set(reached.map(({ workload }) => workload.name))] };
  }
  const reaches = met.some((servers) =>
    servers.ports.some(({ protocol, port }) => ports.some((entry) => opens(entry, protocol, port))),
  );
  return reaches ? undefined : { servers: server, wrong: 'ports', instead: [] };
}
