import type { Direction, NetworkPolicy, PolicyRule, RuleRef } from '../model/networkPolicy.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import { directionOf, type CompiledPolicy, type CompiledRule } from './compilePolicy.ts';
import { matchEndpoint, portsOf, type Endpoint } from './endpoint.ts';
import { NO } from './match.ts';
import { gainedAndLost, type PortChange } from './portChange.ts';
import { NO_PORTS, type PortSetId, type PortSets } from './portSets.ts';

/** A rule, or a policy that isolates (no `rule`), that made traffic change; `state` says in which text it stands. */
export interface ChangeCause extends RuleRef {
  readonly state: 'before' | 'after';
}

/** One direction of a pair in one state; undefined where the pod does not exist in it. */
export interface DirectionSide {
  readonly cluster: CompiledCluster;
  readonly target: Endpoint;
  readonly peer: Endpoint;
}

/**
 * Why one direction of a pair lets through `gained` that it did not before, and no longer `lost` (ports of the after
 * state). Of what is gained: the rules that now allow it and did not in the same way before, or, where nothing isolates
 * the pod any more, the policies that did. Of what is lost: the rules that allowed it, or, where nothing isolated the
 * pod, the policies that do now.
 */
export function directionCauses(
  direction: Direction,
  before: DirectionSide | undefined,
  after: DirectionSide | undefined,
  ports: PortSets,
  gained: PortSetId,
  lost: PortSetId,
): ChangeCause[] {
  const old = contributions(direction, before, ports);
  const now = contributions(direction, after, ports);
  const causes: ChangeCause[] = [];
  if (gained !== NO_PORTS) {
    causes.push(...newIn(now, old, gained, ports).map((ref) => ({ ...ref, state: 'after' as const })));
    if (now.policies.length === 0) causes.push(...isolating(direction, old.policies, 'before'));
  }
  if (lost !== NO_PORTS) {
    causes.push(...newIn(old, now, lost, ports).map((ref) => ({ ...ref, state: 'before' as const })));
    if (old.policies.length === 0) causes.push(...isolating(direction, now.policies, 'after'));
  }
  if (causes.length > 0 || (gained === NO_PORTS && lost === NO_PORTS)) return causes;
  // What changed is how sure the isolation is: the policies whose text is not the same.
  return [
    ...rewritten(direction, old.policies, now.policies, 'before'),
    ...rewritten(direction, now.policies, old.policies, 'after'),
  ];
}

/** The ends of a pair of workloads in one state, one for each kind of pod; none where a workload does not exist. */
export interface PairSide {
  readonly cluster: CompiledCluster;
  readonly sources: readonly Endpoint[];
  readonly targets: readonly Endpoint[];
}

/** Why what passes from one workload to another changed, over both directions and all kinds of pods. */
export function pairCauses(
  before: PairSide,
  after: PairSide,
  ports: PortSets,
  change: PortChange,
): readonly ChangeCause[] {
  const { gained, lost } = gainedAndLost(ports, change);
  const causes = new Map<string, ChangeCause>();
  const sources = Math.max(before.sources.length, after.sources.length);
  const targets = Math.max(before.targets.length, after.targets.length);
  for (let i = 0; i < sources; i += 1) {
    for (let j = 0; j < targets; j += 1) {
      for (const direction of ['egress', 'ingress'] as const) {
        const [old, now] = [before, after].map((side) => directionSide(side, direction, i, j));
        for (const cause of directionCauses(direction, old, now, ports, gained, lost)) {
          causes.set(JSON.stringify(cause), cause);
        }
      }
    }
  }
  return [...causes.values()];
}

/** Of the kinds of pods at two places; a state with fewer kinds repeats its last one. */
function directionSide(side: PairSide, direction: Direction, i: number, j: number): DirectionSide | undefined {
  const source = side.sources[Math.min(i, side.sources.length - 1)];
  const target = side.targets[Math.min(j, side.targets.length - 1)];
  if (source === undefined || target === undefined) return undefined;
  return direction === 'egress'
    ? { cluster: side.cluster, target: source, peer: target }
    : { cluster: side.cluster, target, peer: source };
}

interface Contributions {
  readonly policies: readonly CompiledPolicy[];
  readonly rules: readonly { readonly ref: RuleRef; readonly text: string; readonly ports: PortSetId }[];
}

function contributions(direction: Direction, side: DirectionSide | undefined, ports: PortSets): Contributions {
  if (side === undefined || side.target.kind === 'address') return { policies: [], rules: [] };
  const { cluster, target, peer } = side;
  const state = cluster.classes.get(target.podClass.id);
  if (state === undefined) return { policies: [], rules: [] };
  const policies = [...state[direction].certain, ...state[direction].possible];
  const destination = portsOf(direction === 'ingress' ? target : peer);
  const rules = policies.flatMap((policy) =>
    directionOf(policy, direction).rules.flatMap((rule) => {
      if (matchEndpoint(cluster.facts, rule.anyPeer, peer) === NO) return [];
      const open = cluster.facts.specs.resolve(rule.ports, destination).possible;
      const own = cluster.facts.ports === ports ? open : ports.fromConnections(cluster.facts.ports.connections(open));
      const ref = { policy: policy.ref, direction, rule: rule.index };
      return own === NO_PORTS ? [] : [{ ref, text: `${policy.key} ${ruleText(policy, direction, rule)}`, ports: own }];
    }),
  );
  return { policies, rules };
}

/** Rules of one state that open some of the ports, and that the other state does not have with the same effect. */
function newIn(side: Contributions, other: Contributions, ports: PortSetId, sets: PortSets): RuleRef[] {
  return side.rules
    .filter((rule) => sets.intersect(rule.ports, ports) !== NO_PORTS)
    .filter((rule) => !other.rules.some((same) => same.text === rule.text && same.ports === rule.ports))
    .map(({ ref }) => ref);
}

function isolating(
  direction: Direction,
  policies: readonly CompiledPolicy[],
  state: ChangeCause['state'],
): ChangeCause[] {
  return policies.map(({ ref }) => ({ policy: ref, direction, state }));
}

function rewritten(
  direction: Direction,
  policies: readonly CompiledPolicy[],
  others: readonly CompiledPolicy[],
  state: ChangeCause['state'],
): ChangeCause[] {
  const known = new Set(others.map(({ policy }) => textOf(policy)));
  return isolating(
    direction,
    policies.filter(({ policy }) => !known.has(textOf(policy))),
    state,
  );
}

const texts = new WeakMap<PolicyRule | NetworkPolicy, string>();

function ruleText({ policy }: CompiledPolicy, direction: Direction, { index }: CompiledRule): string {
  return textOf((direction === 'ingress' ? policy.ingress : policy.egress)?.[index] as PolicyRule);
}

function textOf(part: PolicyRule | NetworkPolicy): string {
  let text = texts.get(part);
  if (text === undefined) {
    text = JSON.stringify(part);
    texts.set(part, text);
  }
  return text;
}
