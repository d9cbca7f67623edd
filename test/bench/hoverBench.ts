/** Hover at every word of a policy and of workloads beside a large cluster, and the lenses above them. */
import { codeLensPlaces, resolveCodeLens } from '../../server/src/features/codeLens.ts';
import { hover } from '../../server/src/features/hover.ts';
import { policy } from '../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../support/snapshotOf.ts';
import { barred, milliseconds, quantile, timed, told, type BenchRow } from './benchRow.ts';
import { largeCluster, type LargeCluster } from './largeCluster.ts';

const RUNS = 5;
const MOST_MS = 20;

export function hoverBench(): BenchRow[] {
  const cluster = largeCluster();
  const texts = new Map([
    ['policy.yaml', policyText(cluster)],
    ['workloads.yaml', workloadTexts(cluster)],
  ]);
  const snapshot = snapshotOf(texts, { source: cluster.source });
  const uris = [...texts.keys()].map(uriOf);
  const firstHover = timed(() => void hover(snapshot, uris[0] as string, 0));
  const hovers = uris.flatMap((uri) => {
    const words = [...(snapshot.files.get(uri)?.file.text ?? '').matchAll(/[^\s:,{}[\]]+/g)];
    return words.flatMap(({ index }) =>
      Array.from({ length: RUNS }, () => timed(() => void hover(snapshot, uri, index))),
    );
  });
  const lenses = uris.flatMap((uri) =>
    codeLensPlaces(snapshot, uri).map((lens) => timed(() => void resolveCodeLens(snapshot, lens))),
  );
  return [
    told('hover, 150k pods, the first of a new source', milliseconds(firstHover)),
    bar('hover, 150k pods, p95', hovers),
    told('hover, 150k pods, the slowest word', milliseconds(Math.max(...hovers))),
    bar('a lens, 150k pods, p95', lenses),
  ];
}

function bar(name: string, measured: readonly number[]): BenchRow {
  const p95 = quantile(measured, 0.95);
  return barred(name, milliseconds(p95), `at most ${MOST_MS} ms`, p95 <= MOST_MS);
}

/** Every sort of peer and port, from the narrowest to everyone. */
function policyText({ namespace, pods }: LargeCluster): string {
  const [first] = pods;
  const labels = JSON.stringify(first?.labels ?? {});
  const [key = 'app', value = ''] = Object.entries(first?.labels ?? {})[0] ?? [];
  return policy(
    `
podSelector: { matchLabels: ${labels} }
policyTypes: [Ingress, Egress]
ingress:
- from:
  - podSelector: { matchExpressions: [{ key: ${key}, operator: NotIn, values: [${value}] }] }
  - namespaceSelector: {}
    podSelector: { matchLabels: { ${key}: ${value} } }
  - namespaceSelector: { matchLabels: { team: team-1 } }
  - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
  ports: [{ port: 8080 }, { port: 8000, endPort: 9000 }, { port: http, protocol: TCP }]
egress:
- to: [{ namespaceSelector: {} }]
  ports: [{ port: 53, protocol: UDP }]
- ports: [{ port: 443 }]
`,
    `name: wide, namespace: ${namespace}`,
  );
}

/** The namespace with three of its workloads and their Services. */
function workloadTexts({ namespace, pods }: LargeCluster): string {
  const first = new Map(pods.map((pod) => [pod.workload.name, pod]));
  const objects = [...first.values()].slice(0, 3).flatMap(({ workload: { kind, name }, labels, ports }) => [
    {
      apiVersion: 'apps/v1',
      kind,
      metadata: { name, namespace, labels },
      spec: {
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'main', ports: ports.map(({ port }) => ({ containerPort: port })) }] },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector: labels, ports: ports.map(({ port }) => ({ port: 80, targetPort: port })) },
    },
  ]);
  const all = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...objects];
  return all.map((object) => JSON.stringify(object)).join('\n---\n');
}
