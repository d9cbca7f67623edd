import type { Direction } from '../model/networkPolicy.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import { asNode, isUnclear, portsOf, type Endpoint } from './endpoint.ts';
import { EVERY_PORT, type PortRange } from './portSpecs.ts';
import { bothDirections, eitherWay, rowPorts } from './rowPorts.ts';

/** The ports that pass from one end to another, over both ways in which a plug-in may treat pods on their node's network. */
export function pairPorts(cluster: CompiledCluster, source: Endpoint, destination: Endpoint): PortRange {
  const asPods = pairPortsOneWay(cluster, source, destination);
  if (!isUnclear(source) && !isUnclear(destination)) return asPods;
  return eitherWay(cluster.facts, asPods, pairPortsOneWay(cluster, asNode(source), asNode(destination)));
}

/** The ends taken as they are. */
export function pairPortsOneWay(cluster: CompiledCluster, source: Endpoint, destination: Endpoint): PortRange {
  return bothDirections(
    cluster.facts,
    directionPorts(cluster, source, 'egress', destination, destination),
    directionPorts(cluster, destination, 'ingress', source, destination),
  );
}

/** The ports that a pod's policies let through in one direction to or from one peer. */
export function directionPorts(
  cluster: CompiledCluster,
  target: Endpoint,
  direction: Direction,
  peer: Endpoint,
  destination: Endpoint,
): PortRange {
  const state = target.kind === 'pods' ? cluster.classes.get(target.podClass.id) : undefined;
  if (state === undefined) return EVERY_PORT;
  return rowPorts(cluster.facts, decidingRow(cluster, state, direction), peer, portsOf(destination));
}
