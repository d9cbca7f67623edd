import { count, listSome, qualifiedName, shownName } from '../../analysis/wording.ts';
import { canonicalPolicy } from '../../engine/canonicalPolicy.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { directionOf, policyKey, type CompiledPolicy, type CompiledRule } from '../../engine/compilePolicy.ts';
import { isEmpty } from '../../engine/addressSet.ts';
import { NO } from '../../engine/match.ts';
import type { PeerSet } from '../../engine/peerSpec.ts';
import { NO_PORTS } from '../../engine/portSets.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import { baseName, pathOfUri } from '../fileUri.ts';
import type { PreviewedStates } from './previewStates.ts';

export type NothingReason =
  | 'sameAsApplied'
  | 'sameMeaning'
  | 'noPolicy'
  | 'selectsNoPod'
  | 'peersMatchNothing'
  | 'otherPolicyAllows'
  | 'stillDenied'
  | 'notDecidable'
  | 'notKnown'
  | 'noEffect';

export interface NothingChanges {
  readonly reason: NothingReason;
  /** A sentence or two. */
  readonly text: string;
  /** Policies that are named in the text. */
  readonly by: readonly string[];
}

/** What else is known of a comparison without any certain change. */
export interface Beside {
  readonly undecidedPairs: number;
  /** What stands first among the reasons. */
  readonly undecidedWhy?: string;
  readonly deniedPairs: number;
  readonly deniedBy: readonly string[];
}

/** Why no pair of known pods gains or loses anything. */
export function nothingChanges(states: PreviewedStates, beside: Beside): NothingChanges {
  const { before, after, laidOver, document } = states;
  const isLive = before.kind === 'live' || before.kind === 'snapshot';
  const hasName = isLive || before.kind === 'texts';
  if (before.reading !== undefined || after.reading !== undefined) {
    return said(
      'notKnown',
      `${isLive ? before.label : 'The folder'} is still being read: nothing is known to change so far.`,
    );
  }
  const policies = laidOver.filter(({ object }) => object.type === 'networkPolicy' || object.type === 'rejectedPolicy');
  const [old, now] = [before.universe.cluster, after.universe.cluster];
  const changed = changedPolicies(old, now);
  if (changed.length === 0 && states.held) {
    const names = (states.heldIn ?? []).map((uri) => baseName(pathOfUri(uri)));
    const [what, it] = names.length === 1 ? [names[0] ?? '', 'it stands'] : [listSome(names, 3), 'they stand'];
    const same = hasName ? `what ${before.label} has` : 'what is saved';
    return said(
      'notKnown',
      `${what} cannot be decoded as ${it}. The last state that could be counts, and that means ${same}.`,
    );
  }
  if (changed.length === 0 && beside.undecidedPairs > 0) return notDecidable(beside);
  if (changed.length === 0) {
    const rejected = policies.filter(({ object }) => object.type === 'rejectedPolicy');
    if (rejected.length > 0) {
      const names = rejected.map(({ object }) =>
        object.type === 'rejectedPolicy' ? qualifiedName(object.policy) : '',
      );
      return said(
        'notKnown',
        `The API server would reject ${listSome(names, 3)}, so that nothing of it would change.`,
        names,
      );
    }
    if (policies.length === 0) {
      const why = document === undefined ? undefined : missingText(states, document.uri);
      if (why !== undefined) return said('notKnown', why);
      return said(
        'noPolicy',
        `${document === undefined ? 'What is laid over' : 'This document'} holds no NetworkPolicy.`,
      );
    }
    if (hasName)
      return said(
        'sameAsApplied',
        `${before.label} has the same ${policies.length === 1 ? 'policy' : 'policies'} already.`,
      );
    if (document?.unsaved !== true) return said('sameAsApplied', 'Nothing is changed that is not saved.');
    return said('sameMeaning', 'The unsaved changes touch no policy, workload or namespace.');
  }
  if (
    changed.every(({ before, after }) => before !== undefined && after !== undefined && isSameMeaning(before, after))
  ) {
    const where = hasName ? `what ${before.label} has` : 'what is saved';
    return said('sameMeaning', `The text differs from ${where}, and means the same for any pods.`);
  }
  if (beside.undecidedPairs > 0) return notDecidable(beside);
  const effective = changed.filter(
    ({ before, after }) => before === undefined || after === undefined || !isSameMeaning(before, after),
  );
  const selecting = effective.filter(({ before, after }) => selects(old, before) || selects(now, after));
  if (selecting.length === 0) {
    const names = effective.map(({ key }) => key);
    return said('selectsNoPod', `No known pod is selected by ${listSome(names.map(shownName), 3)}.`, names);
  }
  if (beside.deniedPairs > 0) {
    const by = beside.deniedBy.length === 0 ? '' : ` by ${listSome(beside.deniedBy, 3)}`;
    return said('stillDenied', `What the edit opens is still denied on the other side${by}.`, beside.deniedBy);
  }
  const rules = selecting.flatMap((change) => differentRules(old, now, change));
  if (rules.length > 0 && rules.every(({ cluster, rule }) => meansNobody(cluster, rule))) {
    return said('peersMatchNothing', 'The rules that changed mean no known pod and no address outside.');
  }
  const by = [...new Set(rules.flatMap((rule) => allowedBesides(rule, now)))];
  if (by.length > 0) {
    return said('otherPolicyAllows', `The same traffic is let through by ${listSome(by, 3)} before and after.`, by);
  }
  return said('noEffect', 'The policies mean something else than before, and no traffic between known pods changes.');
}

