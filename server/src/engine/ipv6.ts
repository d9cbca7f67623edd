import { parseAddress, parseCidr } from './address.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { CompiledPolicy } from './compilePolicy.ts';
import type { PodTable } from './podTable.ts';

const inPods = new WeakMap<PodTable, boolean>();
const inPolicies = new WeakMap<CompiledPolicy, boolean>();

/** Whether any address of the inputs is IPv6: a pod's or an ipBlock's. Answers show IPv6 ranges only then. */
export function clusterHasIpv6({ pods, policies }: CompiledCluster): boolean {
  return podsHaveIpv6(pods) || [...policies.values()].some(policyHasIpv6);
}

function podsHaveIpv6(table: PodTable): boolean {
  let found = inPods.get(table);
  if (found === undefined) {
    found = [...table.workloads.values()].some(({ pods }) =>
      pods.some(({ ips }) => ips.some((ip) => ip.includes(':') && parseAddress(ip)?.family === 6)),
    );
    inPods.set(table, found);
  }
  return found;
}

function policyHasIpv6(compiled: CompiledPolicy): boolean {
  let found = inPolicies.get(compiled);
  if (found === undefined) {
    const { ingress = [], egress = [] } = compiled.policy;
    found = [...ingress, ...egress].some(({ peers }) =>
      peers?.some(({ ipBlock }) => ipBlock !== undefined && parseCidr(ipBlock.cidr)?.family === 6),
    );
    inPolicies.set(compiled, found);
  }
  return found;
}
