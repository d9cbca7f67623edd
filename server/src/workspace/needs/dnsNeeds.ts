import { dnsServers, hasNodeLocalDns, NODE_LOCAL_ADDRESS, type DnsServers } from '../../analysis/dnsServers.ts';
import { workloadId } from '../../model/workload.ts';
import { EMPTY_CONTENTS, type NamespaceContents } from '../clusterSource.ts';
import type { UniverseParts } from '../universe.ts';
import { labelsSelector, type Need, type NeedTarget } from './need.ts';
import type { ServiceTargets } from './serviceTargets.ts';

/** Where pods resolve names: known servers, those of NodeLocal DNSCache, else servers that are not among the pods. */
export function dnsTargets({ contents }: UniverseParts): readonly NeedTarget[] {
  const contentsOf = (namespace: string): NamespaceContents => contents.get(namespace) ?? EMPTY_CONTENTS;
  const servers = dnsServers({ contentsOf });
  const [first] = servers;
  if (first === undefined) return UNSEEN;
  const nodeLocal = hasNodeLocalDns({ contentsOf });
  const before = ofServers.get(first);
  const isSame = before?.nodeLocal === nodeLocal && before.servers.length === servers.length;
  if (isSame && before.servers.every((each, index) => each === servers[index])) return before.targets;
  const targets = [...servers.map(podsTarget), ...(nodeLocal ? [NODE_LOCAL] : [])];
  ofServers.set(first, { servers, nodeLocal, targets });
  return targets;
}

interface KnownTargets {
  readonly servers: readonly DnsServers[];
  readonly nodeLocal: boolean;
  readonly targets: readonly NeedTarget[];
}

/** The same servers make the same targets. */
const ofServers = new WeakMap<DnsServers, KnownTargets>();

function podsTarget({ selector, ports, pods }: DnsServers): NeedTarget {
  const workloads = [...new Set(pods.map(({ workload }) => workloadId(workload)))].sort();
  return { kind: 'pods', workloads, selector: labelsSelector(selector), ports, dns: true };
}

const NODE_LOCAL: NeedTarget = {
  kind: 'addresses',
  addresses: [NODE_LOCAL_ADDRESS],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

/** That every workload of a namespace resolves names. Pods on their node's network do so as their node does. */
export function dnsNeeds(targets: ServiceTargets, to: readonly NeedTarget[]): readonly Need[] {
  const before = ofTargets.get(targets);
  if (before?.to === to) return before.needs;
  const servers = new Set(to.flatMap((target) => (target.kind === 'pods' ? target.workloads : [])));
  const ids = new Set(targets.groups.flatMap(({ id, hostNetwork }) => (hostNetwork || servers.has(id) ? [] : [id])));
  const what =
    to === UNSEEN
      ? 'no DNS server is among the known pods; cluster DNS mostly is in kube-system'
      : 'pods resolve names at the DNS servers of their cluster';
  const evidence = { what };
  const needs = [...ids].map((id): Need => ({
    kind: 'dns',
    sureness: 'likely',
    from: { kind: 'workload', id },
    to,
    what: 'DNS',
    of: id,
    evidence,
  }));
  ofTargets.set(targets, { to, needs });
  return needs;
}

const ofTargets = new WeakMap<
  ServiceTargets,
  { readonly to: readonly NeedTarget[]; readonly needs: readonly Need[] }
>();
const UNSEEN: readonly NeedTarget[] = [{ kind: 'unseenDns' }];
