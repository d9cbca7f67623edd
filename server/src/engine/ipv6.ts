import { parseAddress, parseCidr } from './address.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { CompiledPolicy } from './compilePolicy.ts';
import type { PodTable } from './podTable.ts';

const inPods = new WeakMap<PodTable, boolean>();
/** Versions of a cluster share the policies of the namespaces in which nothing changed. */
const inNamespaces = new WeakMap<readonly CompiledPolicy[], boolean>();
const inPolicies = new WeakMap<CompiledPolicy, boolean>();

/** Whether any address of the inputs is IPv6: a pod's or an ipBlock's. Answers show IPv6 ranges only then. */
export function clusterHasIpv6({ pods, policiesByNamespace }: CompiledCluster): boolean {
  if (podsHaveIpv6(pods)) return true;
  for (const policies of policiesByNamespace.values()) if (haveIpv6(policies)) return true;
  return false;
}

function haveIpv6(policies: readonly CompiledPolicy[]): boolean {
  let found = inNamespaces.get(policies);
  if (found === undefined) inNamespaces.set(policies, (found = policies.some(policyHasIpv6)));
  return found;
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
