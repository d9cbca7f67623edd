import { workloadId, type Pod, type WorkloadRef } from '../model/workload.ts';
import { parseAddress, formatAddress } from './address.ts';
import type { LayeredMap } from './layeredMap.ts';

/** A workload's pods, each with its class. */
export interface WorkloadPods {
  readonly id: string;
  readonly ref: WorkloadRef;
  readonly pods: readonly Pod[];
  /** Ids of classes, parallel to `pods`. */
  readonly classIds: readonly number[];
}

/** A workload's pods of one class. */
export interface ClassMembers {
  readonly workload: WorkloadPods;
  readonly pods: readonly Pod[];
}

/** The pods of one version by workload, with indexes that are built when they are first asked for. Immutable. */
export class PodTable {
  readonly workloads: LayeredMap<string, WorkloadPods>;
  #byClass: ReadonlyMap<number, readonly ClassMembers[]> | undefined;
  #byAddress: ReadonlyMap<string, readonly Pod[]> | undefined;

  constructor(workloads: LayeredMap<string, WorkloadPods>) {
    this.workloads = workloads;
  }

  withWorkloads(changes: ReadonlyMap<string, WorkloadPods | undefined>): PodTable {
    return changes.size === 0 ? this : new PodTable(this.workloads.with(changes));
  }

  /** The pods of a class, by workload. */
  membersOf(classId: number): readonly ClassMembers[] {
    if (this.#byClass === undefined) {
      const byClass = new Map<number, { workload: WorkloadPods; pods: Pod[] }[]>();
      this.workloads.forEach((workload) => {
        workload.pods.forEach((pod, index) => {
          const id = workload.classIds[index] as number;
          let members = byClass.get(id);
          if (members === undefined) byClass.set(id, (members = []));
          // Workloads come one after the other, so that the last entry is the only one that can be this workload's.
          const last = members.at(-1);
          if (last?.workload === workload) last.pods.push(pod);
          else members.push({ workload, pods: [pod] });
        });
      });
      this.#byClass = byClass;
    }
    return this.#byClass.get(classId) ?? [];
  }

  /** The workloads that have pods of a class. */
  workloadsOf(classId: number): readonly WorkloadPods[] {
    return this.membersOf(classId).map(({ workload }) => workload);
  }

  /** The pods that have an address; several where they share their node's. */
  podsAt(address: string): readonly Pod[] {
    if (this.#byAddress === undefined) {
      const byAddress = new Map<string, Pod[]>();
      for (const { pods } of this.workloads.values()) {
        for (const pod of pods) {
          for (const ip of pod.ips) {
            const parsed = parseAddress(ip);
            if (parsed === undefined) continue;
            const text = formatAddress(parsed);
            const list = byAddress.get(text);
            if (list === undefined) byAddress.set(text, [pod]);
            else if (!list.includes(pod)) list.push(pod);
          }
        }
      }
      this.#byAddress = byAddress;
    }
    return this.#byAddress.get(address) ?? [];
  }

  /** A pod of this version, found by workload and name; undefined where there is none. */
  find(pod: Pod): { readonly pod: Pod; readonly classId: number } | undefined {
    const workload = this.workloads.get(workloadId(pod.workload));
    if (workload === undefined) return undefined;
    const same = workload.pods.indexOf(pod);
    const index = same >= 0 ? same : workload.pods.findIndex(({ name }) => name === pod.name);
    if (index < 0) return undefined;
    return { pod: workload.pods[index] as Pod, classId: workload.classIds[index] as number };
  }
}

/** How many pods a workload has, and whether that number is written nowhere. */
export function podsOf({ pods }: WorkloadPods): { readonly pods: number; readonly podsUnknown?: true } {
  const count = pods.reduce((sum, pod) => sum + pod.count, 0);
  return pods.some(({ countUnknown }) => countUnknown === true) ? { pods: count, podsUnknown: true } : { pods: count };
}
