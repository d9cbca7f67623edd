import { isEmpty } from './addressSet.ts';
import { decidingRow, type ClassState, type CompiledCluster } from './compiledCluster.ts';
import { NO, YES } from './match.ts';
import type { PodTable } from './podTable.ts';
import type { Row, RowEntry } from './policyRow.ts';

/**
 * Whether anything that a policy asks is not known, apart from how pods on their node's network are treated. Where it
 * is false, what is certain and what is possible are the same everywhere and need be computed only once.
 *
 * @param among ids of classes: only what policies ask that isolate their pods; absent: all
 */
export function hasDoubts(cluster: CompiledCluster, among?: Iterable<number>): boolean {
  const seen = new Set<Row>();
  const states: ClassState[] = [];
  if (among === undefined) cluster.classes.forEach((state) => states.push(state));
  else {
    for (const id of among) {
      const state = cluster.classes.get(id);
      if (state !== undefined) states.push(state);
    }
  }
  const incompletePorts = hasIncompletePorts(cluster);
  return states.some((state) =>
    (['ingress', 'egress'] as const).some((direction) => {
      const row = decidingRow(cluster, state, direction);
      if (seen.has(row)) return false;
      seen.add(row);
      if (row.kind !== 'isolated') return row.kind !== 'open';
      return row.possible.length > 0 || row.entries.some((entry) => isDoubtful(cluster, entry, incompletePorts));
    }),
  );
}

const incomplete = new WeakMap<PodTable, boolean>();

/** Of any pod: which ports a rule names depends on the destination. */
function hasIncompletePorts({ pods, classes }: CompiledCluster): boolean {
  let found = incomplete.get(pods);
  if (found === undefined) {
    found = false;
    classes.forEach(({ podClass }) => (found ||= podClass.ports.incomplete));
    incomplete.set(pods, found);
  }
  return found;
}

function isDoubtful({ facts, classes }: CompiledCluster, { peer, ports }: RowEntry, incompletePorts: boolean): boolean {
  if (ports.numbers.certain !== ports.numbers.possible || (incompletePorts && ports.names.length > 0)) return true;
  if (peer.others !== NO) return peer.others !== YES;
  facts.peers.update(peer);
  return !isEmpty(peer.maybeAddresses) || peer.maybe.ids.some((id) => classes.get(id) !== undefined);
}
