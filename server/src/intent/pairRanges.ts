import { ClassRanges } from '../engine/classRanges.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import type { Endpoint } from '../engine/endpoint.ts';
import { pairPorts } from '../engine/pairPorts.ts';
import type { PodClass } from '../engine/podClass.ts';
import type { PortSetId } from '../engine/portSets.ts';
import type { PortRange } from '../engine/portSpecs.ts';

/** With more targets than this, all that a source reaches is worked out at once. */
const FEW = 24;

const known = new WeakMap<CompiledCluster, ClassRanges>();

/** What one class of pods reaches on some others: asked one by one where they are few, at once where they are many. */
export function rangesFrom(
  cluster: CompiledCluster,
  source: PodClass,
  targets: number,
): (target: PodClass) => PortRange {
  if (targets <= FEW) return (target) => pairPorts(cluster, endpointOf(source), endpointOf(target));
  let ranges = known.get(cluster);
  if (ranges === undefined) known.set(cluster, (ranges = new ClassRanges(cluster)));
  const { positionOf } = ranges.positions;
  const position = positionOf[source.id] as number;
  const certain = ranges.from(position, 'certain');
  const possible = ranges.doubtful ? ranges.from(position, 'possible') : certain;
  return (target) => {
    const at = positionOf[target.id] as number;
    return { certain: certain[at] as PortSetId, possible: possible[at] as PortSetId };
  };
}

export function endpointOf(podClass: PodClass, name = ''): Endpoint {
  return { kind: 'pods', podClass, name };
}
