import { connectionsText } from '../../analysis/wording.ts';
import { toCidrs, type AddressSet } from '../../engine/addressSet.ts';
import { getOrMake } from '../../engine/changedTargets.ts';
import type { ChangeCause } from '../../engine/changeCauses.ts';
import type { ComparedStates } from '../../engine/comparedPair.ts';
import type { PortChange } from '../../engine/portChange.ts';
import { NO_PORTS, type PortSetId } from '../../engine/portSets.ts';
import type { DeltaOthers } from '../../engine/workloadDelta.ts';
import type { IndexedWorkload } from '../../engine/workloadIndex.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type { WorkloadRef } from '../../model/workload.ts';

/** A workload of either state. */
export interface PreviewedWorkload {
  readonly id: string;
  readonly ref: WorkloadRef;
  /** In the later state, or in the only one. */
  readonly pods: number;
  readonly podsUnknown: boolean;
  readonly before: IndexedWorkload | undefined;
  readonly after: IndexedWorkload | undefined;
}

export type ChangeType = 'lost' | 'gained' | 'changed';

/**
 * What changes between one workload, whose policies made it change, and others: the same ports before and after, for
 * the same reason. Ports are certain ones, as sets of the later state.
 */
export interface ComparisonRow {
  /** The same for the same row after the next edit. */
  readonly key: string;
  readonly subject: number;
  /** `ingress`: the subject is the destination. */
  readonly direction: Direction;
  readonly type: ChangeType;
  readonly before: PortSetId;
  readonly after: PortSetId;
  readonly lost: PortSetId;
  readonly gained: PortSetId;
  /** Lists of places, each ascending; the subject itself is in them at times and is not meant. No place is in two. */
  readonly others: readonly (readonly number[])[];
  /** Addresses outside, instead of `others`. */
  readonly addresses?: AddressSet;
  readonly pairs: number;
}

/** Gathers pairs of the same subject, direction, ports and causes into rows. */
export class RowCollector {
  readonly #workloads: readonly PreviewedWorkload[];
  readonly #states: ComparedStates;
  readonly #rows = new Map<string, GrowingRow>();
  readonly #texts = new WeakMap<readonly ChangeCause[], string>();

  constructor(workloads: readonly PreviewedWorkload[], states: ComparedStates) {
    this.#workloads = workloads;
    this.#states = states;
  }

  add(
    subject: number,
    direction: Direction,
    { before, after }: PortChange,
    others: DeltaOthers,
    causes: readonly ChangeCause[],
  ): void {
    const pairs = others.kind === 'external' ? 1 : countWithout(others.places, subject);
    if (pairs === 0) return;
    const { ports } = this.#states.after;
    const lost = ports.subtract(before.certain, after.possible);
    const gained = ports.subtract(after.certain, before.possible);
    const causesText = getOrMakeWeak(this.#texts, causes, () => causes.map(causeText).sort().join('; '));
    const outside = others.kind === 'external' ? ` ${toCidrs(others.addresses).join()}` : '';
    const text = `${subject} ${direction} ${before.certain} ${after.certain} ${lost} ${gained} ${causesText}${outside}`;
    const row = getOrMake(this.#rows, text, (): GrowingRow => {
      const type = before.certain === NO_PORTS ? 'gained' : after.certain === NO_PORTS ? 'lost' : 'changed';
      const told = [before.certain, after.certain, lost, gained].map((id) => connectionsText(ports.connections(id)));
      return {
        key: JSON.stringify([this.#workloads[subject]?.id, direction, type, ...told, causesText, outside]),
        subject,
        direction,
        type,
        before: before.certain,
        after: after.certain,
        lost,
        gained,
        others: [],
        ...(others.kind === 'external' && { addresses: others.addresses }),
        pairs: 0,
      };
    });
    row.pairs += pairs;
    if (others.kind === 'external') return;
    const [list] = row.others;
    // Pairs that come one by one are gathered; lists stay shared between the rows of a block.
    if (others.places.length === 1 && list !== undefined && row.grows) list.push(...others.places);
    else if (others.places.length === 1 && list === undefined) {
      row.others.push([...others.places]);
      row.grows = true;
    } else row.others.push(others.places as number[]);
  }

  sorted(): readonly ComparisonRow[] {
    const order: Readonly<Record<ChangeType, number>> = { lost: 0, changed: 1, gained: 2 };
    for (const { grows, others } of this.#rows.values()) if (grows === true) others[0]?.sort((a, b) => a - b);
    return [...this.#rows.values()].sort(
      (a, b) =>
        a.subject - b.subject ||
        order[a.type] - order[b.type] ||
        Number(a.addresses !== undefined) - Number(b.addresses !== undefined) ||
        (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
    );
  }
}

interface GrowingRow extends ComparisonRow {
  readonly others: number[][];
  pairs: number;
  grows?: boolean;
}

/** How many there are without one of them; ascending. */
export function countWithout(places: readonly number[], without: number): number {
  return places.length - (hasPlace(places, without) ? 1 : 0);
}

/** @param places ascending */
export function hasPlace(places: readonly number[], wanted: number): boolean {
  let low = 0;
  let high = places.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const place = places[middle] as number;
    if (place === wanted) return true;
    if (place < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function causeText({ policy, direction, rule, peer, state }: ChangeCause): string {
  return [policy.kind, policy.namespace ?? '', policy.name, direction, rule ?? '', peer ?? '', state].join(' ');
}

function getOrMakeWeak<Key extends object, Value>(map: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
