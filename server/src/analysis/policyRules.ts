import type { FieldPath } from '../model/manifest.ts';
import type { Direction, NetworkPolicy, PolicyRule, PolicyType } from '../model/networkPolicy.ts';
import { isolates } from './defaultDeny.ts';
import type { ManifestObject } from '../syntax/manifestDocument.ts';
import type { CheckContext, WrittenManifest, WrittenPolicy } from './check.ts';

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
  let rules = effective.get(policy);
  if (rules === undefined) effective.set(policy, (rules = placedRules(policy)));
  return rules;
}

/** A policy is an immutable value, and most checks ask for its rules. */
const effective = new WeakMap<NetworkPolicy, readonly PlacedRule[]>();

function placedRules(policy: NetworkPolicy): readonly PlacedRule[] {
  return DIRECTIONS.filter((direction) => isolates(policy, direction)).flatMap((direction) =>
    (policy[direction] ?? []).map((rule, index) => ({
      direction,
      index,
      rule,
      path: ['spec', direction, index],
      peersField: peersFieldOf(direction),
    })),
  );
}

export function peersFieldOf(direction: Direction): 'from' | 'to' {
  return direction === 'ingress' ? 'from' : 'to';
}

export function policyTypeOf(direction: Direction): PolicyType {
  return direction === 'ingress' ? 'Ingress' : 'Egress';
}

export function otherDirection(direction: Direction): Direction {
  return direction === 'ingress' ? 'egress' : 'ingress';
}

const whole = new WeakMap<CheckContext, readonly WrittenPolicy[]>();

/**
 * The file's policies that mean what is written. One with unknown or repeated fields does something else where the API
 * server is not strict, and is refused otherwise: its faults say so, and what else its text may mean is of no interest.
 */
export function wholePolicies(context: CheckContext): readonly WrittenPolicy[] {
  let policies = whole.get(context);
  if (policies === undefined) {
    policies = context.policies.filter((written) => isWhole(context, written));
    whole.set(context, policies);
  }
  return policies;
}

export function isWhole({ problemsOf }: CheckContext, { placed, manifest }: WrittenManifest): boolean {
  return !problemsOf(placed.document, manifest).some(
    ({ layer, severity }) => severity === 'error' && (layer === 'strict' || layer === 'decode'),
  );
}

/** Whether a field's key stands in the text, with or without a value. */
export function isWritten({ manifest, placed }: WrittenManifest, path: FieldPath): boolean {
  let known = writtenFields.get(manifest);
  if (known === undefined) writtenFields.set(manifest, (known = new Map()));
  // No step holds a NUL, which YAML forbids.
  const key = path.join('\0');
  let isThere = known.get(key);
  if (isThere === undefined) {
    isThere = placed.document.sourceMap.entry([...manifest.path, ...path]) !== undefined;
    known.set(key, isThere);
  }
  return isThere;
}

/** Of a manifest, which never changes: in a large file all but one are the same at every keystroke. */
const writtenFields = new WeakMap<ManifestObject, Map<string, boolean>>();
