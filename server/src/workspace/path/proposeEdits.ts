import { compileCluster } from '../../engine/compileCluster.ts';
import { clusterState, withEdit } from '../../engine/withEdit.ts';
import { endPods } from './endPeers.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { resolveEnd, type Endpoint } from '../../engine/endpoint.ts';
import { walkDirection, type RuleWalk } from '../../engine/walkDirection.ts';
import type { Direction, PolicyRef } from '../../model/networkPolicy.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { allowCandidates, type DirectionQuestion } from './allowCandidates.ts';
import { denyCandidates } from './denyCandidates.ts';
import { editEffect, type EditEffect } from './editEffect.ts';
import { pairVerdict, pathPairs, type PathPair, type PathQuestion } from './pathPairs.ts';
import type { PathEnd } from './pathEnd.ts';
import { makeEdit, type EditKind, type MadeEdit, type PolicyEdit } from './policyEdit.ts';

export type Wanted = 'allow' | 'deny';

/** An edit that gives the verdict that was asked for, as the engine finds it in a copy of the universe. */
export interface Proposal extends MadeEdit {
  readonly wanted: Wanted;
  readonly steps: readonly ProposalStep[];
  readonly effect: EditEffect;
}

export interface ProposalStep {
  readonly kind: EditKind;
  readonly direction: Direction;
  readonly policy: PolicyRef;
  /** Index of the rule that is changed. */
  readonly rule?: number;
}

export interface Proposals {
  readonly wanted: Wanted;
  /** The smallest first: the fewest other pairs opened or closed, then the fewest ports, then the fewest lines. */
  readonly proposals: readonly Proposal[];
  /** Why there is none, or why a smaller one could not be made. */
  readonly obstacles: readonly Obstacle[];
}

export type Obstacle =
  /** It is so already. */
  | { readonly kind: 'already' }
  /** Policies let it through that are written in no file here, or in another form: they have to be changed where they are. */
  | { readonly kind: 'writtenNowhere'; readonly direction: Direction; readonly policies: readonly PolicyRef[] }
  /** The answer does not hang on NetworkPolicies alone, or on none at all. */
  | { readonly kind: 'notDecidedByPolicies' }
  /** No pod or address is known at one of the ends. */
  | { readonly kind: 'nobodyThere' }
  /** Something that is not known decides, and no edit of policies is above it. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** No edit that is known of gives this verdict. */
  | { readonly kind: 'noEdit' };

const MOST_PROPOSALS = 3;
/** So many candidates of one direction are tried. */
const MOST_TRIED = 24;

/** The smallest edits after which all of the traffic is allowed, or denied. */
export function proposeEdits(snapshot: WorkspaceSnapshot, question: PathQuestion, wanted: Wanted): Proposals {
  const { cluster } = snapshot.universe;
  const pairs = decidable(pathPairs(snapshot, question).pairs, question);
  const none = (...obstacles: readonly Obstacle[]): Proposals => ({ wanted, proposals: [], obstacles });
  if (pairs.length === 0) return none({ kind: 'nobodyThere' });
  if (pairs.every(isOutsidePolicies)) return none({ kind: 'notDecidedByPolicies' });
  const { protocol } = question;
  const verdicts = pairs.map((pair) => pairVerdict(cluster, pair, protocol));
  if (verdicts.every(({ verdict }) => verdict === wanted)) return none({ kind: 'already' });
  const trial = new Trial(snapshot, question, wanted, pairs);
  const obstacles: Obstacle[] = [];
  const asked = { egress: trial.directionQuestion('egress'), ingress: trial.directionQuestion('ingress') };
  if (wanted === 'allow') {
    const denied = (['egress', 'ingress'] as const).filter((direction) =>
      verdicts.some((verdict) => verdict[direction].verdict !== 'allow'),
    );
    for (const edits of trial.joined(denied.map((direction) => allowCandidates(snapshot, asked[direction]))))
      trial.add(edits);
  } else {
    for (const direction of ['ingress', 'egress'] as const) {
      const isolated = trial.isolation(direction);
      if (isolated === 'outside') continue;
      const { candidates, writtenNowhere } = denyCandidates(snapshot, asked[direction], isolated !== 'open');
      if (writtenNowhere.length > 0) obstacles.push({ kind: 'writtenNowhere', direction, policies: writtenNowhere });
      for (const edits of candidates.slice(0, MOST_TRIED)) trial.add(edits);
    }
  }
  const proposals = trial.best();
  if (proposals.length === 0 && obstacles.length === 0) {
    const why = verdicts.find(({ verdict }) => verdict === 'unknown')?.why;
    obstacles.push(why === undefined ? { kind: 'noEdit' } : { kind: 'unknown', why });
  }
  return { wanted, proposals, obstacles };
}

