import type { FieldPath } from '../model/manifest.ts';
import type { Direction, NetworkPolicy, PolicyRule, PolicyType } from '../model/networkPolicy.ts';
import { isolates } from './defaultDeny.ts';
import type { WrittenManifest } from './check.ts';

export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** A rule with where it stands in its policy. */
export interface PlacedRule {
  readonly direction: Direction;
  readonly index: number;
  readonly rule: PolicyRule;
  readonly path: FieldPath;
  /** What the rule's peers are called. */
  readonly peersField: 'from' | 'to';
}

/** The rules that take effect: those of a direction that the policy does not isolate say nothing. */
export function effectiveRules(policy: NetworkPolicy): readonly PlacedRule[] {
  return DIRECTIONS.filter((direction) => isolates(policy, direction)).flatMap((direction) =>
    (policy[direction] ?? []).map((rule, index) => ({
      direction,
      index,
      rule,
      path: ['spec', direction, index],
      peersField: direction === 'ingress' ? ('from' as const) : ('to' as const),
    })),
  );
}

export function policyTypeOf(direction: Direction): PolicyType {
  return direction === 'ingress' ? 'Ingress' : 'Egress';
}

export function otherDirection(direction: Direction): Direction {
  return direction === 'ingress' ? 'egress' : 'ingress';
}

/** Whether a field's key stands in the text, with or without a value. */
export function isWritten({ manifest, placed }: WrittenManifest, path: FieldPath): boolean {
  return placed.document.sourceMap.entry([...manifest.path, ...path]) !== undefined;
}
