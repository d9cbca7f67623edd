import type { Direction, PolicyRef } from '../model/networkPolicy.ts';
import { aligned } from './alignedVersions.ts';
import { directionCauses, type ChangeCause } from './changeCauses.ts';
import { allEntries, changedTargets, getOrMake, othersChange, type ChangedTargets } from './changedTargets.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import type { Endpoint } from './endpoint.ts';
import { partitionPeers } from './peerPartition.ts';
import type { PodClass } from './podClass.ts';
import type { Row } from './policyRow.ts';
import { NO_PORTS, type PortSetId } from './portSets.ts';
import { rowPorts } from './rowPorts.ts';

/** Ports that an edit opens on one side and that the other side's policies deny for sure; classes by their ids. */
export interface DeniedBlock {
  /** The direction that the edit opened, of the subjects. */
  readonly direction: Direction;
  readonly subjects: readonly number[];
  readonly others: readonly number[];
  readonly ports: PortSetId;
  readonly causes: readonly ChangeCause[];
  /** The policies that isolate the others in the opposite direction. */
  readonly deniedBy: readonly PolicyRef[];
}

export interface DeniedBlocks {
  readonly blocks: readonly DeniedBlock[];
  /** The version in which the classes have pods. */
  readonly cluster: CompiledCluster;
}

/**
 * What an edit lets through on one side without anything passing: the other side still denies it. Undefined where the
 * two versions are not of one cluster. Pods on their node's network are left out: nothing of them is denied for sure.
 */
export function stillDenied(before: CompiledCluster, after: CompiledCluster): DeniedBlocks | undefined {
  if (before.facts !== after.facts) return undefined;
  const old = aligned(before, after);
  const now = aligned(after, before);
  const blocks = (['ingress', 'egress'] as const).flatMap((direction) =>
    changedTargets(old, now, direction).flatMap((targets) => deniedOf(old, now, targets, direction)),
  );
  return { blocks, cluster: now };
}

/** Peers that a row treats alike: in both its old and its new text, and on their own side. */
interface PeerBucket {
  readonly ids: number[];
  readonly first: PodClass;
  readonly row: Row;
  readonly opened: PortSetId;
}

function deniedOf(
  before: CompiledCluster,
  after: CompiledCluster,
  targets: ChangedTargets,
  direction: Direction,
): readonly DeniedBlock[] {
  const [target] = targets.classes;
  if (target === undefined || target.kind !== 'pod') return [];
  // Where nothing is known, nothing is opened for certain.
  if (targets.before.kind === 'unknown' || targets.after.kind === 'unknown') return [];
  const { facts, classes } = after;
  const { ports } = facts;
  const other = direction === 'ingress' ? 'egress' : 'ingress';
  const isWide = othersChange(targets);
  const partition = partitionPeers(facts, isWide ? allEntries(targets) : (targets.entries ?? []), allEntries(targets));
  const opened = new Map<string, PortSetId>();
  const buckets = new Map<Row, Map<string, PeerBucket>>();
  const visit = (podClass: PodClass): void => {
    const state = classes.get(podClass.id);
    if (state === undefined || podClass.kind !== 'pod') return;
    const row = decidingRow(after, state, other);
    if (row.kind === 'open') return;
    const named = direction === 'egress' ? podClass.ports.id : 0;
    const key = `${partition.groupOf[podClass.id]} ${named}`;
    const gained = getOrMake(opened, key, () => {
      const destination = direction === 'ingress' ? target.ports : podClass.ports;
      const old = rowPorts(facts, targets.before, endpoint(podClass), destination);
      const now = rowPorts(facts, targets.after, endpoint(podClass), destination);
      return ports.subtract(now.certain, old.possible);
    });
    if (gained === NO_PORTS) return;
    const byKey = getOrMake(buckets, row, () => new Map<string, PeerBucket>());
    getOrMake(byKey, key, () => ({ ids: [], first: podClass, row, opened: gained })).ids.push(podClass.id);
  };
  if (isWide) classes.forEach(({ podClass }) => visit(podClass));
  else {
    for (const id of partition.named) {
      const state = classes.get(id);
      if (state !== undefined) visit(state.podClass);
    }
  }
  const blocks: DeniedBlock[] = [];
  for (const byKey of buckets.values()) {
    for (const { ids, first, row, opened } of byKey.values()) {
      const subjects = new Map<PortSetId, number[]>();
      for (const subject of targets.classes) {
        const destination = direction === 'ingress' ? subject : first;
        const { possible } = rowPorts(facts, row, endpoint(subject), destination.ports);
        const denied = ports.subtract(opened, possible);
        if (denied !== NO_PORTS) getOrMake(subjects, denied, (): number[] => []).push(subject.id);
      }
      for (const [denied, own] of subjects) {
        const side = { target: endpoint(target), peer: endpoint(first) };
        blocks.push({
          direction,
          subjects: own,
          others: ids,
          ports: denied,
          causes: directionCauses(
            direction,
            { cluster: before, ...side },
            { cluster: after, ...side },
            ports,
            denied,
            NO_PORTS,
          ),
          deniedBy: (classes.get(first.id)?.[other].certain ?? []).map(({ ref }) => ref),
        });
      }
    }
  }
  return blocks;
}

function endpoint(podClass: PodClass): Endpoint {
  return { kind: 'pods', podClass, name: '' };
}
