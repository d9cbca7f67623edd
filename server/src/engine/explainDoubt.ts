import type { Direction } from '../model/networkPolicy.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import { directionOf } from './compilePolicy.ts';
import { hasPlaceholder, ruleDoubts, selectionDoubts } from './doubts.ts';
import { asNode, matchEndpoint, portsOf, type Endpoint } from './endpoint.ts';
import { NO } from './match.ts';
import { NO_PORTS } from './portSets.ts';
import { pairPortsOneWay } from './pairPorts.ts';
import { eitherWay } from './rowPorts.ts';
import type { UnknownReason } from './unknownReason.ts';
import type { ClassedWorkload } from './workloadVectors.ts';

/** Why it is not decided which ports pass from one workload to another. */
export function explainPair(cluster: CompiledCluster, from: ClassedWorkload, to: ClassedWorkload): UnknownReason[] {
  for (const source of endpointsOf(from)) {
    for (const destination of endpointsOf(to)) {
      const reasons = explainEndpoints(cluster, source, destination);
      if (reasons.length > 0) return reasons;
    }
  }
  return [];
}

/** Why it is not decided which ports pass between a workload and some addresses outside. */
export function explainExternal(
  cluster: CompiledCluster,
  node: ClassedWorkload,
  direction: Direction,
): UnknownReason[] {
  return endpointsOf(node).flatMap((endpoint) => [
    ...hostNetworkDoubts(cluster, endpoint, direction),
    ...directionDoubts(cluster, endpoint, direction, undefined),
  ]);
}

function explainEndpoints(cluster: CompiledCluster, source: Endpoint, destination: Endpoint): UnknownReason[] {
  const asPods = pairPortsOneWay(cluster, source, destination);
  const asNodes = pairPortsOneWay(cluster, asNode(source), asNode(destination));
  const either = eitherWay(cluster.facts, asPods, asNodes);
  if (either.certain === either.possible) return [];
  const reasons: UnknownReason[] = [];
  if (asPods.certain !== asNodes.certain || asPods.possible !== asNodes.possible) {
    for (const end of [source, destination]) {
      if (end.kind === 'pods' && end.podClass.kind === 'hostNetwork') {
        reasons.push({ kind: 'hostNetwork', workload: end.name });
      }
    }
  }
  if (asPods.certain !== asPods.possible) {
    reasons.push(...directionDoubts(cluster, source, 'egress', destination));
    reasons.push(...directionDoubts(cluster, destination, 'ingress', source));
  }
  return reasons;
}

/** `peer` undefined: addresses outside. */
function directionDoubts(
  cluster: CompiledCluster,
  target: Endpoint,
  direction: Direction,
  peer: Endpoint | undefined,
): UnknownReason[] {
  const state = target.kind === 'pods' ? cluster.classes.get(target.podClass.id) : undefined;
  if (state === undefined) return [];
  const row = decidingRow(cluster, state, direction);
  if (row.kind === 'unknown') return row.why.map((why) => ({ kind: 'notEvaluated', why }));
  const { certain, possible } = state[direction];
  const unread = row.kind === 'isolated' ? [...(row.unread ?? []), ...(row.mayRefuse ?? [])] : [];
  const reasons: UnknownReason[] = unread.map((why) => ({ kind: 'notEvaluated', why }));
  reasons.push(...possible.flatMap((policy) => selectionDoubts(policy, direction, target)));
  const destination = direction === 'ingress' ? target : peer;
  for (const policy of [...certain, ...possible]) {
    for (const rule of directionOf(policy, direction).rules) {
      const at = { policy: policy.ref, direction, rule: rule.index };
      const resolved =
        destination === undefined ? rule.ports.numbers : cluster.facts.specs.resolve(rule.ports, portsOf(destination));
      if (resolved.possible === NO_PORTS) continue;
      const portsUnclear = resolved.certain !== resolved.possible;
      if (peer === undefined) {
        if (rule.peers.some(({ spec }) => hasPlaceholder(spec)) || portsUnclear)
          reasons.push({ kind: 'placeholder', at });
      } else if (matchEndpoint(cluster.facts, rule.anyPeer, peer) !== NO) {
        reasons.push(...ruleDoubts(cluster.facts, rule, at, peer, destination ?? peer, portsUnclear));
      }
    }
  }
  return reasons;
}

function hostNetworkDoubts(cluster: CompiledCluster, endpoint: Endpoint, direction: Direction): UnknownReason[] {
  if (endpoint.kind !== 'pods' || endpoint.podClass.kind !== 'hostNetwork') return [];
  const state = cluster.classes.get(endpoint.podClass.id);
  if (state === undefined || decidingRow(cluster, state, direction).kind === 'open') return [];
  return [{ kind: 'hostNetwork', workload: endpoint.name }];
}

function endpointsOf(node: ClassedWorkload): Endpoint[] {
  const unknownWhy = node.source.pods.find((pod) => pod.unknownWhy !== undefined)?.unknownWhy;
  return node.classes.map((podClass) => ({
    kind: 'pods',
    podClass,
    name: node.id,
    ...(unknownWhy === undefined ? {} : { unknownWhy }),
  }));
}
