import type { Direction } from '../model/networkPolicy.ts';
import type { Connections } from '../model/verdict.ts';
import { toCidrs, type AddressSet } from './addressSet.ts';
import type { ChangeCause } from './changeCauses.ts';
import { getOrMake } from './changedTargets.ts';
import type { PodClass } from './podClass.ts';
import { changeText, isSame, type PortChange } from './portChange.ts';
import type { PortSets } from './portSets.ts';
import type { PortRange } from './portSpecs.ts';

/**
 * What an edit of policies changes: for every pair of the two sides, the same ports before and after. Rectangles do not
 * overlap. `workloadsOfClasses` names the pods of a side.
 */
export interface DeltaRectangle {
  /** Whose policies changed: `ingress`: those of `to`; `egress`: those of `from`. */
  readonly direction: Direction;
  readonly from: DeltaSide;
  readonly to: DeltaSide;
  readonly before: DeltaPorts;
  readonly after: DeltaPorts;
  readonly causes: readonly ChangeCause[];
}

/** Ids of classes of pods, or addresses outside. */
export type DeltaSide =
  | { readonly kind: 'pods'; readonly classes: readonly number[] }
  | { readonly kind: 'external'; readonly cidrs: readonly string[] };

/** What certainly passes; `possible` where more may. */
export interface DeltaPorts {
  readonly certain: Connections;
  readonly possible?: Connections;
}

interface Gathered extends PortChange {
  readonly direction: Direction;
  readonly from: number[];
  readonly to: number[];
  readonly causes: readonly ChangeCause[];
}

/** Gathers the changes of a delta into few rectangles: those with the same targets, ports and causes are one. */
export class DeltaRectangles {
  readonly #ports: PortSets;
  readonly #gathered = new Map<string, Gathered>();
  readonly #external: DeltaRectangle[] = [];
  readonly #causeTexts = new Map<readonly ChangeCause[], string>();

  constructor(ports: PortSets) {
    this.#ports = ports;
  }

  /** Pairs of targets, whose policies in `direction` changed, and peers by the ids of their classes. */
  addPods(
    direction: Direction,
    targets: readonly PodClass[],
    peers: readonly number[],
    change: PortChange,
    causes: () => readonly ChangeCause[],
  ): void {
    if (isSame(change)) return;
    const why = causes();
    const whyText = getOrMake(this.#causeTexts, why, () => JSON.stringify(why));
    const ids = targets.map(({ id }) => id);
    const key = `${direction} ${ids.join()} ${changeText(change)} ${whyText}`;
    const known = this.#gathered.get(key);
    if (known === undefined) {
      const [from, to] = direction === 'ingress' ? [[...peers], ids] : [ids, [...peers]];
      this.#gathered.set(key, { direction, from, to, before: change.before, after: change.after, causes: why });
    } else {
      const growing = direction === 'ingress' ? known.from : known.to;
      for (const id of peers) growing.push(id);
    }
  }

  addExternal(
    direction: Direction,
    targets: readonly PodClass[],
    addresses: AddressSet,
    change: PortChange,
    causes: readonly ChangeCause[],
  ): void {
    const pods = { kind: 'pods', classes: targets.map(({ id }) => id) } as const;
    const outside = { kind: 'external', cidrs: toCidrs(addresses) } as const;
    const sides = direction === 'ingress' ? { from: outside, to: pods } : { from: pods, to: outside };
    this.#external.push({
      direction,
      ...sides,
      before: this.#told(change.before),
      after: this.#told(change.after),
      causes,
    });
  }

  list(): readonly DeltaRectangle[] {
    const pods = [...this.#gathered.values()].map(({ direction, from, to, before, after, causes }): DeltaRectangle => ({
      direction,
      from: { kind: 'pods', classes: from },
      to: { kind: 'pods', classes: to },
      before: this.#told(before),
      after: this.#told(after),
      causes,
    }));
    return [...pods, ...this.#external];
  }

  #told({ certain, possible }: PortRange): DeltaPorts {
    const ports = this.#ports.connections(certain);
    return certain === possible ? { certain: ports } : { certain: ports, possible: this.#ports.connections(possible) };
  }
}
