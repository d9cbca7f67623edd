import { parseAddress, formatAddress } from '../engine/address.ts';
import {
  blockAddresses,
  isEmpty,
  NO_ADDRESSES,
  subtract,
  unionAll,
  intersect,
  type AddressSet,
} from '../engine/addressSet.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import { clusterHasIpv6 } from '../engine/ipv6.ts';
import { compileSelector, labelFacts, matchSelector, type LabelFacts } from '../engine/labelSelector.ts';
import { MAYBE, NO, YES, and, or, type Match } from '../engine/match.ts';
import { namespaceFacts } from '../engine/namespaceFacts.ts';
import type { WorkloadPods } from '../engine/podTable.ts';
import { PUBLIC_ADDRESSES } from '../engine/specialAddresses.ts';
import { shownAddresses } from '../engine/workloadExternals.ts';
import type { Labels, LabelSelector } from '../model/labels.ts';
import type { Pod, Service } from '../model/workload.ts';
import type { EndPart, IntentEnd, Who } from './intentFile.ts';
import { whoText } from './endText.ts';
import type { IntentWorld } from './intentWorld.ts';
import { unitsWithout, workloadsByNamespace, type PodUnit } from './podUnits.ts';

/** Whom an end means in one state of everything. */
export interface ResolvedEnd {
  /** A pod may be among several: several parts of the end mean it. */
  readonly units: readonly MeantUnit[];
  readonly addresses: AddressSet;
  /** Clauses that say why it may mean pods that are not among `units`. */
  readonly unknown: readonly string[];
  /** Clauses: what of it means nobody. A name that was mistyped is not to be passed over. */
  readonly missing: readonly string[];
}

export interface MeantUnit {
  readonly unit: PodUnit;
  /** Labels that are not known decide whether the pods are meant. */
  readonly isSure: boolean;
  /** The Service by which they are meant. */
  readonly service?: Service;
}

const known = new WeakMap<IntentWorld, Map<IntentEnd, ResolvedEnd>>();

export function resolveEnd(world: IntentWorld, end: IntentEnd): ResolvedEnd {
  let ends = known.get(world);
  if (ends === undefined) known.set(world, (ends = new Map()));
  let resolved = ends.get(end);
  if (resolved === undefined) ends.set(end, (resolved = resolve(world, end)));
  return resolved;
}

function resolve(world: IntentWorld, { parts }: IntentEnd): ResolvedEnd {
  const resolved = parts.map((part) => resolvePart(world, part));
  return {
    units: resolved.flatMap(({ units }) => units),
    addresses: unionAll(resolved.map(({ addresses }) => addresses)),
    unknown: [...new Set(resolved.flatMap(({ unknown }) => unknown))],
    missing: [...new Set(resolved.flatMap(({ missing }) => missing))],
  };
}

function resolvePart(world: IntentWorld, { who, except }: EndPart): ResolvedEnd {
  const { cluster } = world.universe;
  const meant = who.map((one) => meaning(world, one));
  const left = except.map((one) => meaning(world, one));
  const apart = new Set([...meant, ...left].flatMap(({ pods = [] }) => pods));
  const facts = namespaceFacts(cluster);
  const service = meant.find((each) => each.service !== undefined)?.service;
  const units: MeantUnit[] = [];
  const found = new Map<Meaning, Match>();
  for (const workload of candidates(cluster, meant)) {
    const namespace = facts.get(workload.ref.namespace) as LabelFacts;
    for (const unit of unitsWithout(workload, apart)) {
      const isMeant = anyOf(meant, unit, namespace, found);
      const match = isMeant === NO ? NO : and(isMeant, not(anyOf(left, unit, namespace)));
      if (match !== NO) units.push({ unit, isSure: match === YES, ...(service === undefined ? {} : { service }) });
    }
  }
  return {
    units,
    addresses: subtract(addressesOf(meant), addressesOf(left)),
    unknown: [...unseenOf(world, meant, left), ...meant.flatMap((one) => unknownOf(one, found.get(one)))],
    missing: meant.flatMap((one) => missingOf(one, found.has(one))),
  };
}

/** What one part of an end means, ready to be matched. */
interface Meaning {
  /** The only namespaces with pods that are meant; absent: any. */
  readonly namespaces?: ReadonlySet<string>;
  readonly isNamespace?: (name: string) => boolean;
  readonly match: (unit: PodUnit, namespace: LabelFacts) => Match;
  readonly addresses: AddressSet;
  /** Single pods that are meant by name or address: they have to be told apart. */
  readonly pods?: readonly Pod[];
  readonly service?: Service;
  /** Whether pods of a namespace that are not known may be meant. */
  readonly mayMeanIn: (namespace: string) => boolean;
  /** All pods of a namespace are meant, known or not. */
  readonly meansAllIn?: (namespace: string) => boolean;
  /** How it is written, for who cannot be found. */
  readonly text: string;
  /** A clause: why it means nobody, where there is more to say than that. */
  readonly missing?: string;
  /** `missing` holds although somebody is found. */
  readonly isPartMissing?: boolean;
  /** A clause: why it is not known whom it means. */
  readonly unknown?: string;
}