/** A pod and itself, a node and its pods, or two addresses. */
function isOutsidePolicies({ from, to, always }: PathPair): boolean {
  if (always !== undefined) return true;
  if ('address' in from && 'address' in to) return true;
  return 'pod' in from && 'pod' in to && from.pod === to.pod && from.pod.count === 1;
}

/**
 * Pods are told apart by the labels that policies ask for. Where a selector is to ask for new ones, a policy of a namespace
 * that is not there asks for them first, so that this costs once and not for every edit that is tried.
 */
function primed(snapshot: WorkspaceSnapshot, { from, to }: PathQuestion): CompiledCluster {
  const { cluster } = snapshot.universe;
  const selectors = [from, to].flatMap((end) => endPods(snapshot, end)?.selectors ?? []);
  const keys = [...new Set(selectors.flatMap((labels) => Object.keys(labels)))];
  if (keys.every((key) => cluster.features.labelKeys.has(key))) return cluster;
  const matchExpressions = keys.map((key) => ({ key, operator: 'Exists' as const, values: [] }));
  const policy = { namespace: NOWHERE, name: NOWHERE, podSelector: { matchLabels: {}, matchExpressions } };
  return withEdit(cluster, { policies: { put: [policy] } });
}

/** No name in a cluster: they are lower case there. */
const NOWHERE = 'A namespace that is not there';

/** Among all pods those on their node's network are left out: no policy decides about them alone. */
function decidable(pairs: readonly PathPair[], { from, to }: PathQuestion): readonly PathPair[] {
  if (from.kind !== 'anyPod' && to.kind !== 'anyPod') return pairs;
  const isMeant = ({ end }: PathPair['source'], asked: PathEnd): boolean =>
    asked.kind !== 'anyPod' || !('pod' in end) || !end.pod.hostNetwork;
  return pairs.filter(({ source, destination }) => isMeant(source, from) && isMeant(destination, to));
}

/** Edits that are made in copies of one universe. */
class Trial {
  readonly #snapshot: WorkspaceSnapshot;
  readonly #question: PathQuestion;
  readonly #wanted: Wanted;
  readonly #pairs: readonly PathPair[];
  readonly #proposals: Proposal[] = [];
  /** The universe before, in which edits are compared; it knows every label that they ask for. */
  #before: CompiledCluster;

  constructor(snapshot: WorkspaceSnapshot, question: PathQuestion, wanted: Wanted, pairs: readonly PathPair[]) {
    this.#snapshot = snapshot;
    this.#question = question;
    this.#wanted = wanted;
    this.#pairs = pairs;
    this.#before = primed(snapshot, question);
  }

  /** Keeps the edits as a proposal where they give the verdict that is wanted. */
  add(edits: readonly PolicyEdit[]): Proposal | undefined {
    const proposal = this.#try(edits);
    if (proposal !== undefined) this.#proposals.push(proposal);
    return proposal;
  }

  /** Of edits that do the same to the same rules, in other words, the smallest alone. */
  best(): readonly Proposal[] {
    const seen = new Set<string>();
    return this.#proposals
      .sort(bySize)
      .filter(({ steps }) => {
        const text = JSON.stringify(steps);
        return !seen.has(text) && seen.add(text);
      })
      .slice(0, MOST_PROPOSALS);
  }

  /**
   * One candidate of each direction together. Each direction is chosen while the other has the candidate that is known
   * to be good so far: all combinations would be too many, and what one direction opens hangs little on the other.
   */
  joined(lists: readonly (readonly (readonly PolicyEdit[])[])[]): readonly (readonly PolicyEdit[])[] {
    const tried = lists.map((list) => list.slice(0, MOST_TRIED));
    const [first, second] = tried;
    if (first === undefined || second === undefined) return first ?? [];
    const partner = second.at(-1);
    if (partner === undefined) return [];
    const good = first.flatMap((edits) => {
      const proposal = this.#try([...edits, ...partner]);
      return proposal === undefined ? [] : [{ edits, proposal }];
    });
    good.sort((a, b) => bySize(a.proposal, b.proposal));
    return good.slice(0, 2).flatMap(({ edits }) => second.map((other) => [...edits, ...other]));
  }

