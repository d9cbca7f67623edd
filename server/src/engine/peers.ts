import type { EngineOptions } from '../model/cluster.ts';
import type { Address } from './address.ts';
import { contains } from './addressSet.ts';
import type { ClassRegistry } from './classRegistry.ts';
import { IdSet } from './idSet.ts';
import { matchSelector, type CompiledSelector } from './labelSelector.ts';
import { MAYBE, NO, YES, and, or, type Match } from './match.ts';
import { addressesOf, mayBeAnyone, specText, type PeerSet, type PeerSpec } from './peerSpec.ts';
import type { PodClass } from './podClass.ts';
import { blockHoldsUnaddressed } from './unaddressedPods.ts';

interface GrowingPeerSet extends Omit<PeerSet, 'yes' | 'maybe'> {
  /** How many classes of the registry have been looked at. */
  seen: number;
  /** For ipBlocks: whether they hold pods without a known address. */
  readonly unaddressed: Match;
  /** `IdSet.EMPTY` until there is a member. */
  yes: IdSet;
  maybe: IdSet;
}

interface NamespaceMatches {
  readonly selector: CompiledSelector;
  /** By namespace id; those that do not match are left out. */
  readonly verdicts: Map<number, Match>;
  /** How many namespaces have been looked at. */
  seen: number;
}

/** A peer of more classes than this is not listed at each of them; `peersOf` asks it instead. */
const WIDE = 256;

/**
 * Interns peers by their meaning and keeps for each the set of classes that it matches. A set is computed when it is
 * first used, through the registry's inverted index, and afterwards only looks at classes that are new.
 */
export class Peers {
  readonly #registry: ClassRegistry;
  readonly #options: EngineOptions;
  readonly #peers: GrowingPeerSet[] = [];
  readonly #byText = new Map<string, PeerSet>();
  readonly #namespaces = new Map<string, NamespaceMatches>();
  /** Ids of the narrow peers that mean a class for sure or perhaps, by class id. */
  readonly #holders: number[][] = [];
  readonly #wide: GrowingPeerSet[] = [];
  /** How many peers have been looked at, and with how many classes all of them. */
  #upToDate = 0;
  #seenAll = 0;
  readonly everyone: PeerSet;

  constructor(registry: ClassRegistry, options: EngineOptions) {
    this.#registry = registry;
    this.#options = options;
    this.everyone = this.intern({ kind: 'everyone' });
  }

  get size(): number {
    return this.#peers.length;
  }

  intern(spec: PeerSpec): PeerSet {
    const text = specText(spec);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const peer: GrowingPeerSet = {
      id: this.#peers.length,
      spec,
      others: spec.kind === 'everyone' ? YES : mayBeAnyone(spec) ? MAYBE : NO,
      yes: IdSet.EMPTY,
      maybe: IdSet.EMPTY,
      ...addressesOf(spec),
      unaddressed: spec.kind === 'block' ? blockHoldsUnaddressed(spec.addresses) : NO,
      seen: 0,
    };
    this.#peers.push(peer);
    this.#byText.set(text, peer);
    return peer;
  }

  /** Whether a class is meant. */
  match(peer: PeerSet, classId: number): Match {
    if (peer.others === YES) return YES;
    if ((peer as GrowingPeerSet).seen <= classId) this.update(peer);
    if (peer.yes.has(classId)) return YES;
    return peer.maybe.has(classId) ? MAYBE : peer.others;
  }

  /** Whether an address that is no pod's is meant. */
  matchAddress(peer: PeerSet, address: Address): Match {
    if (peer.others === YES || contains(peer.addresses, address)) return YES;
    return contains(peer.maybeAddresses, address) ? MAYBE : peer.others;
  }

