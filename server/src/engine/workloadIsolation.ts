import type { Direction } from '../model/networkPolicy.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import type { PodClass } from './podClass.ts';

export interface WorkloadIsolation {
  /** `true`: every pod is isolated in that direction; `false`: at least one certainly is not. */
  readonly isolated: Readonly<Record<Direction, boolean | 'unknown'>>;
  /** Directions in which some pods certainly are isolated and some certainly are not. */
  readonly mixed?: readonly Direction[];
}

/** Isolation of a workload whose pods are of the given classes. */
export function isolationOf(cluster: CompiledCluster, classes: readonly PodClass[]): WorkloadIsolation {
  const mixed: Direction[] = [];
  const of = (direction: Direction): boolean | 'unknown' => {
    const each = new Set(classes.map((podClass) => classIsolation(cluster, podClass, direction)));
    if (each.has(true) && each.has(false)) mixed.push(direction);
    if (each.has(false)) return false;
    return each.has('unknown') ? 'unknown' : true;
  };
  const isolated = { ingress: of('ingress'), egress: of('egress') };
  return mixed.length === 0 ? { isolated } : { isolated, mixed };
}

export function classIsolation(
  cluster: CompiledCluster,
  podClass: PodClass,
  direction: Direction,
): boolean | 'unknown' {
  const state = cluster.classes.get(podClass.id);
  if (state === undefined) return false;
  const { certain, possible } = state[direction];
  if (certain.length > 0) return podClass.kind === 'hostNetwork' ? 'unknown' : true;
  const open = possible.length === 0 && decidingRow(cluster, state, direction).kind === 'open';
  return open ? false : 'unknown';
}
