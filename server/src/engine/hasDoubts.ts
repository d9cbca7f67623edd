import { isEmpty } from './addressSet.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import { NO, YES } from './match.ts';
import type { Row, RowEntry } from './policyRow.ts';

/**
 * Whether anything that a policy asks is not known, apart from how pods on their node's network are treated. Where it
 * is false, what is certain and what is possible are the same everywhere and need be computed only once.
 */
export function hasDoubts(cluster: CompiledCluster): boolean {
  const seen = new Set<Row>();
  const states = [...cluster.classes.entries()].map(([, state]) => state);
  const incompletePorts = states.some(({ podClass }) => podClass.ports.incomplete);
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

function isDoubtful({ facts, classes }: CompiledCluster, { peer, ports }: RowEntry, incompletePorts: boolean): boolean {
  if (ports.numbers.certain !== ports.numbers.possible || (incompletePorts && ports.names.length > 0)) return true;
  if (peer.others !== NO) return peer.others !== YES;
  facts.peers.update(peer);
  return !isEmpty(peer.maybeAddresses) || peer.maybe.ids.some((id) => classes.get(id) !== undefined);
}
