import { decidingRow, type CompiledCluster } from '../../engine/compiledCluster.ts';
import { directionOf } from '../../engine/compilePolicy.ts';
import { NO_NAMED_PORTS, type PodClass } from '../../engine/podClass.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import type { EndMember } from './endMembers.ts';
import type { DirectionAnswer, EndGroup, PathGroup } from './pathAnswer.ts';
import { policyPlace } from './policyPlaces.ts';
import { serviceId, type PathEnd } from './pathEnd.ts';

/** The port behind a Service whose endpoints are not known. */
export interface HiddenPort {
  readonly port: number;
  /**
   * Endpoints that somebody writes have ports of their own, whatever `targetPort` says (Service documentation, "without
   * selectors"); the API server writes its own as its Service has them, and a name for a host translates none.
   */
  readonly isSure: boolean;
}

/** Undefined where a Service's pods, or the lack of them, are known. */
export function hiddenPort({ service }: ServiceEnd, port: number): HiddenPort | undefined {
  if (service.type === 'ExternalName') return { port, isSure: true };
  if (service.selector !== undefined) return undefined;
  const target = service.ports.find((entry) => entry.port === port)?.targetPort ?? port;
  return typeof target === 'number' ? { port: target, isSure: isApiServer(service) } : { port, isSure: false };
}

type ServiceEnd = Extract<PathEnd, { kind: 'service' }>;

function isApiServer({ namespace, name }: ServiceEnd['service']): boolean {
  return namespace === 'default' && name === 'kubernetes';
}

/**
 * The API server is no pod that policies isolate, so that what its clients' egress says is all; of other endpoints it is
 * not known whether they are pods.
 */
export function hiddenGroups(
  snapshot: WorkspaceSnapshot,
  end: ServiceEnd,
  sources: readonly EndMember[],
  protocol: Protocol,
  { port, isSure }: HiddenPort,
): readonly PathGroup[] {
  const unknown = `where ${serviceId(end.service).replace(/\[.*/, '')} leads to is not known`;
  const ingress: DirectionAnswer = isApiServer(end.service)
    ? { verdict: 'allow', by: [], isolation: 'outside', policies: [] }
    : { verdict: 'unknown', by: [], why: unknown, isolation: 'perhaps', policies: [] };
  const to: EndGroup = { workloads: [], workloadCount: 0, pods: 0 };
  return sources.map((source): PathGroup => {
    const egress = egressTo(snapshot, source, protocol, isSure ? port : undefined, unknown);
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
  port: number | undefined,
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
  const isDecided = row.kind === 'isolated' && row.possible.length === 0 && row.unread === undefined;
  if (isDecided && podClass.kind === 'pod' && !opensPort(cluster, podClass, protocol, port)) {
    const by = certain.map(({ ref }) => ({ policy: ref, direction: 'egress' as const }));
    return { verdict: 'deny', by, isolation: 'isolated', policies };
  }
  const isIsolated = certain.length > 0 && podClass.kind === 'pod';
  return { verdict: 'unknown', by: [], why: unknown, isolation: isIsolated ? 'isolated' : 'perhaps', policies };
}

/** Whether any egress rule has the port for anyone; a named port may be any, and any may be one that is not known. */
function opensPort(cluster: CompiledCluster, { id }: PodClass, protocol: Protocol, port: number | undefined): boolean {
  const { specs, ports } = cluster.facts;
  return (cluster.classes.get(id)?.egress.certain ?? []).some((policy) =>
    directionOf(policy, 'egress').rules.some(
      (rule) =>
        port === undefined ||
        rule.ports.names.some((name) => name.protocol === protocol) ||
        ports.has(specs.resolve(rule.ports, NO_NAMED_PORTS).possible, protocol, port),
    ),
  );
}
