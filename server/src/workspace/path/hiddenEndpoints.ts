import { decidingRow, type CompiledCluster } from '../../engine/compiledCluster.ts';
import { directionOf } from '../../engine/compilePolicy.ts';
import { NO_NAMED_PORTS, type PodClass } from '../../engine/podClass.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import type { EndMember } from './endMembers.ts';
import type { DirectionAnswer, EndGroup, PathGroup } from './pathAnswer.ts';
import { policyPlace } from './policyPlaces.ts';
import { serviceId, type PathEnd } from './pathEnd.ts';

/** Undefined where a Service's pods, or the lack of them, are known. */
export function hiddenPort({ service }: Extract<PathEnd, { kind: 'service' }>, port: number): number | undefined {
  if (service.type !== 'ExternalName' && service.selector !== undefined) return undefined;
  const target = service.ports.find((entry) => entry.port === port)?.targetPort ?? port;
  return typeof target === 'number' ? target : port;
}

/**
 * The API server is no pod that policies isolate, so that what its clients' egress says is all; of other endpoints it is
 * not known whether they are pods.
 */
export function hiddenGroups(
  snapshot: WorkspaceSnapshot,
  end: Extract<PathEnd, { kind: 'service' }>,
  sources: readonly EndMember[],
  protocol: Protocol,
  port: number,
): readonly PathGroup[] {
  const { namespace, name } = end.service;
  const isApiServer = namespace === 'default' && name === 'kubernetes';
  const unknown = `where ${serviceId(end.service).replace(/\[.*/, '')} leads to is not known`;
  const ingress: DirectionAnswer = isApiServer
    ? { verdict: 'allow', by: [], isolation: 'outside', policies: [] }
    : { verdict: 'unknown', by: [], why: unknown, isolation: 'perhaps', policies: [] };
  const to: EndGroup = { workloads: [], workloadCount: 0, pods: 0 };
  return sources.map((source): PathGroup => {
    const egress = egressTo(snapshot, source, protocol, port, unknown);
    const verdicts = [egress.verdict, ingress.verdict];
    const verdict = verdicts.includes('deny') ? 'deny' : verdicts.includes('unknown') ? 'unknown' : 'allow';
    const workloads = [...source.workloads].map(([id, pods]) => ({ id, pods }));
    const from = {
      workloads: workloads.slice(0, 30),
      workloadCount: workloads.length,
      pods: source.pods,
      ...(source.cidrs === undefined ? {} : { cidrs: source.cidrs }),
    };
    return {
      from,
      to,
      port,
      verdict,
      egress,
      ingress,
      ...(verdict === 'unknown' ? { why: egress.why ?? unknown } : {}),
    };
  });
}

/** Denied where no rule opens the port at all, allowed where nothing isolates; else it hangs on the addresses. */
function egressTo(
  snapshot: WorkspaceSnapshot,
  { classId }: EndMember,
  protocol: Protocol,
  port: number,
  unknown: string,
): DirectionAnswer {
  const { cluster } = snapshot.universe;
  const podClass = classId === undefined ? undefined : cluster.facts.classes.classes[classId];
  const state = podClass && cluster.classes.get(podClass.id);
  if (podClass === undefined || state === undefined)
    return { verdict: 'allow', by: [], isolation: 'outside', policies: [] };
  const row = decidingRow(cluster, state, 'egress');
  if (row.kind === 'open') return { verdict: 'allow', by: [], isolation: 'open', policies: [] };
  const { certain } = state.egress;
  const policies = certain.map(({ ref, egress }) => {
    const place = policyPlace(snapshot, { policy: ref, direction: 'egress' });
    const rules = { rules: [], ruleCount: egress.rules.length };
    return { policy: ref, selects: 'certain' as const, ...rules, ...(place === undefined ? {} : { place }) };
  });
  const isSure = row.kind === 'isolated' && row.possible.length === 0 && row.unread === undefined;
  if (isSure && podClass.kind === 'pod' && !opensPort(cluster, podClass, protocol, port)) {
    const by = certain.map(({ ref }) => ({ policy: ref, direction: 'egress' as const }));
    return { verdict: 'deny', by, isolation: 'isolated', policies };
  }
  const isIsolated = certain.length > 0 && podClass.kind === 'pod';
  return { verdict: 'unknown', by: [], why: unknown, isolation: isIsolated ? 'isolated' : 'perhaps', policies };
}

/** Whether any egress rule has the port for anyone; a named port may be any. */
function opensPort(cluster: CompiledCluster, { id }: PodClass, protocol: Protocol, port: number): boolean {
  const { specs, ports } = cluster.facts;
  return (cluster.classes.get(id)?.egress.certain ?? []).some((policy) =>
    directionOf(policy, 'egress').rules.some(
      (rule) =>
        rule.ports.names.some((name) => name.protocol === protocol) ||
        ports.has(specs.resolve(rule.ports, NO_NAMED_PORTS).possible, protocol, port),
    ),
  );
}