  isolation(direction: Direction): 'outside' | 'open' | 'isolated' {
    const { cluster } = this.#snapshot.universe;
    const ends = this.#pairs.map((pair) => this.#endpoints(pair, direction).target);
    if (ends.some((end) => end === undefined || end.kind === 'address')) return 'outside';
    const isOpen = (end: Endpoint): boolean => {
      const state = end.kind === 'pods' ? cluster.classes.get(end.podClass.id) : undefined;
      return state === undefined || state[direction].certain.length === 0;
    };
    return ends.some((end) => end !== undefined && isOpen(end)) ? 'open' : 'isolated';
  }

  directionQuestion(direction: Direction): DirectionQuestion {
    const { cluster } = this.#snapshot.universe;
    const { from, to, protocol } = this.#question;
    const policies = new Map<string, { policy: PolicyRef; walks: (readonly RuleWalk[])[] }>();
    for (const pair of this.#pairs.slice(0, MOST_WALKED)) {
      const { target, peer } = this.#endpoints(pair, direction);
      if (target === undefined || peer === undefined) continue;
      for (const { policy, rules } of walkDirection(cluster, direction, target, peer, { protocol, port: pair.port })) {
        const key = `${policy.namespace ?? ''}/${policy.name}`;
        const known = policies.get(key);
        if (known === undefined) policies.set(key, { policy, walks: [rules] });
        else known.walks.push(rules);
      }
    }
    const [target, peer] = direction === 'ingress' ? [to, from] : [from, to];
    const ports = [...new Set(this.#pairs.map(({ port }) => port))].sort((a, b) => a - b);
    return { direction, target, peer, protocol, ports, policies };
  }

  #endpoints(pair: PathPair, direction: Direction): { target: Endpoint | undefined; peer: Endpoint | undefined } {
    const { cluster } = this.#snapshot.universe;
    const [own, other] = direction === 'ingress' ? [pair.to, pair.from] : [pair.from, pair.to];
    const first = (end: typeof own): Endpoint | undefined => {
      const resolved = resolveEnd(cluster, end);
      return 'endpoints' in resolved ? resolved.endpoints[0] : undefined;
    };
    return { target: first(own), peer: first(other) };
  }

  #try(edits: readonly PolicyEdit[]): Proposal | undefined {
    const made = makeEdit(this.#snapshot, edits);
    if (made === undefined) return undefined;
    const after = withEdit(this.#before, { policies: { put: made.put } });
    if (!this.#gives(after)) return undefined;
    const effect = editEffect(this.#before, after, this.#pairs) ?? this.#effectAfresh(made);
    if (effect === undefined) return undefined;
    const steps = edits.map(({ kind, direction, policy, rule }): ProposalStep => ({
      kind,
      direction,
      policy,
      ...(rule === undefined ? {} : { rule }),
    }));
    return { ...made, wanted: this.#wanted, steps, effect };
  }

  /** Where so many edits were tried that the last one was compiled from scratch, so is what it is compared with. */
  #effectAfresh({ put }: MadeEdit): EditEffect | undefined {
    this.#before = compileCluster(clusterState(this.#before), this.#before.options);
    return editEffect(this.#before, withEdit(this.#before, { policies: { put } }), this.#pairs);
  }

  #gives(after: CompiledCluster): boolean {
    const snapshot = { ...this.#snapshot, universe: { ...this.#snapshot.universe, cluster: after } };
    // The edit may tell addresses and pods apart that were one before.
    const pairs = decidable(pathPairs(snapshot, this.#question).pairs, this.#question);
    return (
      pairs.length > 0 &&
      pairs.every((pair) => pairVerdict(after, pair, this.#question.protocol).verdict === this.#wanted)
    );
  }
}

/** So many kinds of pairs are walked through for the rules that let them through. */
const MOST_WALKED = 500;

function bySize(a: Proposal, b: Proposal): number {
  return othersOf(a) - othersOf(b) || a.effect.ports - b.effect.ports || a.changedLines - b.changedLines;
}

function othersOf({ effect: { opened, closed } }: Proposal): number {
  return opened.pods + opened.addresses + closed.pods + closed.addresses;
}
