import { intersect, isEmpty, type AddressSet } from '../engine/addressSet.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import type { PodClass } from '../engine/podClass.ts';
import { NO_PORTS, type PortSetId } from '../engine/portSets.ts';
import type { PortRange } from '../engine/portSpecs.ts';
import { classPieces } from '../engine/workloadExternals.ts';
import type { Direction } from '../model/networkPolicy.ts';
import type { Pod } from '../model/workload.ts';
import type { Intent } from './intentFile.ts';
import type { EndSize, IntentResult } from './intentResult.ts';
import type { IntentWorld } from './intentWorld.ts';
import { Offenders, type Side } from './offenders.ts';
import { rangesTo } from './pairRanges.ts';
import { hasPair, type PodUnit } from './podUnits.ts';
import { resolveEnd, type MeantUnit, type ResolvedEnd } from './resolveEnd.ts';
import { wantedBehind, wantedOnPod, wantedOutside, type WantedPorts } from './wantedPorts.ts';

/**
 * Whether what is meant is so, by classes of pods: what it costs depends on how many kinds of pods there are, not on how
 * many pods. A test that is about nobody fails, and one that something unknown decides is `undecided`.
 */
export function evaluateIntent(world: IntentWorld, intent: Intent): IntentResult {
  return new Evaluation(world, intent).run();
}

/** How many pods the ends of a test mean. */
export function endSize({ units, addresses }: ResolvedEnd): EndSize {
  const pods = new Set<Pod>(units.flatMap(({ unit }) => unit.pods));
  let sum = 0;
  let isUnknown = false;
  for (const { count, countUnknown } of pods) {
    sum += count;
    isUnknown ||= countUnknown === true;
  }
  return { pods: sum, ...(isUnknown ? { podsUnknown: true as const } : {}), addresses: !isEmpty(addresses) };
}

/** Pods of one class at one end that are asked about the same ports. */
interface Slot {
  readonly podClass: PodClass;
  /** Those that are meant for sure. */
  readonly sure: PodUnit[];
  readonly all: PodUnit[];
  readonly wanted: WantedPorts;
}

class Evaluation {
  readonly #world: IntentWorld;
  readonly #cluster: CompiledCluster;
  readonly #intent: Intent;
  readonly #failed: Offenders;
  readonly #undecided: Offenders;
  /** Whether the test is about any traffic at all. */
  #isAboutSome = false;
  #mayBeAboutSome = false;
  readonly #missing = new Set<string>();

  constructor(world: IntentWorld, intent: Intent) {
    this.#world = world;
    this.#cluster = world.universe.cluster;
    this.#intent = intent;
    this.#failed = new Offenders(this.#cluster);
    this.#undecided = new Offenders(this.#cluster);
  }

