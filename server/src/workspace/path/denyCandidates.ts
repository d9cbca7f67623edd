import type { WrittenPolicy } from '../../analysis/check.ts';
import { fieldPath, type DocumentStep } from '../../analysis/fixEdits.ts';
import { peersFieldOf } from '../../analysis/policyRules.ts';
import { clusterHasIpv6 } from '../../engine/ipv6.ts';
import type { RuleWalk } from '../../engine/walkDirection.ts';
import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { PolicyPort, PolicyRef, PolicyRule } from '../../model/networkPolicy.ts';
import { appendItem, removeAt, setField } from '../../syntax/yamlEdit.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { newPolicy, targetSelectors, type DirectionQuestion } from './allowCandidates.ts';
import { endPods, othersLists, single } from './endPeers.ts';
import { editablePolicy, type PolicyEdit } from './policyEdit.ts';

/** Edits that may deny the traffic in one direction, and the policies that would have to be edited and are written nowhere. */
export interface DenyCandidates {
  readonly candidates: readonly (readonly PolicyEdit[])[];
  readonly writtenNowhere: readonly PolicyRef[];
}

/**
 * NetworkPolicies allow and never deny, so traffic is denied by taking away what lets it through, in every rule that
 * does, or by isolating pods that nothing isolates and letting everyone else in.
 *
 * @param isolated whether policies isolate all of the target in this direction
 */
export function denyCandidates(
  snapshot: WorkspaceSnapshot,
  asked: DirectionQuestion,
  isolated: boolean,
): DenyCandidates {
  if (!isolated) return { candidates: isolations(snapshot, asked), writtenNowhere: [] };
  const allowing = allowingRules(asked);
  const writtenNowhere = [...allowing.values()].flatMap(({ policy }) =>
    editablePolicy(snapshot, policy) === undefined ? [policy] : [],
  );
  if (allowing.size === 0 || writtenNowhere.length > 0) return { candidates: [], writtenNowhere };
  const candidates: PolicyEdit[][] = [];
  for (const strategy of strategies(snapshot, asked)) {
    const edits: (PolicyEdit | undefined)[] = [...allowing.values()].map(({ policy, rules }) => {
      const written = editablePolicy(snapshot, policy);
      return written && narrowed(asked, policy, written, rules, strategy);
    });
    const known = edits.filter((edit) => edit !== undefined);
    if (known.length === edits.length) candidates.push(known);
  }
  return { candidates, writtenNowhere };
}

interface AllowingRules {
  readonly policy: PolicyRef;
  /** By index, with every walk in which the rule lets the traffic through, or may. */
  readonly rules: ReadonlyMap<number, readonly RuleWalk[]>;
}

function allowingRules({ policies }: DirectionQuestion): ReadonlyMap<string, AllowingRules> {
  const found = new Map<string, AllowingRules>();
  for (const [key, { policy, walks }] of policies) {
    const rules = new Map<number, RuleWalk[]>();
    for (const walk of walks.flat()) {
      if (walk.outcome === 'no') continue;
      const index = walk.ref.rule ?? 0;
      const list = rules.get(index);
      if (list === undefined) rules.set(index, [walk]);
      else list.push(walk);
    }
    if (rules.size > 0) found.set(key, { policy, rules });
  }
  return found;
}

type Strategy =
  /** The whole rule: the naive one. */
  | { readonly kind: 'removeRule' }
  | { readonly kind: 'removePeer' }
  | { readonly kind: 'removePort' }
  /** The rule's peers mean everyone whom they meant but the other end; `others` are peers for everyone but it. */
  | {
      readonly kind: 'narrowPeer';
      readonly label?: readonly [key: string, value: string];
      readonly others: JsonValue[];
    };

function strategies(snapshot: WorkspaceSnapshot, { peer, target }: DirectionQuestion): readonly Strategy[] {
  const own = targetSelectors(snapshot, target)[0]?.namespace ?? '';
  const others = othersLists(snapshot, own, peer, clusterHasIpv6(snapshot.universe.cluster));
  const labels = (endPods(snapshot, peer)?.selectors ?? []).flatMap((selector) => Object.entries(selector));
  const distinct = [...new Map(labels.map((entry) => [entry.join('\0'), entry])).values()].slice(0, 4);
  const narrowing: Strategy[] =
    distinct.length === 0
      ? others.map((list): Strategy => ({ kind: 'narrowPeer', others: list }))
      : distinct.map((label): Strategy => ({ kind: 'narrowPeer', label, others: others[0] ?? [] }));
  return [{ kind: 'removePort' }, { kind: 'removePeer' }, ...narrowing, { kind: 'removeRule' }];
}