const nobody = { match: (): Match => NO, addresses: NO_ADDRESSES, mayMeanIn: () => false };

function meaning(world: IntentWorld, who: Who): Meaning {
  return { ...whoMeaning(world, who), text: whoText(who) };
}

function whoMeaning(world: IntentWorld, who: Who): Omit<Meaning, 'text'> {
  const { cluster } = world.universe;
  switch (who.kind) {
    case 'named':
      return namedMeaning(cluster, who);
    case 'pods':
      return podsMeaning(cluster, who);
    case 'service':
      return serviceMeaning(world, who);
    case 'address':
      return addressMeaning(cluster, who.address);
    case 'cidr':
      return { ...nobody, namespaces: NONE, addresses: blockAddresses({ cidr: who.cidr, except: [] }) };
    case 'internet':
      return { ...nobody, namespaces: NONE, addresses: intersect(PUBLIC_ADDRESSES, addressesShown(cluster)) };
    case 'anywhere':
      return { match: () => YES, addresses: addressesShown(cluster), mayMeanIn: () => true, meansAllIn: () => true };
    case 'outside': {
      const inside = new Set(who.namespaces);
      const isOutside = (namespace: string): boolean => !inside.has(namespace);
      return {
        isNamespace: isOutside,
        match: () => YES,
        addresses: addressesShown(cluster),
        mayMeanIn: isOutside,
        meansAllIn: isOutside,
      };
    }
  }
}

const NONE: ReadonlySet<string> = new Set();

function namedMeaning(cluster: CompiledCluster, who: Who & { readonly kind: 'named' }): Omit<Meaning, 'text'> {
  const { namespace, name, workloadKind } = who;
  const inside = { ...nobody, namespaces: new Set([namespace]) };
  const workloads = workloadsByNamespace(cluster.pods).get(namespace) ?? [];
  const pod =
    workloadKind === undefined ? workloads.flatMap(({ pods }) => pods).find((one) => one.name === name) : undefined;
  if (pod !== undefined) return { ...inside, pods: [pod], match: (unit) => (unit.pods[0] === pod ? YES : NO) };
  const found = workloads.filter(
    ({ ref, pods }) =>
      ref.name === name && pods.length > 0 && (workloadKind === undefined || ref.kind === workloadKind),
  );
  const [only] = found;
  const shown = `${namespace}/${name}${workloadKind === undefined ? '' : `[${workloadKind}]`}`;
  if (found.length > 1) {
    const missing = `${shown} could be ${found.map(({ id }) => id).join(' or ')}: add the kind`;
    return { ...inside, missing };
  }
  if (only !== undefined) return { ...inside, match: ({ workload }) => (workload === only ? YES : NO) };
  return {
    ...inside,
    mayMeanIn: (unseen) => unseen === namespace,
    missing: `no pod or workload is called ${shown}`,
  };
}

function podsMeaning(cluster: CompiledCluster, who: Who & { readonly kind: 'pods' }): Omit<Meaning, 'text'> {
  const { namespaces, labels, namespaceLabels } = who;
  const matchLabels = labels === undefined ? undefined : selectorOf(labels);
  const ofNamespace = namespaceLabels === undefined ? undefined : compileSelector(namespaceLabels);
  const facts = namespaceFacts(cluster);
  const byNamespace = workloadsByNamespace(cluster.pods);
  const empty = namespaces?.filter((name) => !byNamespace.has(name)) ?? [];
  const inNamespace = (name: string): Match => {
    if (namespaces?.includes(name) === false) return NO;
    if (ofNamespace === undefined) return YES;
    const known = facts.get(name);
    return known === undefined ? MAYBE : matchSelector(ofNamespace, known);
  };
  return {
    ...(namespaces === undefined ? {} : { namespaces: new Set(namespaces) }),
    ...(empty.length === 0
      ? {}
      : { missing: `no pod is known in namespace ${empty.join(' and ')}`, isPartMissing: true }),
    isNamespace: (name) => inNamespace(name) !== NO,
    match: ({ pods: [pod] }, namespace) => {
      const match = ofNamespace === undefined ? YES : matchSelector(ofNamespace, namespace);
      return match === NO || matchLabels === undefined || pod === undefined ? match : and(match, matchLabels(pod));
    },
    addresses: NO_ADDRESSES,
    mayMeanIn: (name) => inNamespace(name) !== NO,
    meansAllIn: (name) => labels === undefined && inNamespace(name) === YES,
  };
}

