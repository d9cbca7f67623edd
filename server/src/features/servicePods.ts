import { hasLabels, targetNumber } from '../analysis/serviceIndex.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import type { CompiledPolicy } from '../engine/compilePolicy.ts';
import { isEmpty } from '../engine/addressSet.ts';
import { YES } from '../engine/match.ts';
import type { MatchedWorkload } from '../engine/matchPods.ts';
import type { PeerSet } from '../engine/peerSpec.ts';
import type { PodClass } from '../engine/podClass.ts';
import { podsOf, type WorkloadPods } from '../engine/podTable.ts';
import type { Protocol } from '../model/networkPolicy.ts';
import { workloadId, type Pod, type Service, type ServicePort } from '../model/workload.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import type { PodGroup } from './podIsolation.ts';

/** A port on which pods receive what a Service sends. */
export interface TargetPort {
  readonly protocol: Protocol;
  readonly number: number;
}

/** The pods that a Service leads to. */
export interface ServicePods {
  readonly workloads: readonly MatchedWorkload[];
  readonly groups: readonly PodGroup[];
  /** Ascending. */
  readonly targets: readonly TargetPort[];
  /** Service ports that name a container port which none of the pods has. */
  readonly unresolved: readonly ServicePort[];
}

/** By labels alone: a Service leads also to pods on their node's network. */
export function servicePods({ universe }: WorkspaceSnapshot, service: Service): ServicePods {
  const { cluster, parts } = universe;
  const { selector = {} } = service;
  const counts = new Map<WorkloadPods, number>();
  const classes = new Map<number, number>();
  const targets = new Map<string, TargetPort>();
  const resolved = new Set<ServicePort>();
  const seen = new Set<Pod['ports']>();
  for (const workload of workloadsIn(cluster, parts.contents.get(service.namespace)?.pods ?? [])) {
    for (const [index, pod] of workload.pods.entries()) {
      if (!hasLabels(pod.labels, selector)) continue;
      counts.set(workload, (counts.get(workload) ?? 0) + pod.count);
      const classId = workload.classIds[index] as number;
      classes.set(classId, (classes.get(classId) ?? 0) + pod.count);
      if (seen.has(pod.ports)) continue;
      seen.add(pod.ports);
      for (const port of service.ports) {
        const number = targetNumber(port, pod.ports);
        if (number === undefined) continue;
        resolved.add(port);
        targets.set(`${port.protocol} ${number}`, { protocol: port.protocol, number });
      }
    }
  }
  return {
    workloads: [...counts]
      .map(([workload, pods]) => {
        const { pods: of, ...unknown } = podsOf(workload);
        return { id: workload.id, workload: workload.ref, pods, of, ...unknown };
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    groups: [...classes].flatMap(([id, pods]) => {
      const podClass = cluster.classes.get(id)?.podClass;
      return podClass === undefined ? [] : [{ podClass, pods }];
    }),
    targets: [...targets.values()].sort((a, b) => a.number - b.number || (a.protocol < b.protocol ? -1 : 1)),
    unresolved: counts.size === 0 ? [] : service.ports.filter((port) => !resolved.has(port)),
  };
}

function workloadsIn(cluster: CompiledCluster, pods: readonly Pod[]): readonly WorkloadPods[] {
  const refs = new Set(pods.map(({ workload }) => workload));
  const ids = new Set([...refs].map(workloadId));
  return [...ids].flatMap((id) => cluster.pods.workloads.get(id) ?? []);
}

/** The rules of a policy that let somebody in to one of some ports of a class of pods. */
export function rulesLettingIn(
  cluster: CompiledCluster,
  policy: CompiledPolicy,
  podClass: PodClass,
  targets: readonly TargetPort[],
): readonly number[] {
  const { specs, ports } = cluster.facts;
  return policy.ingress.rules.flatMap(({ index, anyPeer, ports: spec }) => {
    const { certain } = specs.resolve(spec, podClass.ports);
    const opens = targets.some(({ protocol, number }) => ports.has(certain, protocol, number));
    return opens && meansSomebody(cluster, anyPeer) ? [index] : [];
  });
}

function meansSomebody({ facts, classes }: CompiledCluster, peer: PeerSet): boolean {
  if (peer.others === YES || !isEmpty(peer.addresses)) return true;
  facts.peers.update(peer);
  return peer.yes.ids.some((id) => classes.get(id) !== undefined);
}