  /** Whether a node of this address is meant, which the options may treat as they treat pods. */
  matchNode(peer: PeerSet, address: Address): Match {
    if (peer.others === YES) return YES;
    const inside = this.matchAddress(peer, address);
    if (this.#options.ipBlockPods === 'always') return inside;
    return this.#options.ipBlockPods === 'never' ? peer.others : and(inside, MAYBE);
  }

  /** The peers that name a class, for sure or perhaps; those whose `others` is not `NO` need not name it. */
  *peersOf(classId: number): Generator<PeerSet> {
    this.updateAll();
    for (const id of this.#holders[classId] ?? []) yield this.#peers[id] as PeerSet;
    for (const peer of this.#wide) if (peer.yes.has(classId) || peer.maybe.has(classId)) yield peer;
  }

  /** Brings all sets up to date, so that the first question after a compilation is as fast as the next. */
  updateAll(): void {
    for (; this.#upToDate < this.#peers.length; this.#upToDate += 1) {
      this.update(this.#peers[this.#upToDate] as PeerSet);
    }
    if (this.#seenAll === this.#registry.classes.length) return;
    for (const peer of this.#peers) this.update(peer);
    this.#seenAll = this.#registry.classes.length;
  }

  /** Brings the sets of classes up to date, for callers that walk them. */
  update(peer: PeerSet): void {
    const growing = peer as GrowingPeerSet;
    const { classes } = this.#registry;
    const first = growing.seen;
    if (first >= classes.length || growing.others === YES) return;
    growing.seen = classes.length;
    const candidates = first === 0 ? this.#candidates(growing) : undefined;
    if (candidates === undefined) {
      for (let id = first; id < classes.length; id += 1) this.#add(growing, classes[id] as PodClass);
    } else {
      for (const id of candidates) this.#add(growing, classes[id] as PodClass);
    }
  }

  #add(peer: GrowingPeerSet, podClass: PodClass): void {
    const match = this.#matchClass(peer, podClass);
    if (match === YES) {
      if (peer.yes === IdSet.EMPTY) peer.yes = new IdSet();
      peer.yes.add(podClass.id);
    } else if (match === MAYBE && peer.others === NO) {
      if (peer.maybe === IdSet.EMPTY) peer.maybe = new IdSet();
      peer.maybe.add(podClass.id);
    } else return;
    const size = peer.yes.size + peer.maybe.size;
    if (size > WIDE + 1) return;
    if (size === WIDE + 1) this.#wide.push(peer);
    else (this.#holders[podClass.id] ??= []).push(peer.id);
  }

  #matchClass({ id, spec, unaddressed }: GrowingPeerSet, podClass: PodClass): Match {
    switch (spec.kind) {
      case 'everyone':
        return YES;
      case 'nobody':
        return NO;
      case 'unknown':
        return MAYBE;
      case 'anyOf':
        return spec.members.reduce<Match>((match, member) => or(match, this.match(member, podClass.id)), NO);
      case 'block': {
        if (this.#options.ipBlockPods === 'never') return NO;
        const inside = podClass.unaddressed ? unaddressed : podClass.blocks.has(id) ? YES : NO;
        return spec.incomplete || this.#options.ipBlockPods === 'unknown' ? and(inside, MAYBE) : inside;
      }
      case 'pods': {
        if (podClass.kind === 'node') return NO;
        if (spec.namespace !== undefined && spec.namespace !== podClass.namespace.name) return NO;
        const inNamespace = spec.namespaces === undefined ? YES : this.#matchNamespace(spec.namespaces, podClass);
        if (inNamespace === NO || spec.pods === undefined) return inNamespace;
        return and(inNamespace, matchSelector(spec.pods, podClass));
      }
    }
  }

  #matchNamespace(selector: CompiledSelector, podClass: PodClass): Match {
    return this.#namespaceMatches(selector).verdicts.get(podClass.namespace.id) ?? NO;
  }

  #namespaceMatches(selector: CompiledSelector): NamespaceMatches {
    let matches = this.#namespaces.get(selector.text);
    if (matches === undefined) {
      matches = { selector, verdicts: new Map(), seen: 0 };
      this.#namespaces.set(selector.text, matches);
    }
    const { namespaces } = this.#registry;
    const first = matches.seen;
    if (first === namespaces.length) return matches;
    matches.seen = namespaces.length;
    const candidates = first === 0 ? this.#candidateNamespaces(selector) : undefined;
    const look = ({ verdicts }: NamespaceMatches, id: number): void => {
      const match = matchSelector(selector, namespaces[id] as PodClass['namespace']);
      if (match !== NO) verdicts.set(id, match);
    };
    if (candidates === undefined) for (let id = first; id < namespaces.length; id += 1) look(matches, id);
    else for (const id of candidates) look(matches, id);
    return matches;
  }

  /** A superset of the ids that a namespace selector matches, through a label that it must have; undefined: all. */
  #candidateNamespaces(selector: CompiledSelector): readonly number[] | undefined {
    const registry = this.#registry;
    const lists = smallestLists(selector, (key, value) => registry.namespacesLabelled(key, value));
    return lists === undefined ? undefined : [...lists.flat(), ...registry.namespacesWithUnknowns];
  }

  /** A superset of the ids that a peer matches, ascending; undefined: all classes have to be looked at. */
  #candidates({ id, spec, unaddressed }: GrowingPeerSet): readonly number[] | undefined {
    const registry = this.#registry;
    if (spec.kind === 'nobody' || spec.kind === 'unknown') return [];
    if (spec.kind === 'anyOf') {
      for (const member of spec.members) this.update(member);
      return ascending(spec.members.flatMap(({ yes, maybe }) => [yes.ids, maybe.ids]));
    }
    if (spec.kind === 'block') {
      if (this.#options.ipBlockPods === 'never') return [];
      const inBlock = registry.classesInBlock(id);
      return unaddressed === NO ? inBlock : ascending([inBlock, registry.unaddressedClasses]);
    }
    if (spec.kind === 'everyone') return undefined;
    const byLabel =
      spec.pods === undefined
        ? undefined
        : smallestLists(spec.pods, (key, value) => registry.classesLabelled(key, value));
    const labelled = byLabel?.reduce((sum, list) => sum + list.length, registry.classesWithUnknowns.length);
    if (spec.namespace !== undefined) {
      const inNamespace = registry.classesIn(spec.namespace);
      if (labelled === undefined || inNamespace.length <= labelled) return inNamespace;
    }
    if (byLabel !== undefined) return ascending([...byLabel, registry.classesWithUnknowns]);
    if (spec.namespaces === undefined || spec.namespaces.requirements.length === 0) return undefined;
    const names = new Set<string>();
    for (const namespaceId of this.#namespaceMatches(spec.namespaces).verdicts.keys()) {
      names.add((registry.namespaces[namespaceId] as PodClass['namespace']).name);
    }
    return ascending([...names].map((name) => registry.classesIn(name)));
  }
}

/** Of the requirements that name values which must be there, the one with the fewest holders. */
function smallestLists(
  selector: CompiledSelector,
  holders: (key: string, value: string) => readonly number[],
): (readonly number[])[] | undefined {
  let best: (readonly number[])[] | undefined;
  let bestSize = Infinity;
  for (const { key, operator, values } of selector.requirements) {
    if (operator !== 'In') continue;
    const lists = [...values].map((value) => holders(key, value));
    const size = lists.reduce((sum, list) => sum + list.length, 0);
    if (size < bestSize) [best, bestSize] = [lists, size];
  }
  return best;
}

/** Joins ascending lists into one, each id once. */
function ascending(lists: readonly (readonly number[])[]): readonly number[] {
  const filled = lists.filter(({ length }) => length > 0);
  if (filled.length <= 1) return filled[0] ?? [];
  // A typed array sorts numbers natively.
  const sorted = Uint32Array.from(filled.flat()).sort();
  return [...sorted].filter((id, at) => at === 0 || id !== sorted[at - 1]);
}
