import { intersect, isEmpty, toCidrs, ALL_ADDRESSES, ALL_IPV4 } from '../../engine/addressSet.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { decidingRow } from '../../engine/compiledCluster.ts';
import { directionOf, type CompiledRule } from '../../engine/compilePolicy.ts';
import { matchEndpoint, type Endpoint } from '../../engine/endpoint.ts';
import { clusterHasIpv6 } from '../../engine/ipv6.ts';
import { NO } from '../../engine/match.ts';
import { pairPorts } from '../../engine/pairPorts.ts';
import type { PodClass } from '../../engine/podClass.ts';
import type { PortRange } from '../../engine/portSpecs.ts';
import { NO_PORTS, type PortSetId } from '../../engine/portSets.ts';
import { PUBLIC_ADDRESSES } from '../../engine/specialAddresses.ts';
import { withEdit } from '../../engine/withEdit.ts';
import { classPieces } from '../../engine/workloadExternals.ts';
import { workloadsOfClasses } from '../../engine/workloadsOfClasses.ts';
import type { Direction, RuleRef } from '../../model/networkPolicy.ts';
import type { Connections } from '../../model/verdict.ts';
import { workloadId, type Pod } from '../../model/workload.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { endPods } from './endPeers.ts';
import { endName, type PathEnd } from './pathEnd.ts';
import { policyPlace, type PolicyPlace } from './policyPlaces.ts';

/** Whom some pods let in and whom they reach, beyond the pods that a person thinks of. */
export interface Exposure {
  /** By a name that `parseEnd` reads back. */
  readonly of: string;
  readonly pods: number;
  readonly ingress: DirectionExposure;
  readonly egress: DirectionExposure;
}

export interface DirectionExposure {
  /** Nothing isolates some of the pods in this direction. */
  readonly open: boolean;
  /** Public addresses, cut where policies tell them apart; those on which nothing passes are left out. */
  readonly internet: readonly InternetExposure[];
  readonly pods: PodExposure;
  /** Pods that do not exist yet, with labels that nobody carries. */
  readonly newPods: readonly NewPodExposure[];
  /** Rules for pods that nobody is today: whoever comes with their labels is let through. */
  readonly dormant: readonly ExposedBy[];
}

export interface InternetExposure {
  readonly cidrs: readonly string[];
  readonly ports: ExposedPorts;
  readonly by: readonly ExposedBy[];
}

export interface PodExposure {
  /** All other pods of the cluster. */
  readonly total: number;
  /** How many of them pass for sure on some port, and how many may. */
  readonly certain: number;
  readonly possible: number;
  /** The ports on which every other pod passes. */
  readonly all: Connections;
  /** Pods with the same ports, the most first. At most some. */
  readonly groups: readonly {
    readonly workloads: readonly string[];
    readonly workloadCount: number;
    readonly pods: number;
    readonly ports: ExposedPorts;
  }[];
}

/** New pods of the namespaces that have the same ports. */
export interface NewPodExposure {
  /** Where the pod would be: in the pods' own namespace, in another one that there is, or in one that there is not. */
  readonly where: 'own' | 'other' | 'new';
  /** Which other ones, at most some, and how many there are; empty for the own one and a new one. */
  readonly namespaces: readonly string[];
  readonly namespaceCount: number;
  readonly ports: ExposedPorts;
  readonly by: readonly ExposedBy[];
}

/** What certainly passes; `possible` where more may. */
export interface ExposedPorts {
  readonly certain: Connections;
  readonly possible?: Connections;
}

export interface ExposedBy {
  readonly ref: RuleRef;
  readonly place?: PolicyPlace;
}

const MOST_GROUPS = 20;
const MOST_NAMES = 10;
const MOST_RULES = 20;
/** A new pod is tried in so many namespaces. */
const MOST_NAMESPACES = 1_000;
/** Neither can be in a cluster: names are lower case there. */
const NEW_NAMESPACE = 'A namespace that is not there';
const NEW_WORKLOAD = 'A pod that is not there';

/** Undefined for ends that are no pods, or none that are there. */
export function exposureOf(snapshot: WorkspaceSnapshot, end: PathEnd): Exposure | undefined {
  const own = endPods(snapshot, end);
  if (own === undefined) return undefined;
  const { cluster } = snapshot.universe;
  const classes = classesOf(cluster, own.pods);
  if (classes.length === 0) return undefined;
  const pods = own.pods.reduce((sum, { count }) => sum + count, 0);
  const direction = (of: Direction): DirectionExposure =>
    new ExposureReader(snapshot, of, own.namespace, own.pods, classes).read();
  return { of: endName(end), pods, ingress: direction('ingress'), egress: direction('egress') };
}

