import type { Lookup } from './lookup.ts';
import type { NeedTarget } from './need.ts';

/**
 * Where pods reach the API server: the addresses behind the Service `default/kubernetes`, or its own address: whether a
 * policy sees the one or the other is left to the plug-in (NetworkPolicy documentation, "ipBlock").
 */
export function apiServerTargets({ targetsOf }: Pick<Lookup, 'targetsOf'>): readonly NeedTarget[] {
  const targets = targetsOf('default');
  const service = targets?.services.get('kubernetes');
  const behind = targets && service && targets.target(service, 'TCP', 443);
  if (service === undefined || behind === undefined) return UNKNOWN;
  if (service.clusterIPs.length === 0) return [behind];
  return [behind, { kind: 'addresses', addresses: service.clusterIPs, ports: [{ protocol: 'TCP', port: 443 }] }];
}

/** Whether a pod of a namespace means the API server by a host name. */
export function isApiServer(host: string, namespace: string): boolean {
  return host === 'kubernetes' ? namespace === 'default' : /^kubernetes\.default(?:\.svc(?:\.|$)|$)/.test(host);
}

/** Where its addresses are not known: some address on one of the ports that it is served on. */
const UNKNOWN: readonly NeedTarget[] = [443, 6443].map((port) => ({
  kind: 'someAddress',
  ports: [{ protocol: 'TCP', port }],
}));
