/** Truth tables of other programs and of the API's own conformance tests, cell by cell, against `query`. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { query, type End } from '../../server/src/engine/query.ts';
import type { EngineOptions } from '../../server/src/model/cluster.ts';
import type { NetworkPolicy, Protocol } from '../../server/src/model/networkPolicy.ts';
import type { Namespace, Pod } from '../../server/src/model/workload.ts';
import { containerPortsOf, policyOf, tablePod, textValues, type Json } from '../support/apiObjects.ts';
import { CORPORA, CORPORA_NOTE, readCorpus } from '../support/corpora.ts';

const OPTIONS: EngineOptions = { hostNetwork: 'pods', ipBlockPods: 'always' };

interface TableCase {
  readonly name: string;
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  readonly policies: readonly NetworkPolicy[];
  /** Peers of the tables: `namespace/pod` or an address. */
  readonly order: readonly string[];
  readonly tables: readonly Table[];
}

interface Table {
  readonly protocol: Protocol;
  readonly port: number;
  readonly part: 'ingress' | 'egress' | 'combined';
  readonly rows: readonly string[];
}

describe.skipIf(CORPORA === undefined)(`tables${CORPORA_NOTE}`, () => {
  const suites: [name: string, cases: () => TableCase[]][] = [
    ['oracle-fuzz.json', () => fuzzCases('oracle-fuzz.json')],
    ['oracle-fuzz-ipv6.json', () => fuzzCases('oracle-fuzz-ipv6.json')],
    ['real-world-oracle.json', () => fuzzCases('real-world-oracle.json')],
    ['cyclonus-cases.json', cyclonusCases],
    ['k8s-e2e-netpol.json', conformanceCases],
    ['recipes.json', recipeCases],
  ];
  test.each(suites)('%s', (_name, cases) => {
    let cells = 0;
    for (const tableCase of cases()) {
      const { differences, count } = compare(tableCase);
      expect(differences, tableCase.name).toEqual([]);
      cells += count;
    }
    expect(cells).toBeGreaterThan(900);
  });
});

/** Cells that differ. `.` allowed, `X` refused; `#` (self) and `N` (port not served) say nothing of policies. */
function compare({ namespaces, pods, policies, order, tables }: TableCase): { differences: string[]; count: number } {
  const cluster = compileCluster({ namespaces, pods, policies, unreadable: [] }, OPTIONS);
  const byName = new Map(pods.map((pod) => [`${pod.workload.namespace}/${pod.name}`, pod]));
  const ends = order.map((name): End => {
    const pod = byName.get(name);
    return pod === undefined ? { address: name } : { pod };
  });
  const differences: string[] = [];
  let count = 0;
  for (const { protocol, port, part, rows } of tables) {
    rows.forEach((row, from) => {
      row.split('').forEach((expected, to) => {
        if (expected === '#' || expected === 'N') return;
        count += 1;
        const answer = query(cluster, ends[from] as End, ends[to] as End, protocol, port);
        const verdict = part === 'combined' ? answer.verdict : answer[part].verdict;
        if (verdict !== (expected === '.' ? 'allow' : 'deny')) {
          differences.push(`${part} ${order[from]} → ${order[to]} ${port}/${protocol}: ${verdict}`);
        }
      });
    });
  }
  return { differences, count };
}

function fuzzCases(file: string): TableCase[] {
  return readCorpus<Json>(file).cases.map((entry: Json) => ({
    name: String(entry.id ?? entry.case),
    namespaces: namespacesOf(entry.namespaces),
    pods: entry.pods.map(tablePod),
    policies: entry.policies.map((policy: Json) => policyOf(policy)),
    order: entry.order,
    tables: tablesOf(entry.tables),
  }));
}

function cyclonusCases(): TableCase[] {
  const { clusters, cases } = readCorpus<Json>('cyclonus-cases.json');
  return cases.flatMap((entry: Json) =>
    entry.steps.map((step: Json, index: number) => {
      const { namespaces, pods } = clusters[step.cluster];
      return {
        name: `${entry.id} ${entry.description}, step ${index}`,
        namespaces: namespacesOf(namespaces),
        pods: pods.map(tablePod),
        policies: step.policies.map((policy: Json) => policyOf(policy)),
        order: step.order,
        tables: tablesOf(step.tables),
      };
    }),
  );
}

function conformanceCases(): TableCase[] {
  const { meta, scenarios } = readCorpus<Json>('k8s-e2e-netpol.json');
  return scenarios.flatMap((scenario: Json) =>
    scenario.checks.map((check: Json) => ({
      name: `${scenario.id} ${scenario.name}`,
      namespaces: namespacesOf(check.namespaces),
      pods: meta.order.map((name: string) => {
        const [namespace, pod] = name.split('/') as [string, string];
        const ports = containerPortsOf(scenario.containerPorts);
        return tablePod({ namespace, name: pod, labels: check.podLabels[name], ip: meta.podIPs[name], ports });
      }),
      policies: check.policies.map((policy: Json) => policyOf(policy)),
      order: meta.order,
      tables: [{ protocol: check.protocol, port: check.port, part: 'combined', rows: check.table }],
    })),
  );
}

function recipeCases(): TableCase[] {
  return readCorpus<Json>('recipes.json').cases.map((entry: Json) => ({
    name: entry.recipe,
    namespaces: namespacesOf(entry.namespaces),
    pods: entry.pods.map(tablePod),
    policies: entry.policyYamls.map((text: string) => policyOf(parse(text))),
    order: entry.order,
    tables: [{ protocol: entry.protocol, port: entry.port, part: 'combined', rows: entry.table }],
  }));
}

function namespacesOf(namespaces: Json): Namespace[] {
  return Object.entries(namespaces).map(([name, labels]) => ({ name, labels: textValues(labels) }));
}

function tablesOf(tables: Json): Table[] {
  return Object.entries(tables).flatMap(([key, parts]) => {
    const [protocol, port] = key.split(' ') as [Protocol, string];
    return (['ingress', 'egress', 'combined'] as const)
      .filter((part) => (parts as Json)[part] !== undefined)
      .map((part) => ({ protocol, port: Number(port), part, rows: (parts as Json)[part] }));
  });
}