function notDecidable({ undecidedPairs, undecidedWhy }: Beside): NothingChanges {
  const why = undecidedWhy === undefined ? '' : `: ${undecidedWhy}`;
  return said('notDecidable', `Whether anything changes is not decidable for ${count(undecidedPairs, 'pair')}${why}.`);
}

/** Why nothing of a document counts although something stands there, or stood there. */
function missingText({ fileOf }: PreviewedStates, uri: string): string | undefined {
  const name = baseName(pathOfUri(uri));
  const file = fileOf(uri);
  if (file === undefined) return `${name} is not among the manifests of this folder, or not any more.`;
  const isLeftOut = file.parsed.documents.some(({ document }) =>
    document.objects.some(({ kind }) => kind === 'NetworkPolicy'),
  );
  return isLeftOut ? `${name} is left out: a setting or bulkhead.yaml excludes it.` : undefined;
}

function said(reason: NothingReason, text: string, by: readonly string[] = []): NothingChanges {
  return { reason, text, by };
}

interface ChangedPolicy {
  readonly key: string;
  readonly before: CompiledPolicy | undefined;
  readonly after: CompiledPolicy | undefined;
}

/** Policies whose texts differ; namespaces in which nothing changed are the same lists in both. */
function changedPolicies(before: CompiledCluster, after: CompiledCluster): readonly ChangedPolicy[] {
  const changed: ChangedPolicy[] = [];
  for (const [namespace, policies] of after.policiesByNamespace.entries()) {
    if (before.policiesByNamespace.get(namespace) === policies) continue;
    for (const policy of policies) {
      const old = before.policies.get(policy.key);
      if (old?.policy === policy.policy || JSON.stringify(old?.policy) === JSON.stringify(policy.policy)) continue;
      changed.push({ key: policy.key, before: old, after: policy });
    }
  }
  for (const [namespace, policies] of before.policiesByNamespace.entries()) {
    if (after.policiesByNamespace.get(namespace) === policies) continue;
    for (const policy of policies) {
      if (after.policies.get(policy.key) === undefined)
        changed.push({ key: policy.key, before: policy, after: undefined });
    }
  }
  return changed;
}

function isSameMeaning(before: CompiledPolicy, after: CompiledPolicy): boolean {
  return canonicalPolicy(before.policy) === canonicalPolicy(after.policy);
}

function selects(cluster: CompiledCluster, policy: CompiledPolicy | undefined): boolean {
  return policy !== undefined && hasPods(cluster, policy.targets);
}

function hasPods({ facts, classes }: CompiledCluster, peer: PeerSet): boolean {
  if (peer.others !== NO) return true;
  facts.peers.update(peer);
  return [...peer.yes.ids, ...peer.maybe.ids].some((id) => classes.get(id) !== undefined);
}

interface DifferentRule {
  readonly cluster: CompiledCluster;
  readonly policy: CompiledPolicy;
  readonly direction: Direction;
  readonly rule: CompiledRule;
}

/** Rules of one text of a policy that the other does not have. */
function differentRules(
  old: CompiledCluster,
  now: CompiledCluster,
  { before, after }: ChangedPolicy,
): readonly DifferentRule[] {
  return (['ingress', 'egress'] as const).flatMap((direction) => {
    const texts = (policy: CompiledPolicy | undefined): ReadonlySet<string> =>
      new Set((policy?.policy[direction] ?? []).map((rule) => JSON.stringify(rule)));
    const own = (
      cluster: CompiledCluster,
      policy: CompiledPolicy | undefined,
      others: ReadonlySet<string>,
    ): DifferentRule[] =>
      policy === undefined
        ? []
        : directionOf(policy, direction)
            .rules.filter(({ index }) => !others.has(JSON.stringify(policy.policy[direction]?.[index])))
            .map((rule) => ({ cluster, policy, direction, rule }));
    return [...own(now, after, texts(before)), ...own(old, before, texts(after))];
  });
}

function meansNobody(cluster: CompiledCluster, { anyPeer }: CompiledRule): boolean {
  return !hasPods(cluster, anyPeer) && isEmpty(anyPeer.addresses) && isEmpty(anyPeer.maybeAddresses);
}

/** Other policies of the later state that select the same pods and open at least as much to the same peers. */
function allowedBesides({ policy, direction, rule }: DifferentRule, now: CompiledCluster): readonly string[] {
  const { facts, classes, policiesByNamespace } = now;
  const firstOf = (peer: PeerSet): number | undefined => {
    facts.peers.update(peer);
    return peer.yes.ids.find((id) => classes.get(id) !== undefined);
  };
  const [target, peer] = [firstOf(policy.targets), firstOf(rule.anyPeer)];
  if (target === undefined) return [];
  return (policiesByNamespace.get(policy.policy.namespace) ?? [])
    .filter((other) => other.key !== policy.key && facts.peers.match(other.targets, target) !== NO)
    .filter((other) =>
      directionOf(other, direction).rules.some(({ anyPeer, ports }) => {
        if (peer !== undefined && facts.peers.match(anyPeer, peer) === NO) return false;
        return facts.ports.subtract(rule.ports.numbers.certain, ports.numbers.possible) === NO_PORTS;
      }),
    )
    .map(({ policy }) => policyKey(policy));
}