function serviceMeaning(
  { universe, unreadServices }: IntentWorld,
  who: Who & { readonly kind: 'service' },
): Omit<Meaning, 'text'> {
  const { namespace, name } = who;
  const inside = { ...nobody, namespaces: new Set([namespace]) };
  const shown = `Service ${namespace}/${name}`;
  const service = universe.parts.contents.get(namespace)?.services.find((one) => one.name === name);
  if (service === undefined) {
    const unread = unreadServices.find((each) => each.namespace === '*' || each.namespace === namespace);
    if (unread !== undefined) return { ...inside, unknown: `${shown} is not known: ${unread.why}` };
    return { ...inside, missing: `no Service is called ${namespace}/${name}` };
  }
  const { selector: matchLabels = {} } = service;
  if (Object.keys(matchLabels).length === 0) {
    return { ...inside, unknown: `${shown} has no selector, and what else stands behind it is not evaluated` };
  }
  const match = selectorOf({ matchLabels, matchExpressions: [] });
  return {
    ...inside,
    service,
    match: ({ pods: [pod] }) => (pod === undefined ? NO : match(pod)),
    mayMeanIn: (unseen) => unseen === namespace,
  };
}

function addressMeaning(cluster: CompiledCluster, text: string): Omit<Meaning, 'text'> {
  const address = parseAddress(text);
  if (address === undefined) return { ...nobody, namespaces: NONE, missing: `${text} is no address` };
  const written = formatAddress(address);
  const own = blockAddresses({ cidr: `${written}/${address.family === 4 ? 32 : 128}`, except: [] });
  const pods = cluster.pods.podsAt(written);
  if (pods.length === 0) return { ...nobody, namespaces: NONE, addresses: own };
  return {
    ...nobody,
    namespaces: new Set(pods.map(({ workload }) => workload.namespace)),
    pods,
    match: ({ pods: [pod] }) => (pod !== undefined && pods.includes(pod) ? YES : NO),
    // Pods that share an address share their node's: it may stand for the node, too.
    addresses: pods.length > 1 ? own : NO_ADDRESSES,
  };
}

/** Equal labels are one object: each is looked at once. */
function selectorOf(selector: LabelSelector): (pod: Pod) => Match {
  const compiled = compileSelector(selector);
  const seen = new Map<Labels, Match>();
  return ({ labels, unknownLabels }) => {
    if (unknownLabels !== undefined) return matchSelector(compiled, labelFacts(labels, unknownLabels));
    let match = seen.get(labels);
    if (match === undefined) seen.set(labels, (match = matchSelector(compiled, labelFacts(labels, undefined))));
    return match;
  };
}

/** The workloads of which any pod may be meant. */
function* candidates(cluster: CompiledCluster, meant: readonly Meaning[]): Generator<WorkloadPods> {
  const byNamespace = workloadsByNamespace(cluster.pods);
  const everywhere = meant.some(({ namespaces }) => namespaces === undefined);
  const names = everywhere ? byNamespace.keys() : new Set(meant.flatMap(({ namespaces = [] }) => [...namespaces]));
  for (const name of names) {
    const isAny = meant.some((each) => each.namespaces?.has(name) !== false && each.isNamespace?.(name) !== false);
    if (isAny) yield* byNamespace.get(name) ?? [];
  }
}

/** @param found gets, of each, how sure it is that it means any pod */
function anyOf(meant: readonly Meaning[], unit: PodUnit, namespace: LabelFacts, found?: Map<Meaning, Match>): Match {
  let match: Match = NO;
  const { namespace: name } = unit.workload.ref;
  for (const each of meant) {
    if (each.namespaces?.has(name) === false || each.isNamespace?.(name) === false) continue;
    const own = each.match(unit, namespace);
    if (own !== NO) found?.set(each, or(own, found.get(each) ?? NO));
    match = or(match, own);
  }
  return match;
}

function unknownOf({ unknown, text, addresses }: Meaning, found: Match | undefined): readonly string[] {
  if (unknown !== undefined) return [unknown];
  return found === MAYBE && isEmpty(addresses)
    ? [`labels that are not known decide whether any pod matches ${text}`]
    : [];
}

function missingOf(meaning: Meaning, isFound: boolean): readonly string[] {
  const { addresses, unknown, missing, text, isPartMissing = false } = meaning;
  if ((isFound && !isPartMissing) || unknown !== undefined || !isEmpty(addresses)) return [];
  return [missing ?? `no pod matches ${text}`];
}

function not(match: Match): Match {
  return match === MAYBE ? MAYBE : match === YES ? NO : YES;
}

function addressesOf(meant: readonly Meaning[]): AddressSet {
  return meant.length === 0 ? NO_ADDRESSES : unionAll(meant.map(({ addresses }) => addresses));
}

function unseenOf({ unseen }: IntentWorld, meant: readonly Meaning[], left: readonly Meaning[]): readonly string[] {
  return unseen.flatMap(({ namespace, why }) => {
    if (namespace === '*') return meant.some(meansUnknown) ? [why] : [];
    if (left.some(({ meansAllIn }) => meansAllIn?.(namespace) === true)) return [];
    return meant.some(({ mayMeanIn }) => mayMeanIn(namespace)) ? [`${why} (namespace ${namespace})`] : [];
  });
}

/** Whether pods may be meant of which nothing is known, not even the namespace. */
function meansUnknown({ namespaces, mayMeanIn }: Meaning): boolean {
  return namespaces === undefined || [...namespaces].some((name) => mayMeanIn(name));
}

function addressesShown(cluster: CompiledCluster): AddressSet {
  return shownAddresses(clusterHasIpv6(cluster));
}
