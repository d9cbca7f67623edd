import type { Protocol } from '../model/networkPolicy.ts';
import { decidingRow, stateOf, type CompiledCluster } from './compiledCluster.ts';
import { externalPieces } from './externalPorts.ts';

/**
 * Whether no address outside the pods can reach a class of pods on a port, whatever the unknown facts are. Pods on their
 * node's network are never closed: policies need not hold for them.
 */
export function isClosedToAddresses(cluster: CompiledCluster, id: number, protocol: Protocol, port: number): boolean {
  const state = stateOf(cluster, id);
  if (state?.podClass.kind !== 'pod') return false;
  const row = decidingRow(cluster, state, 'ingress');
  const pieces = externalPieces(cluster.facts, row, 'possible', state.podClass.ports);
  return !pieces.some(({ ports }) => cluster.facts.ports.has(ports, protocol, port));
}
