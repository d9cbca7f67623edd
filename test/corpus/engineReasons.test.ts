/** netpol-analyzer's single checks (eval) and its attribution of verdicts to rules (explain) against `query`. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { query, type End } from '../../server/src/engine/query.ts';
import type { EngineOptions } from '../../server/src/model/cluster.ts';
import { PROTOCOLS, type RuleRef } from '../../server/src/model/networkPolicy.ts';
import type { DirectionVerdict, TrafficVerdict } from '../../server/src/model/verdict.ts';
import { workloadId, type Pod } from '../../server/src/model/workload.ts';
import type { Json } from '../support/apiObjects.ts';
import { parseConnections } from '../support/connectionLines.ts';
import { CORPORA, CORPORA_NOTE, readCorpus } from '../support/corpora.ts';
import { readFolder, stateOf } from '../support/manifestFolder.ts';

const OPTIONS: EngineOptions = { hostNetwork: 'pods', ipBlockPods: 'always' };

describe.skipIf(CORPORA === undefined)(`verdicts with reasons${CORPORA_NOTE}`, () => {
  const evalCases: Json[] = CORPORA === undefined ? [] : readCorpus<Json>('netpol-analyzer-eval.json').cases;
  test.each(evalCases.map((entry) => [entry.case as string, entry] as const))('eval %s', (_name, entry) => {
    const state = stateOf(entry.objects);
    const cluster = compileCluster(state, OPTIONS);
    for (const { name, src, dst, protocol, port, allowed, allConns } of entry.checks) {
      const [from, to] = [src, dst].map((end) => podOrAddress(state.pods, end)) as [End, End];
      const { verdict } = query(cluster, from, to, protocol, Number(port));
      expect({ name, verdict }).toEqual({ name, verdict: allowed ? 'allow' : 'deny' });
      for (const [sample, open] of samplesOf(parseConnections(allConns ?? 'No Connections'))) {
        if (allConns === undefined) continue;
        const answer = query(cluster, from, to, sample.protocol, sample.port);
        expect({ name, sample, verdict: answer.verdict }).toEqual({ name, sample, verdict: open ? 'allow' : 'deny' });
      }
    }
  });

  const explainCases: Json[] =
    CORPORA === undefined
      ? []
      : readCorpus<Json>('netpol-analyzer-explain.json').cases.filter(({ category }: Json) => category === 'core');
  test.each(explainCases.map((entry) => [entry.case as string, entry] as const))('explain %s', (_name, entry) => {
    const state = readFolder(join(CORPORA as string, 'manifests', entry.dir));
    const cluster = compileCluster(state, OPTIONS);
    let reasons = 0;
    for (const { src, dst, parts } of entry.pairs) {
      for (const { verdict, conns, egress, ingress } of parts) {
        for (const protocol of PROTOCOLS) {
          for (const port of (conns[protocol] ?? []).flat()) {
            const answers = endsOf(state.pods, src).flatMap((from) =>
              endsOf(state.pods, dst).map((to) => query(cluster, from, to, protocol, port)),
            );
            const place = `${src} → ${dst} ${port}/${protocol}`;
            const wanted = verdict === 'allowed' ? 'allow' : 'deny';
            const matching = answers.filter((answer) => answer.verdict === wanted);
            const enough = verdict === 'denied' ? matching.length === answers.length : matching.length > 0;
            expect([place, enough]).toEqual([place, true]);
            reasons += expectReasons(place, matching[0] as TrafficVerdict, { egress, ingress });
          }
        }
      }
    }
    for (const [src, dst] of entry.defaultAllowPairs ?? []) {
      for (const from of endsOf(state.pods, src)) {
        for (const to of endsOf(state.pods, dst)) {
          const answer = query(cluster, from, to, 'TCP', 80);
          expect([src, dst, answer.egress.by, answer.ingress.by]).toEqual([src, dst, [], []]);
        }
      }
    }
    expect(reasons).toBeGreaterThan(0);
  });
});

/** Each direction has the expected verdict, and every reason that the other program gives is among ours. */
function expectReasons(place: string, answer: TrafficVerdict, expected: Record<'egress' | 'ingress', Json>): number {
  let count = 0;
  for (const direction of ['egress', 'ingress'] as const) {
    const ours = answer[direction];
    const wanted = expected[direction];
    expect([place, direction, ours.verdict]).toEqual([
      place,
      direction,
      wanted.verdict === 'allowed' ? 'allow' : 'deny',
    ]);
    for (const { code, policy, rule } of wanted.reasons) {
      // The others number rules from 1; on a refusal they also say what each rule lacks, we the policy alone.
      const index = code === 'allow' ? Number(rule) - 1 : undefined;
      expect([place, direction, textsOf(ours)]).toEqual([
        place,
        direction,
        expect.arrayContaining([`${policy} ${index}`]),
      ]);
      count += 1;
    }
    if (wanted.byDefault) expect([place, direction, ours.by]).toEqual([place, direction, []]);
  }
  return count;
}

function textsOf({ by }: DirectionVerdict): string[] {
  return by.map(({ policy, rule }: RuleRef) => `${policy.namespace}/${policy.name} ${rule}`);
}

function endsOf(pods: readonly Pod[], name: string): End[] {
  const range = /^([\d.]+)-[\d.]+\[External\]$/.exec(name);
  if (range !== null) return [{ address: range[1] as string }];
  return pods.filter(({ workload }) => workloadId(workload) === name).map((pod) => ({ pod }));
}

function podOrAddress(pods: readonly Pod[], name: string): End {
  const pod = pods.find((each) => `${each.workload.namespace}/${each.name}` === name);
  return pod === undefined ? { address: name } : { pod };
}

/** Ports in and beside a set of connections, with whether they are in it. */
function* samplesOf(
  connections: ReturnType<typeof parseConnections>,
): Generator<readonly [{ protocol: (typeof PROTOCOLS)[number]; port: number }, boolean]> {
  for (const protocol of PROTOCOLS) {
    const ranges = connections.find((each) => each.protocol === protocol)?.ranges ?? [];
    const ports = new Set([1, 65_535, ...ranges.flatMap(({ from, to }) => [from - 1, from, to, to + 1])]);
    for (const port of ports) {
      if (port < 1 || port > 65_535) continue;
      yield [{ protocol, port }, ranges.some(({ from, to }) => port >= from && port <= to)];
    }
  }
}