/** The steps that keep one policy's rules from letting the traffic through; undefined where the strategy has none. */
function narrowed(
  asked: DirectionQuestion,
  policy: PolicyRef,
  { policy: text }: WrittenPolicy,
  rules: AllowingRules['rules'],
  strategy: Strategy,
): PolicyEdit | undefined {
  const { direction } = asked;
  const written = text[direction] ?? [];
  const steps: ((written: WrittenPolicy) => DocumentStep)[] = [];
  let removed = 0;
  // From the last rule to the first, so that indices stay true.
  for (const [index, walks] of [...rules].sort(([a], [b]) => b - a)) {
    const own = ruleSteps(asked, written[index] ?? {}, index, walks, strategy);
    if (own === undefined) return undefined;
    if (own === 'removeRule') {
      removed += 1;
      steps.push(at(['spec', direction, index], (document, path) => removeAt(document, path)));
    } else steps.push(...own);
  }
  // Without any egress rule the API server would no longer take the policy to isolate egress.
  if (direction === 'egress' && removed === written.length && (text.policyTypes ?? []).length === 0) {
    steps.push(at(['spec', 'policyTypes'], (document, path) => setField(document, path, ['Ingress', 'Egress'])));
  }
  const [only] = rules.keys();
  return {
    kind: removed === rules.size ? 'removeRule' : strategy.kind,
    direction,
    policy,
    ...(rules.size === 1 && only !== undefined ? { rule: only } : {}),
    steps: (target) => steps.map((step) => step(target)),
  };
}

type PathStep = (document: Parameters<DocumentStep>[0], path: FieldPath) => ReturnType<DocumentStep>;

function at(path: FieldPath, step: PathStep): (written: WrittenPolicy) => DocumentStep {
  return (written) => (document) => step(document, fieldPath(written, path));
}

function ruleSteps(
  asked: DirectionQuestion,
  rule: PolicyRule,
  index: number,
  walks: readonly RuleWalk[],
  strategy: Strategy,
): readonly ((written: WrittenPolicy) => DocumentStep)[] | 'removeRule' | undefined {
  const { direction } = asked;
  switch (strategy.kind) {
    case 'removeRule':
      return 'removeRule';
    case 'removePort': {
      const ports = rule.ports ?? [];
      const opening = ports.flatMap((entry, port) => (opens(entry, asked) ? [port] : []));
      if (ports.length === 0) return undefined;
      if (opening.length === ports.length) return 'removeRule';
      return opening
        .toReversed()
        .map((port) => at(['spec', direction, index, 'ports', port], (document, path) => removeAt(document, path)));
    }
    case 'removePeer': {
      const peers = rule.peers ?? [];
      const meant = matchingPeers(walks);
      if (peers.length === 0) return undefined;
      if (meant.length === peers.length) return 'removeRule';
      const field = peersFieldOf(direction);
      return meant
        .toReversed()
        .map((peer) => at(['spec', direction, index, field, peer], (document, path) => removeAt(document, path)));
    }
    case 'narrowPeer':
      return narrowSteps(asked, rule, index, walks, strategy);
  }
}

/** Whether an entry may open one of the ports: a name may stand for any. */
function opens({ port, endPort, protocol = 'TCP', incomplete }: PolicyPort, asked: DirectionQuestion): boolean {
  if (protocol !== asked.protocol) return false;
  if (port === undefined || incomplete === true || typeof port === 'string') return true;
  return asked.ports.some((each) => each >= port && each <= (endPort ?? port));
}

function matchingPeers(walks: readonly RuleWalk[]): readonly number[] {
  const found = walks.flatMap(({ peers }) => peers.flatMap(({ index, outcome }) => (outcome === 'no' ? [] : [index])));
  return [...new Set(found)].sort((a, b) => a - b);
}

function narrowSteps(
  { direction, peer }: DirectionQuestion,
  rule: PolicyRule,
  index: number,
  walks: readonly RuleWalk[],
  { label, others }: Extract<Strategy, { kind: 'narrowPeer' }>,
): readonly ((written: WrittenPolicy) => DocumentStep)[] | undefined {
  const field = peersFieldOf(direction);
  const path: FieldPath = ['spec', direction, index, field];
  if ((rule.peers ?? []).length === 0) {
    return others.length === 0 ? undefined : [at(path, (document, where) => setField(document, where, others))];
  }
  const steps: ((written: WrittenPolicy) => DocumentStep)[] = [];
  for (const each of matchingPeers(walks)) {
    const { ipBlock, podSelector } = rule.peers?.[each] ?? {};
    if (ipBlock !== undefined) {
      if (peer.kind !== 'address') return undefined;
      steps.push(
        at([...path, each, 'ipBlock', 'except'], (document, where) =>
          appendItem(document, where, single(peer.address)),
        ),
      );
    } else {
      if (label === undefined) return undefined;
      const requirement = { key: label[0], operator: 'NotIn', values: [label[1]] };
      // A selector that asks for this very label would mean nobody.
      if (podSelector !== undefined && Object.hasOwn(podSelector.matchLabels, label[0])) return undefined;
      steps.push(
        at([...path, each, 'podSelector', 'matchExpressions'], (document, where) =>
          appendItem(document, where, requirement),
        ),
      );
    }
  }
  return steps;
}

/** Pods that nothing isolates: a policy that lets everyone else through, and the naive one that lets nobody through. */
function isolations(snapshot: WorkspaceSnapshot, asked: DirectionQuestion): readonly (readonly PolicyEdit[])[] {
  const ipv6 = clusterHasIpv6(snapshot.universe.cluster);
  return targetSelectors(snapshot, asked.target).flatMap(({ namespace, podSelector }) => {
    const lists = othersLists(snapshot, namespace, asked.peer, ipv6);
    const rules = [...lists.map((peers): JsonValue[] => [{ [peersFieldOf(asked.direction)]: peers }]), []];
    return rules.map((rule) => [newPolicy(snapshot, 'newIsolation', asked, namespace, podSelector, rule)]);
  });
}
