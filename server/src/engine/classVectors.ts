import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import type { Bound } from './externalPorts.ts';
import { NO, YES } from './match.ts';
import type { PodClass } from './podClass.ts';
import { OPEN_ROW, type Row, type RowEntry } from './policyRow.ts';
import { ALL_PORTS, NO_PORTS, type PortSetId } from './portSets.ts';
import type { PortSpec } from './portSpecs.ts';
import type { PeerSet } from './peerSpec.ts';

/** A peer that matches more than this part of all classes is asked per source instead of being spread out. */
const SPREAD_PART = 8;

/** Port sets by position in `ClassPositions.classes`, or by ingress row. */
export type PortVector = Int32Array;

/** The classes that have pods, and the `node` classes of pods on their node's network, numbered without gaps. */
export interface ClassPositions {
  readonly classes: readonly PodClass[];
  /** Position by class id; -1 where the class has no pods. */
  readonly positionOf: Int32Array;
}

export function classPositions(cluster: CompiledCluster): ClassPositions {
  const classes = new Set<PodClass>();
  for (const [, { podClass }] of cluster.classes.entries()) {
    classes.add(podClass);
    if (podClass.asNode !== undefined) classes.add(podClass.asNode);
  }
  const positionOf = new Int32Array(cluster.facts.classes.classes.length).fill(-1);
  let position = 0;
  for (const { id } of classes) positionOf[id] = position++;
  return { classes: [...classes], positionOf };
}

/** An entry of an ingress row, with its ports resolved on the row's target. */
interface ResolvedEntry {
  readonly peer: PeerSet;
  readonly ports: PortSetId;
}

interface IngressRow {
  readonly kind: Row['kind'];
  readonly entries: readonly ResolvedEntry[];
  /** For `perhaps`: the entries of each policy. */
  readonly policies: readonly (readonly ResolvedEntry[])[];
}

/**
 * Which ports every class can reach on every other class, one source at a time, so that the whole matrix never exists.
 * Targets with the same ingress row share one computation, and a row costs a source only the entries that match it.
 * One instance answers for one bound of what is known.
 */
export class ClassVectors {
  readonly #cluster: CompiledCluster;
  readonly #positions: ClassPositions;
  readonly #bound: Bound;
  readonly #egress: readonly Row[];
  /** Per position, the number of its ingress row. */
  readonly #ingress: Int32Array;
  readonly #rows: readonly IngressRow[];
  /** Per ingress row, what it lets in from everyone. */
  readonly #base: PortVector;
  /** Entries with few sources, by source: `#starts[s]..#starts[s + 1]` index `#entryRows` and `#entryPorts`. */
  readonly #starts: Int32Array;
  readonly #entryRows: Int32Array;
  readonly #entryPorts: Int32Array;
  /** Rows of which every policy has to be asked: only where what is certain is asked for. */
  readonly #perhaps: readonly number[];
  /** Entries with many sources. */
  readonly #wide: readonly { readonly row: number; readonly entry: ResolvedEntry }[];

