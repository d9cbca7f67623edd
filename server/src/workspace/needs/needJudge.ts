import { rulesMayMeanDns, rulesMeanResolvers } from '../../analysis/dnsAccess.ts';
import { ALL_IPV4, intersect, isEmpty } from '../../engine/addressSet.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { resolveEnd, type Endpoint } from '../../engine/endpoint.ts';
import { isolationOfClass } from '../../engine/isolation.ts';
import { compileSelector, labelFacts, matchSelector } from '../../engine/labelSelector.ts';
import { YES } from '../../engine/match.ts';
import { pairPorts } from '../../engine/pairPorts.ts';
import type { PodClass } from '../../engine/podClass.ts';
import type { WorkloadPods } from '../../engine/podTable.ts';
import type { PortRange } from '../../engine/portSpecs.ts';
import { classPieces } from '../../engine/workloadExternals.ts';
import { policyKey } from '../../engine/compilePolicy.ts';
import type { Direction, PolicyRule, Protocol } from '../../model/networkPolicy.ts';
import type { Pod } from '../../model/workload.ts';
import { ALLOWED, DENIED, merged, OUTSIDE, UNDECIDED, type Outcome, type Passing } from './outcome.ts';
import type { Need, NeedPort, NeedSource, NeedTarget, PodsTarget } from './need.ts';

/** What one state of a cluster lets through of needs. Pods with the same policies are asked once. */
export class NeedJudge {
  readonly cluster: CompiledCluster;
  readonly #classes = new Map<WorkloadPods, readonly PodClass[]>();
  readonly #pairs = new Map<number, PortRange>();
  readonly #members = new Map<PodsTarget, readonly TargetMember[]>();
  readonly #ofClass = new Map<NeedTarget, Map<PodClass, readonly Omit<Outcome, 'from'>[]>>();

  constructor(cluster: CompiledCluster) {
    this.cluster = cluster;
  }

  /** By target of the need; a target of which nothing exists has no outcome. */
  outcomes({ from, to }: Pick<Need, 'from' | 'to'>): readonly (readonly Outcome[])[] {
    return to.map((target) => this.#outcomesOf(from, target));
  }

  #outcomesOf(from: NeedSource, target: NeedTarget): readonly Outcome[] {
    if (from.kind !== 'workload') {
      return target.kind === 'pods' ? this.#fromUnknown(from, target) : [];
    }
    const workload = this.cluster.pods.workloads.get(from.id);
    if (workload === undefined) return [];
    const classes = this.#classesOf(workload);
    const found = classes.map((podClass) => this.#fromClass(podClass, target));
    const all = found.flat().map((outcome): Outcome => ({ ...outcome, from: from.id }));
    const own = isSinglePod(workload) ? all.filter(({ to }) => to !== from.id) : all;
    return classes.length === 1 ? own : merged(own);
  }

  /** The same for all workloads whose pods are of one class. */
  #fromClass(podClass: PodClass, target: NeedTarget): readonly Omit<Outcome, 'from'>[] {
    let known = this.#ofClass.get(target);
    if (known === undefined) this.#ofClass.set(target, (known = new Map()));
    let found = known.get(podClass);
    if (found === undefined) known.set(podClass, (found = this.#judgeClass(podClass, target)));
    return found;
  }

  #judgeClass(podClass: PodClass, target: NeedTarget): readonly Omit<Outcome, 'from'>[] {
    switch (target.kind) {
      case 'pods':
        return this.#toPods(podClass, target);
      case 'addresses':
        return target.ports.flatMap(({ protocol, port }) =>
          typeof port === 'number' ? [this.#toAddresses(podClass, target.addresses, protocol, port)] : [],
        );
      case 'someAddress':
        return target.ports.flatMap(({ protocol, port }) =>
          typeof port === 'number' ? [this.#someAddress(podClass, 'egress', protocol, port)] : [],
        );
      case 'unseenDns':
        return [this.#unseenDns(podClass)];
    }
  }

  #toPods(podClass: PodClass, target: PodsTarget): readonly Omit<Outcome, 'from'>[] {
    const source = endpoint(podClass);
    const outcomes = this.#membersOf(target).map(({ id, podClass: other, protocol, port }): Omit<Outcome, 'from'> => {
      const end = endpoint(other);
      let passing = this.#passing(this.#pairOf(podClass, other), protocol, port);
      if (passing === DENIED && target.dns === true && rulesMeanResolvers(this.#rulesOf(podClass, 'egress'))) {
        passing = UNDECIDED;
      }
      return { to: id, protocol, port, least: passing, most: passing, pair: { source, target: end } };
    });
    return merged(outcomes);
  }

  #toAddresses(
    podClass: PodClass,
    addresses: readonly string[],
    protocol: Protocol,
    port: number,
  ): Omit<Outcome, 'from'> {
    const source = endpoint(podClass);
    const outcomes = addresses.flatMap((address) => {
      const resolved = resolveEnd(this.cluster, { address });
      if ('problem' in resolved) return [];
      const ends = resolved.endpoints.map((target): Omit<Outcome, 'from'> => {
        const passing = this.#passing(pairPorts(this.cluster, source, target), protocol, port);
        return { to: OUTSIDE, protocol, port, least: passing, most: passing, pair: { source, target } };
      });
      // An address that several share may mean any of them.
      const isSame = new Set(ends.map(({ least }) => least)).size === 1;
      return isSame ? ends.slice(0, 1) : ends.map((end) => ({ ...end, least: UNDECIDED, most: UNDECIDED }) as const);
    });
    return merged(outcomes)[0] ?? { to: OUTSIDE, protocol, port, least: UNDECIDED, most: UNDECIDED };
  }

  /** An address that is not known: allowed where all are, denied where none is. */
  #someAddress(podClass: PodClass, direction: Direction, protocol: Protocol, port: number): Omit<Outcome, 'from'> {
    const { ports } = this.cluster.facts;
    const inIpv4 = (bound: 'certain' | 'possible'): readonly boolean[] =>
      classPieces(this.cluster, podClass, direction, bound)
        .filter(({ addresses }) => !isEmpty(intersect(addresses, ALL_IPV4)))
        .map((piece) => ports.has(piece.ports, protocol, port));
    const isOpen = inIpv4('certain').every(Boolean);
    const isClosed = podClass.kind !== 'hostNetwork' && !inIpv4('possible').some(Boolean);
    const passing = isOpen ? ALLOWED : isClosed ? DENIED : UNDECIDED;
    return { to: OUTSIDE, protocol, port, least: passing, most: passing, decides: { podClass, direction } };
  }

