import type { Direction } from '../model/networkPolicy.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import type { WorkloadIndex } from './workloadIndex.ts';

/**
 * Units of which nothing isolates the pods, or of which nothing is known, whoever the peer is. Pairs of such need not be
 * asked one by one, of which there are many where a policy that is not evaluated has a say in everything.
 */
export class BlanketRows {
  /** By unit. */
  readonly #rows: Readonly<Record<Direction, Uint8Array>>;

  constructor(cluster: CompiledCluster, { list, units }: WorkloadIndex) {
    const of = (direction: Direction): Uint8Array =>
      Uint8Array.from(units, ([place]) => {
        const [podClass, ...others] = list[place as number]?.classes ?? [];
        const state = podClass && cluster.classes.get(podClass.id);
        // Pods on their node's network are treated in either of two ways.
        if (state === undefined || others.length > 0 || podClass?.kind !== 'pod') return NEITHER;
        const { kind } = decidingRow(cluster, state, direction);
        return kind === 'open' ? OPEN : kind === 'unknown' ? UNKNOWN : NEITHER;
      });
    this.#rows = { ingress: of('ingress'), egress: of('egress') };
  }

  /** Everything may pass and nothing does for certain; where it is false, they have to be asked. */
  isSurelyUndecided(source: number, target: number): boolean {
    const [egress, ingress] = [this.#rows.egress[source] as number, this.#rows.ingress[target] as number];
    return egress !== NEITHER && ingress !== NEITHER && (egress === UNKNOWN || ingress === UNKNOWN);
  }
}

const NEITHER = 0;
const OPEN = 1;
const UNKNOWN = 2;
