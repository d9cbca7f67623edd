import type { Direction, NetworkPolicy, PolicyPort, Protocol } from '../model/networkPolicy.ts';
import { MAYBE, NO, YES, type Match } from './match.ts';

/** Whether each direction is among a policy's effective policyTypes. */
export type EffectivePolicyTypes = Readonly<Record<Direction, Match>>;

/**
 * The API server's default of `spec.policyTypes`: Ingress, and Egress where there is at least one egress rule
 * (`SetDefaults_NetworkPolicy`); an empty list counts as absent. Rules of a direction that is not listed are kept
 * and ignored. With a placeholder in the list, what is written is certain and the rest is possible.
 */
export function effectivePolicyTypes(policy: NetworkPolicy): EffectivePolicyTypes {
  const types = policy.policyTypes ?? [];
  if (policy.policyTypesIncomplete === true) {
    return {
      ingress: types.includes('Ingress') ? YES : MAYBE,
      egress: types.includes('Egress') ? YES : MAYBE,
    };
  }
  if (types.length > 0) {
    return { ingress: types.includes('Ingress') ? YES : NO, egress: types.includes('Egress') ? YES : NO };
  }
  return { ingress: YES, egress: (policy.egress?.length ?? 0) > 0 ? YES : NO };
}

/** The API server's default of a port's protocol: TCP. */
export function effectiveProtocol(port: PolicyPort): Protocol {
  return port.protocol ?? 'TCP';
}
