import { decidingRow, type CompiledCluster } from '../engine/compiledCluster.ts';
import type { CompiledPolicy } from '../engine/compilePolicy.ts';
import type { PodClass } from '../engine/podClass.ts';
import { classIsolation, isolationOf } from '../engine/workloadIsolation.ts';
import { count, listSome, qualifiedName } from '../analysis/wording.ts';
import type { Direction } from '../model/networkPolicy.ts';
import { plain } from './markdown.ts';

/** Pods of one class, as many of them as are meant. */
export interface PodGroup {
  readonly podClass: PodClass;
  readonly pods: number;
}

/** What policies do to some pods in one direction; as `bulkhead reach` has it for a workload. */
export interface DirectionState {
  readonly isolated: boolean | 'unknown';
  /** Some pods certainly are isolated and some certainly are not. */
  readonly mixed: boolean;
  readonly isolatedPods: number;
  readonly pods: number;
  /** Policies that isolate any of the pods. */
  readonly by: readonly CompiledPolicy[];
  /** Policies that may isolate any of the pods. */
  readonly perhapsBy: readonly CompiledPolicy[];
  /** Clauses that say why it is not known. */
  readonly whys: readonly string[];
}

export function directionState(
  cluster: CompiledCluster,
  groups: readonly PodGroup[],
  direction: Direction,
): DirectionState {
  const { isolated, mixed = [] } = isolationOf(
    cluster,
    groups.map(({ podClass }) => podClass),
  );
  const by = new Map<string, CompiledPolicy>();
  const perhapsBy = new Map<string, CompiledPolicy>();
  const whys = new Set<string>();
  let isolatedPods = 0;
  let all = 0;
  for (const { podClass, pods } of groups) {
    all += pods;
    const state = cluster.classes.get(podClass.id);
    if (state === undefined) continue;
    for (const policy of state[direction].certain) by.set(policy.key, policy);
    for (const policy of state[direction].possible) perhapsBy.set(policy.key, policy);
    const isolation = classIsolation(cluster, podClass, direction);
    if (isolation === true) isolatedPods += pods;
    if (isolation !== 'unknown') continue;
    const row = decidingRow(cluster, state, direction);
    if (podClass.kind === 'hostNetwork') whys.add("its pods are on their node's network");
    else if (row.kind === 'unknown') for (const why of row.why) whys.add(why);
  }
  for (const key of by.keys()) perhapsBy.delete(key);
  return {
    isolated: isolated[direction],
    mixed: mixed.includes(direction),
    isolatedPods,
    pods: all,
    by: sorted(by),
    perhapsBy: sorted(perhapsBy),
    whys: [...whys],
  };
}

/** `Ingress isolated by shop/web, shop/default-deny · egress open: no policy isolates it`. */
export function isolationText(cluster: CompiledCluster, groups: readonly PodGroup[], show = plain): string {
  const ingress = directionText(directionState(cluster, groups, 'ingress'), show);
  const egress = directionText(directionState(cluster, groups, 'egress'), show);
  return ingress === egress ? `Ingress and egress ${ingress}` : `Ingress ${ingress} · egress ${egress}`;
}

/** `isolated by shop/web`, `open: no policy isolates it`, `not known: …`, said of one direction. */
export function directionText(state: DirectionState, show = plain): string {
  const { isolated, mixed, isolatedPods, pods, by, perhapsBy, whys } = state;
  const names = (policies: readonly CompiledPolicy[]): string =>
    listSome(
      policies.map(({ policy }) => show(qualifiedName(policy))),
      MOST,
    );
  if (isolated === true) return `isolated by ${names(by)}`;
  if (mixed) return `isolated for ${isolatedPods} of ${count(pods, 'pod')}, by ${names(by)}`;
  if (isolated === false) return 'open: no policy isolates it';
  const [why] = whys;
  if (why !== undefined) {
    return `not known: ${show(why)}${by.length === 0 ? '' : `; ${names(by)} ${by.length === 1 ? 'selects' : 'select'} them`}`;
  }
  return perhapsBy.length === 0 ? 'not known' : `perhaps isolated by ${names(perhapsBy)}`;
}

const MOST = 3;

function sorted(policies: ReadonlyMap<string, CompiledPolicy>): readonly CompiledPolicy[] {
  return [...policies.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
