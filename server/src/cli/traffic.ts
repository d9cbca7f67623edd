import type { CompiledCluster } from '../engine/compiledCluster.ts';
import { query, type End } from '../engine/query.ts';
import type { Protocol } from '../model/networkPolicy.ts';
import type { DirectionVerdict, TrafficVerdict, Verdict } from '../model/verdict.ts';
import { podsNamed } from './workloadNamed.ts';

/**
 * The verdict between two ends as people name them: pods, workloads or IP addresses. A workload's pods mostly agree;
 * where they do not, the answer is `unknown` and says so.
 */
export function trafficVerdict(
  cluster: CompiledCluster,
  from: string,
  to: string,
  protocol: Protocol,
  port: number,
): TrafficVerdict {
  const sources = endsNamed(cluster, from);
  const targets = endsNamed(cluster, to);
  const verdicts: TrafficVerdict[] = [];
  for (const source of sources)
    for (const target of targets) verdicts.push(query(cluster, source, target, protocol, port));
  const [first] = verdicts;
  if (first === undefined) return nobody(sources.length === 0 ? from : to);
  if (verdicts.length === 1) return first;
  const egress = agreed(
    verdicts.map((verdict) => verdict.egress),
    sources.length > 1 ? from : to,
  );
  const ingress = agreed(
    verdicts.map((verdict) => verdict.ingress),
    targets.length > 1 ? to : from,
  );
  return combined(egress, ingress);
}

/** Distinct ends only: replicas with equal labels and ports are one. Empty where nothing has the name. */
function endsNamed(cluster: CompiledCluster, name: string): readonly End[] {
  const pods = podsNamed(cluster, name);
  if (pods.length === 0) return name.includes('/') ? [] : [{ address: name }];
  return pods.map((pod) => ({ pod }));
}

function agreed(verdicts: readonly DirectionVerdict[], name: string): DirectionVerdict {
  const [first] = verdicts;
  if (first === undefined) return { verdict: 'unknown', by: [], why: `nothing is called ${name}` };
  if (verdicts.every(({ verdict }) => verdict === first.verdict)) {
    const seen = new Set<string>();
    const by = verdicts
      .flatMap((verdict) => verdict.by)
      .filter((ref) => {
        const text = JSON.stringify(ref);
        return !seen.has(text) && seen.add(text);
      });
    const whys = [...new Set(verdicts.flatMap(({ why }) => why ?? []))];
    return { verdict: first.verdict, by, ...(whys.length === 0 ? {} : { why: whys.join('; ') }) };
  }
  return { verdict: 'unknown', by: [], why: `the answer is not the same for all pods of ${name}; name one pod` };
}

function combined(egress: DirectionVerdict, ingress: DirectionVerdict): TrafficVerdict {
  const verdicts: readonly Verdict[] = [egress.verdict, ingress.verdict];
  if (verdicts.includes('deny')) return { verdict: 'deny', egress, ingress };
  if (!verdicts.includes('unknown')) return { verdict: 'allow', egress, ingress };
  const whys = [...new Set([egress.why, ingress.why].filter((why) => why !== undefined))];
  return { verdict: 'unknown', egress, ingress, why: whys.join('; ') };
}

function nobody(name: string): TrafficVerdict {
  const direction: DirectionVerdict = {
    verdict: 'unknown',
    by: [],
    why: `no pod, workload or address is called ${name}`,
  };
  return combined(direction, direction);
}
