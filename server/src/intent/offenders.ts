import { equalAddresses, intersect, isEmpty, toCidrs, union, type AddressSet } from '../engine/addressSet.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import { someAddress, type Endpoint } from '../engine/endpoint.ts';
import { NO_PORTS, type PortSetId } from '../engine/portSets.ts';
import type { PodClass } from '../engine/podClass.ts';
import { judgeBothWays } from '../engine/query.ts';
import { PUBLIC_ADDRESSES } from '../engine/specialAddresses.ts';
import { reasonsText } from '../engine/unknownReason.ts';
import { shownAddresses } from '../engine/workloadExternals.ts';
import type { Direction, RuleRef } from '../model/networkPolicy.ts';
import type { IntentPair, PairEnd } from './intentResult.ts';
import { endpointOf } from './pairRanges.ts';
import { hasPair, type PodUnit } from './podUnits.ts';

/** Pairs that are told in full. */
const SHOWN = 20;
/** Pairs that are counted. */
const COUNTED = 1000;

/** One side of what is not as meant: pods of one class, or addresses. */
export type Side =
  { readonly podClass: PodClass; readonly units: readonly PodUnit[] } | { readonly addresses: AddressSet };

interface Found {
  readonly from: Endpoint;
  readonly to: Endpoint;
  addresses: AddressSet | undefined;
  ports: PortSetId;
  /** Ports that hold between exactly `from` and `to`. */
  readonly sample: PortSetId;
  readonly why: string | undefined;
}

/** Gathers what is not as meant by pairs of workloads, and says why of the first ones. */
export class Offenders {
  readonly #cluster: CompiledCluster;
  readonly #found = new Map<string, Found>();
  #isMore = false;

  constructor(cluster: CompiledCluster) {
    this.#cluster = cluster;
  }

  get size(): number {
    return this.#found.size;
  }

  get isMore(): boolean {
    return this.#isMore;
  }

  /** @param why a clause, where the policies are not the reason */
  add(from: Side, to: Side, ports: PortSetId, why?: string): void {
    const addresses = 'addresses' in from ? from.addresses : 'addresses' in to ? to.addresses : undefined;
    for (const [sourceId, sources] of workloadsIn(from)) {
      for (const [targetId, targets] of workloadsIn(to)) {
        if (!hasPair(sources, targets)) continue;
        const key = `${sourceId} ${targetId}`;
        const known = this.#found.get(key);
        if (known === undefined && this.#found.size >= COUNTED) {
          this.#isMore = true;
          return;
        }
        if (known === undefined) {
          const ends = { from: sideEnd(from, sources[0]), to: sideEnd(to, targets[0]) };
          this.#found.set(key, { ...ends, addresses, ports, sample: ports, why });
          continue;
        }
        known.ports = this.#cluster.facts.ports.union(known.ports, ports);
        if (addresses !== undefined) known.addresses = union(known.addresses ?? addresses, addresses);
      }
    }
  }

  /** @param expect what was meant, of which this is the contrary */
  pairs(expect: 'allow' | 'deny'): readonly IntentPair[] {
    return [...this.#found.values()].slice(0, SHOWN).map((found) => this.#told(found, expect));
  }

  #told({ from, to, addresses, ports, sample, why }: Found, expect: 'allow' | 'deny'): IntentPair {
    const connections = this.#cluster.facts.ports.connections(ports);
    const [first] = this.#cluster.facts.ports.connections(sample);
    const ends = { from: nameOf(from, addresses), to: nameOf(to, addresses), ports: connections };
    const port = first?.ranges[0]?.from;
    if (sample === NO_PORTS || first === undefined || port === undefined) {
      return { ...ends, by: [], open: [], ...(why === undefined ? {} : { why }) };
    }
    const service = { protocol: first.protocol, port };
    const judged: readonly (readonly [Direction, ReturnType<typeof judgeBothWays>])[] = [
      ['egress', judgeBothWays(this.#cluster, 'egress', from, to, service)],
      ['ingress', judgeBothWays(this.#cluster, 'ingress', to, from, service)],
    ];
    const targetOf = { egress: from, ingress: to };
    const wanted = expect === 'deny' ? 'allow' : 'deny';
    const by: RuleRef[] = judged.flatMap(([, { verdict, by: refs }]) => (verdict === wanted ? refs : []));
    const open = judged.flatMap(([direction, { verdict, by: refs }]) =>
      expect === 'deny' && verdict === 'allow' && refs.length === 0 && targetOf[direction].kind === 'pods'
        ? [direction]
        : [],
    );
    const reasons = judged.flatMap(([, each]) => (each.verdict === 'unknown' ? each.why : []));
    const clause = why ?? (reasons.length === 0 ? undefined : reasonsText(reasons));
    return { ...ends, by, open, ...(clause === undefined ? {} : { why: clause }) };
  }
}

const byWorkload = new WeakMap<readonly PodUnit[], ReadonlyMap<string, readonly PodUnit[]>>();
const OUTSIDE: ReadonlyMap<string, readonly PodUnit[]> = new Map([['', []]]);

function workloadsIn(side: Side): ReadonlyMap<string, readonly PodUnit[]> {
  if ('addresses' in side) return OUTSIDE;
  let workloads = byWorkload.get(side.units);
  if (workloads === undefined) {
    workloads = Map.groupBy(side.units, ({ workload }) => workload.id);
    byWorkload.set(side.units, workloads);
  }
  return workloads;
}

function sideEnd(side: Side, unit: PodUnit | undefined): Endpoint {
  if ('addresses' in side) return someAddress(side.addresses);
  const end = endpointOf(side.podClass, unit?.workload.id);
  const unknownWhy = unit?.pods.find((pod) => pod.unknownWhy !== undefined)?.unknownWhy;
  return unknownWhy === undefined || end.kind !== 'pods' ? end : { ...end, unknownWhy };
}

function nameOf(end: Endpoint, addresses: AddressSet | undefined): PairEnd {
  if (end.kind === 'pods') return end.name;
  if (addresses === undefined || isEmpty(addresses)) return { cidrs: [end.name] };
  const whole = wholeOf(addresses);
  return { cidrs: toCidrs(addresses), ...(whole === undefined ? {} : { whole }) };
}

function wholeOf(addresses: AddressSet): 'the internet' | 'every address outside' | undefined {
  const shown = shownAddresses(addresses.ipv6.length > 0);
  if (equalAddresses(addresses, intersect(PUBLIC_ADDRESSES, shown))) return 'the internet';
  return equalAddresses(addresses, shown) ? 'every address outside' : undefined;
}
