/** How long the naive evaluator of the property tests takes for all pairs of a cluster, from a sample of pairs. */
import type { ReachConnection } from '../../server/src/engine/reachability.ts';
import { DEFAULT_ENGINE_OPTIONS, type ClusterState } from '../../server/src/model/cluster.ts';
import { PROTOCOLS, type Protocol } from '../../server/src/model/networkPolicy.ts';
import { workloadId, type Pod } from '../../server/src/model/workload.ts';
import { naiveVerdict } from '../property/naiveOracle.ts';
import { randomNumbers } from '../support/random.ts';

export interface NaiveReach {
  /** Milliseconds for all ordered pairs, extrapolated. */
  readonly time: number;
  readonly sampled: number;
}

/**
 * Answers a sample of the pairs one port at a time, at one port of each interval that policies tell apart.
 *
 * @param connections - what the engine says of the same cluster: no time counts without the same answers
 * @throws Error where the two disagree.
 */
export function naiveReach(state: ClusterState, connections: readonly ReachConnection[], sampled: number): NaiveReach {
  const { pods } = state;
  const ports = portAtoms(state);
  const random = randomNumbers(11);
  const known = new Map(
    connections.map((connection) => [`${textOf(connection.from)} ${textOf(connection.to)}`, connection]),
  );
  let time = 0;
  for (let count = 0; count < sampled; count += 1) {
    const from = random.pick(pods);
    const to = random.pick(pods);
    if (from === to) continue;
    const start = performance.now();
    const open = openPorts(state, from, to, ports);
    time += performance.now() - start;
    const ours = known.get(`${workloadId(from.workload)} ${workloadId(to.workload)}`);
    const told = ports.filter(([protocol, port]) => isOpen(ours, protocol, port));
    if (told.join() !== open.join()) {
      throw new Error(
        `${workloadId(from.workload)} → ${workloadId(to.workload)}: ${told.join()} and not ${open.join()}`,
      );
    }
  }
  return { time: (time / sampled) * pods.length * (pods.length - 1), sampled };
}

type ServicePort = readonly [protocol: Protocol, port: number];

function openPorts(state: ClusterState, from: Pod, to: Pod, ports: readonly ServicePort[]): ServicePort[] {
  return ports.filter(
    ([protocol, port]) =>
      naiveVerdict(state, DEFAULT_ENGINE_OPTIONS, { from, to, protocol, port }).combined === 'allow',
  );
}

function isOpen(connection: ReachConnection | undefined, protocol: Protocol, port: number): boolean {
  return (
    connection?.connections.some(
      (each) => each.protocol === protocol && each.ranges.some(({ from, to }) => port >= from && port <= to),
    ) === true
  );
}

/** The first port of every interval between two bounds that a policy or a container port names. */
function portAtoms({ policies, pods }: ClusterState): ServicePort[] {
  const starts = new Set([1]);
  for (const { ingress = [], egress = [] } of policies) {
    for (const { ports = [] } of [...ingress, ...egress]) {
      for (const { port, endPort } of ports) {
        if (typeof port === 'number') starts.add(port).add((endPort ?? port) + 1);
      }
    }
  }
  for (const { ports } of pods) for (const { port } of ports) starts.add(port).add(port + 1);
  return PROTOCOLS.flatMap((protocol) => [...starts].map((port): ServicePort => [protocol, port]));
}

function textOf(end: ReachConnection['from']): string {
  return typeof end === 'string' ? end : end.cidrs.join();
}