  constructor(cluster: CompiledCluster, positions: ClassPositions, bound: Bound) {
    this.#cluster = cluster;
    this.#positions = positions;
    this.#bound = bound;
    const { rows, rowOf, egress } = this.#collectRows();
    this.#rows = rows;
    this.#ingress = rowOf;
    this.#egress = egress;
    this.#base = new Int32Array(rows.length);
    const wide: { row: number; entry: ResolvedEntry }[] = [];
    const spread: { row: number; entry: ResolvedEntry }[] = [];
    rows.forEach((row, index) => {
      if (row.kind === 'open' || (row.kind !== 'isolated' && bound === 'possible')) this.#base[index] = ALL_PORTS;
      if (row.kind !== 'isolated') return;
      for (const entry of row.entries) {
        if (this.#meansEveryone(entry.peer)) {
          this.#base[index] = cluster.facts.ports.union(this.#base[index] as number, entry.ports);
        } else if (this.#size(entry.peer) * SPREAD_PART > positions.classes.length) wide.push({ row: index, entry });
        else spread.push({ row: index, entry });
      }
    });
    this.#wide = wide;
    this.#perhaps = bound === 'possible' ? [] : rows.flatMap(({ kind }, row) => (kind === 'perhaps' ? [row] : []));
    const { starts, entryRows, entryPorts } = this.#spreadOut(spread);
    this.#starts = starts;
    this.#entryRows = entryRows;
    this.#entryPorts = entryPorts;
  }

  /** For the source at a position, the ports that it reaches on the class at each position, into `into`. */
  connections(source: number, into: PortVector): void {
    this.#fillEgress(source, into);
    const ingress = this.#ingressFrom(source);
    const { ports } = this.#cluster.facts;
    const rowOf = this.#ingress;
    for (let target = 0; target < into.length; target += 1) {
      const out = into[target] as number;
      if (out === NO_PORTS) continue;
      const letIn = ingress[rowOf[target] as number] as number;
      if (out === ALL_PORTS || letIn === NO_PORTS) into[target] = letIn;
      else if (out !== letIn) into[target] = ports.intersect(out, letIn);
    }
  }

  #ingressFrom(source: number): PortVector {
    const { facts } = this.#cluster;
    const vector = this.#base.slice();
    for (let at = this.#starts[source] as number; at < (this.#starts[source + 1] as number); at += 1) {
      const row = this.#entryRows[at] as number;
      vector[row] = facts.ports.union(vector[row] as number, this.#entryPorts[at] as number);
    }
    const classId = (this.#positions.classes[source] as PodClass).id;
    for (const { row, entry } of this.#wide) {
      if (this.#matches(entry.peer, classId)) vector[row] = facts.ports.union(vector[row] as number, entry.ports);
    }
    for (const row of this.#perhaps) {
      vector[row] = this.#allowedByAll((this.#rows[row] as IngressRow).policies, classId);
    }
    return vector;
  }

  /** What every one of some policies allows to a class. */
  #allowedByAll(policies: IngressRow['policies'], classId: number): PortSetId {
    const { ports } = this.#cluster.facts;
    let all = ALL_PORTS;
    for (const entries of policies) {
      let one = NO_PORTS;
      for (const entry of entries) if (this.#matches(entry.peer, classId)) one = ports.union(one, entry.ports);
      all = ports.intersect(all, one);
    }
    return all;
  }

  #fillEgress(source: number, into: PortVector): void {
    const row = this.#egress[source] as Row;
    switch (row.kind) {
      case 'open':
        into.fill(ALL_PORTS);
        return;
      case 'unknown':
        into.fill(this.#bound === 'certain' ? NO_PORTS : ALL_PORTS);
        return;
      case 'isolated':
        into.fill(NO_PORTS);
        for (const entry of row.entries) this.#addEgress(entry, into);
        if (this.#bound === 'possible') for (const entry of row.possible) this.#addEgress(entry, into);
        return;
      case 'perhaps': {
        into.fill(ALL_PORTS);
        if (this.#bound === 'possible') return;
        const { ports } = this.#cluster.facts;
        for (const entries of row.policies) {
          const one = new Int32Array(into.length);
          for (const entry of entries) this.#addEgress(entry, one);
          one.forEach((open, target) => (into[target] = ports.intersect(into[target] as number, open)));
        }
      }
    }
  }

  #addEgress(entry: RowEntry, into: PortVector): void {
    const { facts } = this.#cluster;
    const { classes, positionOf } = this.#positions;
    const add = (position: number): void => {
      const open = this.#resolve(entry.ports, classes[position] as PodClass);
      if (open !== NO_PORTS) into[position] = facts.ports.union(into[position] as number, open);
    };
    if (this.#meansEveryone(entry.peer)) {
      for (let position = 0; position < into.length; position += 1) add(position);
      return;
    }
    facts.peers.update(entry.peer);
    for (const id of entry.peer.yes.ids) if ((positionOf[id] ?? -1) >= 0) add(positionOf[id] as number);
    if (this.#bound === 'certain') return;
    for (const id of entry.peer.maybe.ids) if ((positionOf[id] ?? -1) >= 0) add(positionOf[id] as number);
  }

  #collectRows(): { rows: IngressRow[]; rowOf: Int32Array; egress: Row[] } {
    const { classes } = this.#positions;
    const rows: IngressRow[] = [];
    const numbers = new Map<Row, Map<number, number>>();
    const rowOf = new Int32Array(classes.length);
    const egress: Row[] = [];
    classes.forEach((podClass, position) => {
      const state = this.#cluster.classes.get(podClass.id);
      egress.push(state === undefined ? OPEN_ROW : decidingRow(this.#cluster, state, 'egress'));
      const row = state === undefined ? OPEN_ROW : decidingRow(this.#cluster, state, 'ingress');
      let byPorts = numbers.get(row);
      if (byPorts === undefined) numbers.set(row, (byPorts = new Map()));
      let number = byPorts.get(podClass.ports.id);
      if (number === undefined) {
        number = rows.push(this.#ingressRow(row, podClass)) - 1;
        byPorts.set(podClass.ports.id, number);
      }
      rowOf[position] = number;
    });
    return { rows, rowOf, egress };
  }

  #ingressRow(row: Row, target: PodClass): IngressRow {
    const resolve = (entries: readonly RowEntry[]): ResolvedEntry[] =>
      entries
        .map(({ peer, ports }) => ({ peer, ports: this.#resolve(ports, target) }))
        .filter(({ peer, ports }) => ports !== NO_PORTS && (this.#meansEveryone(peer) || this.#size(peer) > 0));
    if (row.kind === 'isolated') {
      const entries = this.#bound === 'certain' ? row.entries : [...row.entries, ...row.possible];
      return { kind: row.kind, entries: resolve(entries), policies: [] };
    }
    const policies = row.kind === 'perhaps' ? row.policies.map(resolve) : [];
    return { kind: row.kind, entries: [], policies };
  }

  /** Lists the entries by source, in the manner of a compressed sparse matrix. */
  #spreadOut(spread: readonly { readonly row: number; readonly entry: ResolvedEntry }[]): {
    starts: Int32Array;
    entryRows: Int32Array;
    entryPorts: Int32Array;
  } {
    const { classes, positionOf } = this.#positions;
    const starts = new Int32Array(classes.length + 1);
    const eachSource = (peer: PeerSet, visit: (position: number) => void): void => {
      for (const id of peer.yes.ids) if ((positionOf[id] ?? -1) >= 0) visit(positionOf[id] as number);
      if (this.#bound === 'certain') return;
      for (const id of peer.maybe.ids) if ((positionOf[id] ?? -1) >= 0) visit(positionOf[id] as number);
    };
    for (const { entry } of spread) eachSource(entry.peer, (position) => (starts[position + 1] as number)++);
    for (let at = 1; at < starts.length; at += 1) starts[at] = (starts[at] as number) + (starts[at - 1] as number);
    const next = starts.slice();
    const entryRows = new Int32Array(starts.at(-1) as number);
    const entryPorts = new Int32Array(entryRows.length);
    for (const { row, entry } of spread) {
      eachSource(entry.peer, (position) => {
        const at = (next[position] as number)++;
        entryRows[at] = row;
        entryPorts[at] = entry.ports;
      });
    }
    return { starts, entryRows, entryPorts };
  }

  #resolve(ports: PortSpec, destination: PodClass): PortSetId {
    return this.#cluster.facts.specs.resolve(ports, destination.ports)[this.#bound];
  }

  #meansEveryone({ others }: PeerSet): boolean {
    return others === YES || (others !== NO && this.#bound === 'possible');
  }

  #size(peer: PeerSet): number {
    this.#cluster.facts.peers.update(peer);
    return peer.yes.size + (this.#bound === 'possible' ? peer.maybe.size : 0);
  }

  #matches(peer: PeerSet, classId: number): boolean {
    const match = this.#cluster.facts.peers.match(peer, classId);
    return match === YES || (match !== NO && this.#bound === 'possible');
  }
}