function classesOf(cluster: CompiledCluster, pods: readonly Pod[]): readonly PodClass[] {
  const ids = new Set(pods.flatMap((pod) => cluster.pods.find(pod)?.classId ?? []));
  return [...ids].map((id) => cluster.facts.classes.classes[id] as PodClass);
}

class ExposureReader {
  readonly #snapshot: WorkspaceSnapshot;
  readonly #cluster: CompiledCluster;
  readonly #direction: Direction;
  readonly #namespace: string;
  readonly #pods: readonly Pod[];
  readonly #classes: readonly PodClass[];

  constructor(
    snapshot: WorkspaceSnapshot,
    direction: Direction,
    namespace: string,
    pods: readonly Pod[],
    classes: readonly PodClass[],
  ) {
    this.#snapshot = snapshot;
    this.#cluster = snapshot.universe.cluster;
    this.#direction = direction;
    this.#namespace = namespace;
    this.#pods = pods;
    this.#classes = classes;
  }

  read(): DirectionExposure {
    const isOpen = this.#classes.some(({ id }) => {
      const state = this.#cluster.classes.get(id);
      return state === undefined || decidingRow(this.#cluster, state, this.#direction).kind === 'open';
    });
    return {
      open: isOpen,
      internet: this.#internet(),
      pods: this.#podExposure(),
      newPods: this.#newPods(),
      dormant: this.#rules(this.#cluster, (rule) => this.#meansNobodyYet(rule)),
    };
  }

  #internet(): readonly InternetExposure[] {
    const { ports } = this.#cluster.facts;
    const shown = intersect(PUBLIC_ADDRESSES, clusterHasIpv6(this.#cluster) ? ALL_ADDRESSES : ALL_IPV4);
    const found = new Map<string, InternetExposure>();
    for (const podClass of this.#classes) {
      for (const possible of classPieces(this.#cluster, podClass, this.#direction, 'possible')) {
        if (possible.ports === NO_PORTS) continue;
        for (const certain of classPieces(this.#cluster, podClass, this.#direction, 'certain')) {
          const addresses = intersect(intersect(possible.addresses, certain.addresses), shown);
          if (isEmpty(addresses)) continue;
          const range = { certain: certain.ports, possible: ports.union(certain.ports, possible.ports) };
          const cidrs = toCidrs(intersect(intersect(possible.addresses, certain.addresses), ALL_IPV4)).slice(0, 50);
          const key = `${cidrs.join()} ${range.certain} ${range.possible}`;
          const by = this.#rules(this.#cluster, ({ anyPeer }) =>
            [anyPeer.addresses, anyPeer.maybeAddresses].some((set) => !isEmpty(intersect(set, addresses))),
          );
          if (!found.has(key)) found.set(key, { cidrs, ports: this.#told(range), by });
        }
      }
    }
    return [...found.values()];
  }

  #podExposure(): PodExposure {
    const { ports } = this.#cluster.facts;
    const own = new Map<number, number>();
    for (const pod of this.#pods) {
      const id = this.#cluster.pods.find(pod)?.classId;
      if (id !== undefined) own.set(id, (own.get(id) ?? 0) + pod.count);
    }
    const groups = new Map<string, { range: PortRange; classes: number[]; pods: number }>();
    let [total, certain, possible] = [0, 0, 0];
    let all: PortSetId | undefined;
    for (const [id, { podClass, pods: count }] of this.#cluster.classes.entries()) {
      const others = count - (own.get(id) ?? 0);
      if (others <= 0) continue;
      total += others;
      const range = this.#union(this.#cluster, { kind: 'pods', podClass, name: '' });
      all = all === undefined ? range.certain : ports.intersect(all, range.certain);
      if (range.certain !== NO_PORTS) certain += others;
      else if (range.possible !== NO_PORTS) possible += others;
      if (range.possible === NO_PORTS) continue;
      const key = `${range.certain} ${range.possible}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { range, classes: [id], pods: others });
      else {
        group.classes.push(id);
        group.pods += others;
      }
    }
    const mine = new Set(this.#pods.map(({ workload }) => workloadId(workload)));
    const listed = [...groups.values()].sort((a, b) => b.pods - a.pods).slice(0, MOST_GROUPS);
    return {
      total,
      certain,
      possible,
      all: ports.connections(all ?? NO_PORTS),
      groups: listed.map(({ range, classes, pods }) => {
        const workloads = workloadsOfClasses(this.#cluster, classes).filter(({ id }) => !mine.has(id));
        return {
          workloads: workloads.slice(0, MOST_NAMES).map(({ id }) => id),
          workloadCount: workloads.length,
          pods,
          ports: this.#told(range),
        };
      }),
    };
  }

  /** Pods are put into a copy of the universe, one into each namespace, so that policies isolate them as any other. */
  #newPods(): readonly NewPodExposure[] {
    const known = [...this.#snapshot.universe.parts.contents.keys()].slice(0, MOST_NAMESPACES);
    const names = new Set([this.#namespace, ...known, NEW_NAMESPACE]);
    const pods = [...names].map((namespace): Pod => ({
      workload: { namespace, name: NEW_WORKLOAD, kind: 'Pod' },
      labels: {},
      ports: [],
      ips: [],
      hostNetwork: false,
      count: 1,
    }));
    const after = withEdit(this.#cluster, { pods: { put: pods } });
    const groups = new Map<
      string,
      { where: NewPodExposure['where']; range: PortRange; peer: Endpoint; names: string[] }
    >();
    for (const pod of pods) {
      const found = after.pods.find(pod);
      const podClass = found === undefined ? undefined : after.facts.classes.classes[found.classId];
      if (podClass === undefined) continue;
      const { namespace } = pod.workload;
      const where = namespace === this.#namespace ? 'own' : namespace === NEW_NAMESPACE ? 'new' : 'other';
      const peer: Endpoint = { kind: 'pods', podClass, pod, name: NEW_WORKLOAD };
      const range = this.#union(after, peer);
      const key = `${where} ${range.certain} ${range.possible}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { where, range, peer, names: [namespace] });
      else group.names.push(namespace);
    }
    return [...groups.values()].map(({ where, range, peer, names: same }) => ({
      where,
      namespaces: where === 'other' ? same.slice(0, MOST_NAMES) : [],
      namespaceCount: where === 'other' ? same.length : 0,
      ports: tellPorts(after, range),
      by: this.#rules(after, ({ anyPeer }) => matchEndpoint(after.facts, anyPeer, peer) !== NO),
    }));
  }

  /** What passes between any of the pods and a peer. */
  #union(cluster: CompiledCluster, peer: Endpoint): PortRange {
    const { ports } = cluster.facts;
    let [certain, possible] = [NO_PORTS, NO_PORTS];
    for (const podClass of this.#classes) {
      const own: Endpoint = { kind: 'pods', podClass, name: '' };
      const [from, to] = this.#direction === 'ingress' ? [peer, own] : [own, peer];
      const range = pairPorts(cluster, from, to);
      certain = ports.union(certain, range.certain);
      possible = ports.union(possible, range.possible);
    }
    return { certain, possible };
  }

  #meansNobodyYet({ anyPeer, peers }: CompiledRule): boolean {
    if (peers.length === 0 || peers.some(({ spec }) => spec.kind !== 'pods')) return false;
    const { facts, classes } = this.#cluster;
    facts.peers.update(anyPeer);
    const isThere = (id: number): boolean => classes.get(id) !== undefined;
    return anyPeer.others === NO && !anyPeer.yes.ids.some(isThere) && !anyPeer.maybe.ids.some(isThere);
  }

  /** The rules of the policies that isolate the pods for which something holds, each once. */
  #rules(cluster: CompiledCluster, holds: (rule: CompiledRule) => boolean): readonly ExposedBy[] {
    const found = new Map<string, ExposedBy>();
    for (const { id } of this.#classes) {
      const state = cluster.classes.get(id);
      if (state === undefined) continue;
      const { certain, possible } = state[this.#direction];
      for (const policy of [...certain, ...possible]) {
        for (const rule of directionOf(policy, this.#direction).rules) {
          const key = `${policy.key} ${rule.index}`;
          if (found.size >= MOST_RULES || found.has(key) || !holds(rule)) continue;
          const ref = { policy: policy.ref, direction: this.#direction, rule: rule.index };
          const place = policyPlace(this.#snapshot, ref);
          found.set(key, { ref, ...(place === undefined ? {} : { place }) });
        }
      }
    }
    return [...found.values()];
  }

  #told(range: PortRange): ExposedPorts {
    return tellPorts(this.#cluster, range);
  }
}

function tellPorts({ facts }: CompiledCluster, { certain, possible }: PortRange): ExposedPorts {
  const ports = facts.ports.connections(certain);
  return certain === possible ? { certain: ports } : { certain: ports, possible: facts.ports.connections(possible) };
}
