import { parseCidr } from './address.ts';
import { intersect, isEmpty, subtract, unionAll, type AddressSet } from './addressSet.ts';
import { MAYBE, NO, YES, type Match } from './match.ts';

/** RFC 1918: the default pod networks of kubeadm, k3s, kind, OpenShift, EKS, GKE and AKS lie in these. */
const PRIVATE: AddressSet = unionAll(
  ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((cidr) => {
    const block = parseCidr(cidr);
    return block?.family === 4 ? { ipv4: [block.start, block.end], ipv6: [] } : { ipv4: [], ipv6: [] };
  }),
);

/**
 * Whether an ipBlock matches a pod whose address is not known, as all pods of manifests are. Such a pod is taken to
 * have a private IPv4 address, and perhaps an IPv6 address, which may be any. So `0.0.0.0/0` matches it also where
 * only a metadata server is excepted, a service on the internet does not, `0.0.0.0/0` without the private networks does
 * not, and `10.4.0.0/16` may or may not. (The API: ipBlocks "should be cluster-external IPs, since Pod IPs are ephemeral
 * and unpredictable".)
 */
export function blockHoldsUnaddressed(block: AddressSet): Match {
  if (isEmpty(subtract(PRIVATE, block))) return YES;
  if (block.ipv6.length > 0) return MAYBE;
  return isEmpty(intersect(PRIVATE, block)) ? NO : MAYBE;
}
