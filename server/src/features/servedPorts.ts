import { servicesSelecting, targetNumber } from '../analysis/serviceIndex.ts';
import { matchPeer } from '../engine/matchPods.ts';
import type { WorkloadPods } from '../engine/podTable.ts';
import type { Direction, NetworkPolicy, Protocol } from '../model/networkPolicy.ts';
import type { Pod, Service, WorkloadRef } from '../model/workload.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { targetScope } from './policyPlaces.ts';

/** Which ports are asked about: numbers, ends included, or a name. */
export interface AskedPorts {
  readonly protocol: Protocol;
  readonly port: string | { readonly from: number; readonly to: number };
}

/** Who receives on a rule's port, and which Services lead there. */
export interface ServedPorts {
  /** Workloads of the destinations that declare such a container port. */
  readonly declared: readonly WorkloadRef[];
  readonly services: readonly { readonly service: Service; readonly port: number }[];
  /** Services whose own port has the number and whose pods receive on another one. */
  readonly fronts: readonly { readonly service: Service; readonly target: number }[];
  /** Whether the ports of all destinations are known, and there is one. */
  readonly allKnown: boolean;
}

/**
 * The destinations of a rule are the pods that the policy selects, for ingress, and those that its peers mean, for
 * egress. Equal pods of a workload, which share their labels and ports, are looked at once.
 */
export function servedPorts(
  snapshot: WorkspaceSnapshot,
  policy: NetworkPolicy,
  direction: Direction,
  rule: number,
  asked: AskedPorts,
): ServedPorts {
  const declared = new Map<string, WorkloadRef>();
  const services = new Map<Service, number>();
  const fronts = new Map<Service, number>();
  let anyPod = false;
  let portsUnknown = false;
  const destinations = destinationsOf(snapshot, policy, direction, rule);
  for (const { id, ref, pods } of destinations ?? allWorkloads(snapshot)) {
    const view = snapshot.universe.parts.contents.get(ref.namespace);
    for (const pod of distinct(pods)) {
      anyPod = true;
      portsUnknown ||= pod.portsIncomplete === true;
      const declares = pod.ports.some(
        ({ name, port, protocol }) => protocol === asked.protocol && isAsked(asked, port, name),
      );
      if (declares) declared.set(id, ref);
      // Where everyone is meant, only those who receive on the port are of interest.
      if (view === undefined || (destinations === undefined && !declares)) continue;
      for (const service of servicesSelecting(view, pod.labels)) {
        for (const port of service.ports) {
          if (port.protocol !== asked.protocol) continue;
          const target = targetNumber(port, pod.ports);
          const leads = target !== undefined && isAsked(asked, target, nameOf(pod, target, asked.protocol));
          if (leads || port.targetPort === asked.port) services.set(service, port.port);
          else if (target !== undefined && isAsked(asked, port.port, undefined)) fronts.set(service, target);
        }
      }
    }
  }
  return {
    declared: [...declared.values()],
    services: [...services].map(([service, port]) => ({ service, port })),
    fronts: [...fronts].filter(([service]) => !services.has(service)).map(([service, target]) => ({ service, target })),
    allKnown: anyPod && !portsUnknown,
  };
}

function isAsked({ port }: AskedPorts, number: number, name: string | undefined): boolean {
  return typeof port === 'string' ? port === name : port.from <= number && number <= port.to;
}

function nameOf({ ports }: Pod, number: number, protocol: Protocol): string | undefined {
  return ports.find((port) => port.port === number && port.protocol === protocol)?.name;
}

/** Undefined: every pod. */
function destinationsOf(
  { universe: { cluster } }: WorkspaceSnapshot,
  policy: NetworkPolicy,
  direction: Direction,
  rule: number,
): readonly WorkloadPods[] | undefined {
  const peers = direction === 'ingress' ? [targetScope(policy)] : (policy.egress?.[rule]?.peers ?? []);
  if (peers.length === 0) return undefined;
  const ids = new Set<string>();
  for (const peer of peers) {
    const { certain, possible } = matchPeer(cluster, policy.namespace, peer);
    for (const { id } of [...certain, ...possible]) ids.add(id);
  }
  return [...ids].flatMap((id) => cluster.pods.workloads.get(id) ?? []);
}

function allWorkloads({ universe }: WorkspaceSnapshot): Iterable<WorkloadPods> {
  return universe.cluster.pods.workloads.values();
}

/** Every list of ports once; of labels, which may differ from pod to pod, a few. */
function distinct(pods: readonly Pod[]): readonly Pod[] {
  if (pods.length === 1) return pods;
  const ports = new Set<Pod['ports']>();
  const labels = new Set<Pod['labels']>();
  return pods.filter((pod) => {
    if (ports.has(pod.ports) && (labels.has(pod.labels) || labels.size >= MOST_LABELS)) return false;
    ports.add(pod.ports);
    labels.add(pod.labels);
    return true;
  });
}

const MOST_LABELS = 8;
