import { ClassRanges } from '../engine/classRanges.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import type { Endpoint } from '../engine/endpoint.ts';
import { pairPorts } from '../engine/pairPorts.ts';
import type { PodClass } from '../engine/podClass.ts';

/** With more targets than this, all that a source reaches is worked out at once. */
const FEW = 24;

const known = new WeakMap<CompiledCluster, ClassRanges>();

/** Port sets by target: what passes for certain, and what may pass. */
export interface Ranges {
  readonly certain: Int32Array;
  readonly possible: Int32Array;
}

/**
 * What classes of pods reach on some others: asked one by one where they are few, at once where they are many. What is
 * returned is written over by the next call.
 */
export function rangesTo(cluster: CompiledCluster, targets: readonly PodClass[]): (source: PodClass) => Ranges {
  const certain = new Int32Array(targets.length);
  const possible = new Int32Array(targets.length);
  if (targets.length <= FEW) {
    return (source) => {
      targets.forEach((target, at) => {
        const range = pairPorts(cluster, endpointOf(source), endpointOf(target));
        certain[at] = range.certain;
        possible[at] = range.possible;
      });
      return { certain, possible };
    };
  }
  let ranges = known.get(cluster);
  if (ranges === undefined) known.set(cluster, (ranges = new ClassRanges(cluster)));
  const all = ranges;
  const { positionOf } = all.positions;
  const positions = Int32Array.from(targets, ({ id }) => positionOf[id] as number);
  const pick = (from: Int32Array, into: Int32Array): void => {
    for (let at = 0; at < into.length; at += 1) into[at] = from[positions[at] as number] as number;
  };
  return (source) => {
    const position = positionOf[source.id] as number;
    pick(all.from(position, 'certain'), certain);
    if (!all.doubtful) return { certain, possible: certain };
    pick(all.from(position, 'possible'), possible);
    return { certain, possible };
  };
}

export function endpointOf(podClass: PodClass, name = ''): Endpoint {
  return { kind: 'pods', podClass, name };
}