  #unseenDns(podClass: PodClass): Omit<Outcome, 'from'> {
    const { isolated } = this.#isolation(podClass, 'egress');
    const mayMean = (): boolean => rulesMayMeanDns(this.#rulesOf(podClass, 'egress'));
    // Whoever writes a rule for DNS means these servers, whatever they are called.
    const passing = isolated === false ? ALLOWED : isolated === 'unknown' ? UNDECIDED : mayMean() ? ALLOWED : DENIED;
    const decides = { podClass, direction: 'egress' } as const;
    return { to: OUTSIDE, protocol: 'UDP', port: 53, least: passing, most: passing, decides };
  }

  #fromUnknown(from: Exclude<NeedSource, { kind: 'workload' }>, target: PodsTarget): readonly Outcome[] {
    const outcomes = this.#membersOf(target).map(({ id, podClass, protocol, port }): Outcome => {
      const found =
        from.kind === 'outside'
          ? this.#someAddress(podClass, 'ingress', protocol, port)
          : this.#fromUnseenPods(podClass, protocol, port);
      return { ...found, from: OUTSIDE, to: id };
    });
    return merged(outcomes);
  }

  /** From pods of another namespace that are not known: denied where no rule for the port could mean any. */
  #fromUnseenPods(podClass: PodClass, protocol: Protocol, port: number): Omit<Outcome, 'from'> {
    const { isolated } = this.#isolation(podClass, 'ingress');
    const passing =
      isolated === false ? ALLOWED : isolated === 'unknown' ? UNDECIDED : this.#letsInUnseen(podClass, protocol, port);
    const decides = { podClass, direction: 'ingress' } as const;
    return { to: OUTSIDE, protocol, port, least: passing, most: passing, decides };
  }

  #letsInUnseen(podClass: PodClass, protocol: Protocol, port: number): Passing {
    const { ports, specs } = this.cluster.facts;
    let most: Passing = DENIED;
    for (const { compiled } of this.#policiesOf(podClass, 'ingress')) {
      for (const rule of compiled.ingress.rules) {
        const open = specs.resolve(rule.ports, podClass.ports);
        if (!ports.has(open.possible, protocol, port)) continue;
        const peers = compiled.policy.ingress?.[rule.index]?.peers ?? [];
        if (peers.length === 0 && ports.has(open.certain, protocol, port)) return ALLOWED;
        if (peers.length === 0 || peers.some(mayMeanUnseen)) most = UNDECIDED;
      }
    }
    return most;
  }

  #rulesOf(podClass: PodClass, direction: Direction): readonly PolicyRule[] {
    return this.#policiesOf(podClass, direction).flatMap(({ compiled: { policy } }) => policy[direction] ?? []);
  }

  #policiesOf(
    podClass: PodClass,
    direction: Direction,
  ): readonly { readonly compiled: NonNullable<ReturnType<CompiledCluster['policies']['get']>> }[] {
    return this.#isolation(podClass, direction).by.flatMap(({ policy }) => {
      const compiled = this.cluster.policies.get(policyKey({ namespace: policy.namespace ?? '', name: policy.name }));
      return compiled === undefined ? [] : [{ compiled }];
    });
  }

  #isolation({ id }: PodClass, direction: Direction): ReturnType<typeof isolationOfClass>[number] {
    const [ingress, egress] = isolationOfClass(this.cluster, id);
    return direction === 'ingress' ? ingress : egress;
  }

  #pairOf(source: PodClass, target: PodClass): PortRange {
    // Exact as long as there are fewer than 2^26 classes.
    const key = source.id * 2 ** 26 + target.id;
    let range = this.#pairs.get(key);
    if (range === undefined) {
      this.#pairs.set(key, (range = pairPorts(this.cluster, endpoint(source), endpoint(target))));
    }
    return range;
  }

  #passing({ certain, possible }: PortRange, protocol: Protocol, port: number): Passing {
    const { ports } = this.cluster.facts;
    if (ports.has(certain, protocol, port)) return ALLOWED;
    return ports.has(possible, protocol, port) ? UNDECIDED : DENIED;
  }

  #classesOf(workload: WorkloadPods): readonly PodClass[] {
    let found = this.#classes.get(workload);
    if (found === undefined) {
      found = [...new Set(workload.classIds)].map((id) => this.#classOf(id));
      this.#classes.set(workload, found);
    }
    return found;
  }

  #classOf(id: number): PodClass {
    return this.cluster.facts.classes.classes[id] as PodClass;
  }

  /** Kinds of pods that a target means, each with the numbers of its ports. */
  #membersOf(target: PodsTarget): readonly TargetMember[] {
    let found = this.#members.get(target);
    if (found === undefined) {
      found = target.workloads.flatMap((id) => {
        const workload = this.cluster.pods.workloads.get(id);
        return workload === undefined ? [] : this.#membersIn(id, workload, target);
      });
      this.#members.set(target, found);
    }
    return found;
  }

  #membersIn(id: string, workload: WorkloadPods, { selector, ports }: PodsTarget): readonly TargetMember[] {
    const compiled = compileSelector(selector);
    const members = new Map<string, TargetMember>();
    let last: { readonly pod: Pod; readonly classId: number } | undefined;
    for (const [index, pod] of workload.pods.entries()) {
      const classId = workload.classIds[index] as number;
      // Replicas share what says anything of them.
      if (last?.classId === classId && last.pod.labels === pod.labels && last.pod.ports === pod.ports) continue;
      last = { pod, classId };
      if (matchSelector(compiled, labelFacts(pod.labels, pod.unknownLabels)) !== YES) continue;
      for (const wanted of ports) {
        const port = portNumber(wanted, pod);
        if (port === undefined) continue;
        const { protocol } = wanted;
        members.set(`${classId} ${port}/${protocol}`, { id, podClass: this.#classOf(classId), protocol, port });
      }
    }
    return [...members.values()];
  }
}

interface TargetMember {
  readonly id: string;
  readonly podClass: PodClass;
  readonly protocol: Protocol;
  readonly port: number;
}

function portNumber({ protocol, port }: NeedPort, { ports }: Pod): number | undefined {
  return typeof port === 'number'
    ? port
    : ports.find(({ name, protocol: own }) => name === port && own === protocol)?.port;
}

function endpoint(podClass: PodClass): Endpoint {
  return { kind: 'pods', podClass, name: '' };
}

/** A workload of one pod, which always reaches itself. */
function isSinglePod({ pods }: WorkloadPods): boolean {
  const [only] = pods;
  return pods.length === 1 && only?.count === 1 && only.countUnknown !== true;
}

/** A peer that may mean pods of a namespace that is not known, or their addresses. */
function mayMeanUnseen({ namespaceSelector, ipBlock, incomplete }: NonNullable<PolicyRule['peers']>[number]): boolean {
  return namespaceSelector !== undefined || ipBlock !== undefined || incomplete === true;
}
