import { effectivePolicyTypes } from '../engine/defaulting.ts';
import { YES } from '../engine/match.ts';
import type { Direction, NetworkPolicy, PolicyRule } from '../model/networkPolicy.ts';
import { isEmptySelector } from './targetText.ts';

/**
 * Whether a namespace has default-deny in a direction (cli-contract, Names): a policy that selects every possible pod
 * has the direction in its effective policyTypes, and none that also selects every possible pod allows all peers on
 * all ports in it. That today's pods all happen to be isolated is not default-deny.
 */
export function hasDefaultDeny(policies: readonly NetworkPolicy[], direction: Direction): boolean {
  const general = generalPolicies(policies, direction);
  return general.length > 0 && !general.some((policy) => (policy[direction] ?? []).some(allowsEverything));
}

/** The policies that isolate every possible pod of their namespace in a direction. */
export function generalPolicies(policies: readonly NetworkPolicy[], direction: Direction): readonly NetworkPolicy[] {
  return policies.filter((policy) => isEmptySelector(policy.podSelector) && isolates(policy, direction));
}

export function isolates(policy: NetworkPolicy, direction: Direction): boolean {
  return effectivePolicyTypes(policy)[direction] === YES;
}

/** Every peer on every port. */
export function allowsEverything({ peers = [], ports = [] }: PolicyRule): boolean {
  if (peers.length > 0) return false;
  const whole = new Set(
    ports
      .filter(({ port, incomplete }) => port === undefined && incomplete !== true)
      .map(({ protocol = 'TCP' }) => protocol),
  );
  return ports.length === 0 || whole.size === 3;
}