  run(): IntentResult {
    const from = resolveEnd(this.#world, this.#intent.from);
    const to = resolveEnd(this.#world, this.#intent.to);
    const sources = this.#slots(from.units, () => NOTHING_WANTED);
    const targets = this.#slots(to.units, (meant) => this.#wantedOn(meant));
    const outside = wantedOutside(this.#cluster.facts, this.#intent.ports);
    this.#allPods(sources, targets);
    if (!isEmpty(to.addresses)) {
      for (const source of sources) this.#addresses('egress', { ...source, wanted: outside }, to.addresses);
    }
    if (!isEmpty(from.addresses)) {
      for (const target of targets) this.#addresses('ingress', target, from.addresses);
    }
    return this.#result(from, to);
  }

  #result(from: ResolvedEnd, to: ResolvedEnd): IntentResult {
    const { expect } = this.#intent;
    const sizes = { from: endSize(from), to: endSize(to) };
    const told = (
      outcome: IntentResult['outcome'],
      offenders: Offenders,
      reasons: readonly string[],
    ): IntentResult => ({
      outcome,
      expect,
      ...sizes,
      pairs: offenders.pairs(expect),
      total: offenders.size,
      isMore: offenders.isMore,
      reasons,
    });
    if (this.#failed.size > 0) return told('failed', this.#failed, []);
    const unseen = [...new Set([...from.unknown, ...to.unknown])];
    if (this.#undecided.size > 0 || unseen.length > 0) return told('undecided', this.#undecided, unseen);
    if (!this.#isAboutSome && this.#mayBeAboutSome && this.#missing.size === 0) {
      return told('undecided', this.#undecided, ['labels that are not known decide whether it is about anybody']);
    }
    const missing = [...new Set([...from.missing, ...to.missing])];
    if (this.#isAboutSome && missing.length === 0) return told('passed', this.#failed, []);
    return told('failed', this.#failed, missing.length > 0 ? missing : this.#nobody(from, to));
  }

  /** Why the test is about nobody. */
  #nobody(from: ResolvedEnd, to: ResolvedEnd): readonly string[] {
    const isEmptyEnd = ({ units, addresses }: ResolvedEnd): boolean => units.length === 0 && isEmpty(addresses);
    const reasons = [
      ...(isEmptyEnd(from) ? ['nobody is left of “from”'] : []),
      ...(isEmptyEnd(to) ? ['nobody is left of “to”'] : []),
      ...this.#missing,
    ];
    if (reasons.length > 0) return reasons;
    const hasPods = from.units.length > 0 || to.units.length > 0;
    return [
      hasPods
        ? 'both ends mean one and the same pod, which always reaches itself'
        : 'policies say nothing of traffic between two addresses outside',
    ];
  }

  #slots(units: readonly MeantUnit[], wantedOf: (meant: MeantUnit) => WantedPorts): readonly Slot[] {
    const slots = new Map<string, Slot>();
    for (const meant of units) {
      const { unit, isSure } = meant;
      const wanted = wantedOf(meant);
      const key = `${unit.classId} ${wanted.ports} ${wanted.unknown ?? ''} ${wanted.missing.join()}`;
      let slot = slots.get(key);
      if (slot === undefined) {
        const podClass = this.#cluster.facts.classes.classes[unit.classId] as PodClass;
        slots.set(key, (slot = { podClass, sure: [], all: [], wanted }));
      }
      slot.all.push(unit);
      if (isSure) slot.sure.push(unit);
    }
    return [...slots.values()];
  }

  #wantedOn({ unit, service }: MeantUnit): WantedPorts {
    const pod = unit.pods[0] as Pod;
    const { facts } = this.#cluster;
    const { ports } = this.#intent;
    return service === undefined ? wantedOnPod(facts, ports, pod) : wantedBehind(facts, ports, service, pod);
  }

  /** Most pairs of many are as meant: they are told by two numbers, and nothing is made of them. */
  #allPods(sources: readonly Slot[], targets: readonly Slot[]): void {
    const isAsMeant = this.#asMeant();
    const rangesOf = rangesTo(
      this.#cluster,
      targets.map(({ podClass }) => podClass),
    );
    for (const source of sources) {
      const { certain, possible } = rangesOf(source.podClass);
      for (let at = 0; at < targets.length; at += 1) {
        const target = targets[at] as Slot;
        const range = { certain: certain[at] as PortSetId, possible: possible[at] as PortSetId };
        const { ports, missing, unknown } = target.wanted;
        const isPlain = missing.length === 0 && unknown === undefined && ports !== NO_PORTS;
        if (isPlain && this.#isAboutSome && isAsMeant(range.certain, range.possible, ports)) continue;
        this.#pods(source, target, range);
      }
      // So many that no more are counted: nothing that comes could change what is said.
      if (this.#failed.isMore) return;
    }
  }

  /** Whether a kind of traffic is as meant, whoever it is between. */
  #asMeant(): (certain: PortSetId, possible: PortSetId, wanted: PortSetId) => boolean {
    const { ports } = this.#cluster.facts;
    const isDeny = this.#intent.expect === 'deny';
    const answers = new Map<number, boolean>();
    return (certain, possible, wanted) => {
      // What may pass decides where nothing is to, what passes for certain where everything is to.
      const passes = isDeny ? possible : certain;
      const key = passes * 2 ** 25 + wanted;
      let answer = answers.get(key);
      if (answer === undefined) {
        answer = (isDeny ? ports.intersect(wanted, passes) : ports.subtract(wanted, passes)) === NO_PORTS;
        answers.set(key, answer);
      }
      return answer;
    };
  }

  #pods(source: Slot, target: Slot, range: PortRange): void {
    if (!hasPair(source.all, target.all)) return;
    const isSure = source.sure.length > 0 && target.sure.length > 0 && hasPair(source.sure, target.sure);
    const sides = (of: 'sure' | 'all'): readonly [Side, Side] => [
      { podClass: source.podClass, units: source[of] },
      { podClass: target.podClass, units: target[of] },
    ];
    this.#judge(target.wanted, range, isSure, sides);
  }

  #addresses(direction: Direction, slot: Slot, addresses: AddressSet): void {
    const { ports } = this.#cluster.facts;
    const isSure = slot.sure.length > 0;
    const certain = classPieces(this.#cluster, slot.podClass, direction, 'certain');
    const possible = classPieces(this.#cluster, slot.podClass, direction, 'possible');
    for (const one of certain) {
      const known = intersect(one.addresses, addresses);
      if (isEmpty(known)) continue;
      for (const other of certain === possible ? [one] : possible) {
        const meant = certain === possible ? known : intersect(known, other.addresses);
        if (isEmpty(meant)) continue;
        const range = { certain: ports.intersect(one.ports, other.ports), possible: other.ports };
        const outside = { addresses: meant };
        this.#judge(slot.wanted, range, isSure, (of) => {
          const inside = { podClass: slot.podClass, units: slot[of] };
          return direction === 'egress' ? [inside, outside] : [outside, inside];
        });
      }
    }
  }

  /** One kind of traffic, of which `range` passes. */
  #judge(
    { ports: wanted, missing, unknown }: WantedPorts,
    { certain, possible }: PortRange,
    isSure: boolean,
    sides: (of: 'sure' | 'all') => readonly [Side, Side],
  ): void {
    const { ports } = this.#cluster.facts;
    const isDeny = this.#intent.expect === 'deny';
    const wrong = isDeny ? ports.intersect(wanted, certain) : ports.subtract(wanted, possible);
    const perhaps = isDeny ? ports.intersect(wanted, possible) : ports.subtract(wanted, certain);
    if (isSure && wanted !== NO_PORTS) this.#isAboutSome = true;
    this.#mayBeAboutSome = true;
    if (isSure && wrong !== NO_PORTS) this.#failed.add(...sides('sure'), wrong);
    else if (perhaps !== NO_PORTS) {
      this.#undecided.add(
        ...sides('all'),
        perhaps,
        isSure ? undefined : 'labels that are not known decide who is meant',
      );
    }
    if (unknown !== undefined) this.#undecided.add(...sides('all'), NO_PORTS, unknown);
    const [first] = missing;
    if (first === undefined) return;
    for (const clause of missing) this.#missing.add(clause);
    // What is to be open has to be there; of what is to be closed, others may have it.
    if (isDeny) return;
    if (isSure) this.#failed.add(...sides('sure'), NO_PORTS, first);
    else this.#undecided.add(...sides('all'), NO_PORTS, first);
  }
}

const NOTHING_WANTED: WantedPorts = { ports: NO_PORTS, missing: [] };
