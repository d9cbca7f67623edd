import type { LabelSelector, Labels } from '../model/labels.ts';
import type { FieldPath } from '../model/manifest.ts';
import type { Direction, Peer } from '../model/networkPolicy.ts';
import type { WrittenPolicy } from './check.ts';
import { effectiveRules } from './policyRules.ts';

/** A peer to which a kustomization adds labels (`commonLabels`, or `labels` with `includeSelectors`). */
export interface LabelledPeer {
  readonly direction: Direction;
  /** The peer's place in the policy. */
  readonly path: FieldPath;
  /** As the file has it. */
  readonly written: Peer & { readonly podSelector: LabelSelector };
  /** As it is built. */
  readonly built: Peer;
  readonly added: Labels;
}

/** The peers that mean other pods once the kustomization that takes the policy in has been built. */
export function labelledPeers({ policy, manifest }: WrittenPolicy): readonly LabelledPeer[] {
  if (manifest.object?.type !== 'networkPolicy' || manifest.object.policy === policy) return [];
  const { policy: written } = manifest.object;
  return effectiveRules(policy).flatMap(({ direction, index, rule, path, peersField }) =>
    (rule.peers ?? []).flatMap((built, at) => {
      const before = written[direction]?.[index]?.peers?.[at];
      if (before?.podSelector === undefined || built.podSelector === undefined) return [];
      const added = addedLabels(before.podSelector.matchLabels, built.podSelector.matchLabels);
      if (Object.keys(added).length === 0) return [];
      const peer = { ...before, podSelector: before.podSelector };
      return [{ direction, path: [...path, peersField, at], written: peer, built, added }];
    }),
  );
}

function addedLabels(before: Labels, after: Labels): Labels {
  return Object.fromEntries(
    Object.entries(after).filter(([key, value]) => !Object.hasOwn(before, key) || before[key] !== value),
  );
}
