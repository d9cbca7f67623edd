import type { CompiledCluster } from '../engine/compiledCluster.ts';
import { compileRule, policyKey } from '../engine/compilePolicy.ts';
import { effectiveProtocol } from '../engine/defaulting.ts';
import { NO } from '../engine/match.ts';
import { portName } from '../engine/portSpecs.ts';
import type { Direction, NetworkPolicy } from '../model/networkPolicy.ts';
import type { WorkloadRef } from '../model/workload.ts';
import { byName } from './podText.ts';

/** What a port's name stands for on one workload's pods; no number: they have no port of that name. */
export interface NamedPortNumber {
  readonly number: number | 'none' | 'unknown';
  readonly workloads: readonly WorkloadRef[];
}

/**
 * The numbers that a rule's named port stands for on its destinations: the targets of an ingress rule, the peers of
 * an egress rule. In ascending order, names that stand for no number last.
 */
export function namedPortNumbers(
  cluster: CompiledCluster,
  policy: NetworkPolicy,
  direction: Direction,
  rule: number,
  port: number,
): readonly NamedPortNumber[] {
  const compiled = cluster.policies.get(policyKey(policy));
  const written = policy[direction]?.[rule];
  const entry = written?.ports?.[port];
  if (compiled === undefined || written === undefined || typeof entry?.port !== 'string') return [];
  const { text } = portName(effectiveProtocol(entry), entry.port);
  const peer =
    direction === 'ingress' ? compiled.targets : compileRule(cluster.facts, policy.namespace, written, rule).anyPeer;
  const groups = new Map<NamedPortNumber['number'], Map<string, WorkloadRef>>();
  for (const [id, { podClass }] of cluster.classes.entries()) {
    if (cluster.facts.peers.match(peer, id) === NO) continue;
    const number = podClass.ports.numbers.get(text) ?? (podClass.ports.incomplete ? 'unknown' : 'none');
    let group = groups.get(number);
    if (group === undefined) groups.set(number, (group = new Map()));
    for (const workload of cluster.pods.workloadsOf(id)) group.set(workload.id, workload.ref);
  }
  const rank = (number: NamedPortNumber['number']): number =>
    typeof number === 'number' ? number : number === 'unknown' ? 1e6 : 2e6;
  return [...groups]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([number, workloads]) => ({
      number,
      workloads: byName([...workloads.values()].map((workload) => ({ workload }))).map(({ workload }) => workload),
    }));
}
