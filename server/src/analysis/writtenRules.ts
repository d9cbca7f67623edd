import type { FieldPath } from '../model/manifest.ts';
import type { Peer, PolicyPort } from '../model/networkPolicy.ts';
import type { CheckContext, WrittenPolicy } from './check.ts';
import { effectiveRules, wholePolicies, type PlacedRule } from './policyRules.ts';

/** A rule with the policy that it is written in. */
export interface WrittenRule extends PlacedRule {
  readonly written: WrittenPolicy;
}

/** The rules of the file's policies that take effect, as far as the policies mean what is written. */
export function writtenRules(context: CheckContext): readonly WrittenRule[] {
  let rules = known.get(context);
  if (rules === undefined) {
    rules = wholePolicies(context).flatMap((written) =>
      effectiveRules(written.policy).map((rule) => ({ written, ...rule })),
    );
    known.set(context, rules);
  }
  return rules;
}

const known = new WeakMap<CheckContext, readonly WrittenRule[]>();

/** A rule's peers, each with its place: `spec.egress[0].to[1]`. */
export function writtenPeers({ rule, path, peersField }: PlacedRule): { peer: Peer; path: FieldPath }[] {
  return (rule.peers ?? []).map((peer, index) => ({ peer, path: [...path, peersField, index] }));
}

/** A rule's ports, each with its place: `spec.egress[0].ports[1]`. */
export function writtenPorts({ rule, path }: PlacedRule): { entry: PolicyPort; path: FieldPath }[] {
  return (rule.ports ?? []).map((entry, index) => ({ entry, path: [...path, 'ports', index] }));
}
