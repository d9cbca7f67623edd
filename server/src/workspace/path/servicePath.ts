import { hasLabels, targetNumber } from '../../analysis/serviceIndex.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { Pod, Service, ServicePort } from '../../model/workload.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { membersOf, type EndMember } from './endMembers.ts';
import { serviceId } from './pathEnd.ts';

/** What a connection to a Service becomes: the pods behind it and the ports on which they receive. */
export interface ServicePath {
  readonly members: readonly ServiceMember[];
  readonly note: ServiceNote;
}

export interface ServiceMember {
  readonly member: EndMember;
  /** The port on the pods. */
  readonly port: number;
}

export interface ServiceNote {
  readonly kind: 'service';
  /** `shop/db[Service]`. */
  readonly service: string;
  readonly protocol: Protocol;
  /** As it was asked for. */
  readonly port: number;
  /** Where it leads, by the port on the pods. */
  readonly targets: readonly ServiceTarget[];
  /** Pods that do not have the named port, and so are no endpoints of it. */
  readonly unresolved: number;
  /** Ids of workloads, at most some. */
  readonly workloads: readonly string[];
  /** What is special about it. */
  readonly special: readonly ServiceSpecial[];
  /** Why nothing is known behind it. */
  readonly problem?: ServiceProblem;
}

export interface ServiceTarget {
  readonly port: number;
  /** The container port's name, where the Service goes by it. */
  readonly name?: string;
  readonly pods: number;
}

export type ServiceSpecial =
  /** Names lead to the pods' own addresses, and the port is not translated. */
  | 'headless'
  /** Clients outside arrive through a node, which may put its own address in the place of theirs. */
  | 'arrivesThroughNode'
  /** The same, and the address of the client is kept. */
  | 'keepsClientAddress';

export type ServiceProblem =
  /** A name for a host elsewhere: its address is not known. */
  | { readonly kind: 'externalName' }
  /** Somebody else writes its endpoints, which are not read. `apiServer`: the Service of the API server itself. */
  | { readonly kind: 'noSelector'; readonly apiServer?: true }
  /** No pod has its labels; `certain` where all pods of the namespace are known. */
  | { readonly kind: 'noPods'; readonly certain: boolean }
  | { readonly kind: 'noSuchPort'; readonly has: readonly ServicePort[] };

/**
 * A Service's port as policies see it: pods and the ports on them, because a plug-in judges traffic behind the
 * translation of Services. (Kubernetes leaves the order open for addresses of ipBlocks: NetworkPolicy, "behavior of to and
 * from selectors".) Readiness is not looked at: what policies mean does not hang on it.
 *
 * @param node pods that run on it are members of their own
 */
export function servicePath(
  snapshot: WorkspaceSnapshot,
  service: Service,
  port: number,
  protocol: Protocol,
  node?: string,
): ServicePath {
  const base = { kind: 'service', service: serviceId(service), protocol, port } as const;
  const special = specialsOf(service);
  const nothing = (problem: ServiceProblem): ServicePath => ({
    members: [],
    note: { ...base, targets: [], unresolved: 0, workloads: [], special, problem },
  });
  if (service.type === 'ExternalName') return nothing({ kind: 'externalName' });
  const isHeadless = special.includes('headless');
  const entry = service.ports.find((each) => each.port === port && each.protocol === protocol);
  if (entry === undefined && !isHeadless) return nothing({ kind: 'noSuchPort', has: service.ports });
  const { selector } = service;
  if (selector === undefined) {
    const isApiServer = service.namespace === 'default' && service.name === 'kubernetes';
    return nothing({ kind: 'noSelector', ...(isApiServer ? { apiServer: true } : {}) });
  }
  const pods = podsBehind(snapshot, service);
  if (pods.length === 0) return nothing({ kind: 'noPods', certain: snapshot.knowledge.podsKnown(service.namespace) });
  const byPort = new Map<number | undefined, Pod[]>();
  for (const pod of pods) {
    // A headless Service translates no port: who connects names the pod's own.
    const number = isHeadless || entry === undefined ? port : targetNumber(entry, pod.ports);
    const same = byPort.get(number);
    if (same === undefined) byPort.set(number, [pod]);
    else same.push(pod);
  }
  const members = [...byPort].flatMap(([number, own]) =>
    number === undefined
      ? []
      : membersOf(snapshot.universe.cluster, own, node).map((member) => ({ member, port: number })),
  );
  const name = !isHeadless && typeof entry?.targetPort === 'string' ? entry.targetPort : undefined;
  const targets = [...byPort].flatMap(([number, own]): ServiceTarget[] =>
    number === undefined ? [] : [{ port: number, pods: countOf(own), ...(name === undefined ? {} : { name }) }],
  );
  const workloads = [...new Set(members.flatMap(({ member }) => [...member.workloads.keys()]))].sort();
  return {
    members,
    note: {
      ...base,
      targets,
      unresolved: countOf(byPort.get(undefined) ?? []),
      workloads: workloads.slice(0, 20),
      special,
    },
  };
}

/** The pods that a Service selects, also those on their node's network. */
export function podsBehind({ universe }: WorkspaceSnapshot, { namespace, selector }: Service): readonly Pod[] {
  if (selector === undefined) return [];
  return (universe.parts.contents.get(namespace)?.pods ?? []).filter(
    ({ labels, count }) => count > 0 && hasLabels(labels, selector),
  );
}

function specialsOf({ headless, type, externalTrafficPolicy }: Service): readonly ServiceSpecial[] {
  if (headless === true) return ['headless'];
  if (type !== 'NodePort' && type !== 'LoadBalancer') return [];
  return [externalTrafficPolicy === 'Local' ? 'keepsClientAddress' : 'arrivesThroughNode'];
}

function countOf(pods: readonly Pod[]): number {
  return pods.reduce((sum, { count }) => sum + count, 0);
}
