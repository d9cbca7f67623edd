import { parseAddress, parseCidr } from './address.ts';
import type { CompiledCluster } from './compiledCluster.ts';

/** Whether any address of the inputs is IPv6: a pod's or an ipBlock's. Answers show IPv6 ranges only then. */
export function clusterHasIpv6(cluster: CompiledCluster): boolean {
  for (const { policy } of cluster.policies.values()) {
    for (const rule of [...(policy.ingress ?? []), ...(policy.egress ?? [])]) {
      for (const { ipBlock } of rule.peers ?? []) {
        if (ipBlock !== undefined && parseCidr(ipBlock.cidr)?.family === 6) return true;
      }
    }
  }
  for (const { pods } of cluster.pods.workloads.values()) {
    for (const { ips } of pods) {
      if (ips.some((ip) => ip.includes(':') && parseAddress(ip)?.family === 6)) return true;
    }
  }
  return false;
}
