/** Completion in a large file and beside a large cluster, at every kind of place that asks the cluster. */
import { complete } from '../../server/src/features/completion/complete.ts';
import type { NetworkPolicy } from '../../server/src/model/networkPolicy.ts';
import type { Pod } from '../../server/src/model/workload.ts';
import type { NamespaceContents } from '../../server/src/workspace/clusterSource.ts';
import { EMPTY_CONTENTS } from '../../server/src/workspace/clusterSource.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { SNIPPET_CLIENT } from '../support/completions.ts';
import { liveSource } from '../support/clusterSource.ts';
import { policy, SHOP } from '../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../support/snapshotOf.ts';
import { barred, milliseconds, quantile, timed, told, type BenchRow } from './benchRow.ts';
import { generateCluster } from './clusterGenerator.ts';

const RUNS = 10;
const MOST_MS = 100;
const LARGE_FILE = 1_100_000;

export function completionBench(): BenchRow[] {
  const { snapshot, namespace } = largeCluster();
  const places = placesIn(namespace);
  const first = timed(() => void at(snapshot, '', places[0] as string));
  const beside = places.flatMap((place) => times(snapshot, '', place));
  const small = snapshotOf(SHOP);
  const one = `${policy('podSelector: { matchLabels: { app: web } }\ningress:\n- from: [{ podSelector: {} }]')}---\n`;
  const above = one.repeat(Math.ceil(LARGE_FILE / one.length));
  const large = placesIn('shop').flatMap((place) => times(small, above, place));
  return [
    told('completion, 150k pods, the first of a new source', milliseconds(first)),
    bar('completion, 150k pods, p95', beside),
    bar('completion, a file of 1.1 MB, p95', large),
  ];
}

function bar(name: string, measured: readonly number[]): BenchRow {
  const p95 = quantile(measured, 0.95);
  return barred(name, milliseconds(p95), `at most ${MOST_MS} ms`, p95 <= MOST_MS);
}

function placesIn(namespace: string): readonly string[] {
  const within = (spec: string): string => policy(spec, `name: web, namespace: ${namespace}`);
  return [
    within('podSelector: {}\ningress:\n- from:\n  - $0'),
    within('podSelector: {}\negress:\n- $0'),
    within('podSelector: { matchLabels: { $0 } }'),
    within('ingress:\n- from:\n  - namespaceSelector: {}\n    podSelector: { matchLabels: { app: $0 } }'),
    within('ingress:\n- from:\n  - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: $0 } }'),
    within('egress:\n- to:\n  - namespaceSelector: {}\n  ports: [{ port: $0 }]'),
    within('egress:\n- to: [{ ipBlock: { cidr: $0 } }]'),
    within('$0'),
  ];
}

function times(snapshot: WorkspaceSnapshot, above: string, place: string): readonly number[] {
  return Array.from({ length: RUNS }, () => timed(() => void at(snapshot, above, place)));
}

function at(snapshot: WorkspaceSnapshot, above: string, marked: string): unknown {
  const text = above + marked.replace('$0', '');
  return complete(snapshot, { uri: uriOf('web.yaml'), text }, above.length + marked.indexOf('$0'), SNIPPET_CLIENT);
}

function largeCluster(): { readonly snapshot: WorkspaceSnapshot; readonly namespace: string } {
  const { namespaces, pods, policies } = generateCluster({
    namespaces: 300,
    deploymentsPerNamespace: 25,
    replicas: 20,
    emit: 'pods',
  });
  const podsOf = Map.groupBy(pods, ({ workload }: Pod) => workload.namespace);
  const policiesOf = Map.groupBy(policies, ({ namespace }: NetworkPolicy) => namespace);
  const contents = new Map(
    namespaces.map(({ name }): [string, NamespaceContents] => [
      name,
      { ...EMPTY_CONTENTS, pods: podsOf.get(name) ?? [], policies: policiesOf.get(name) ?? [] },
    ]),
  );
  const source = liveSource(new Map(), 0);
  if (!('state' in source)) throw new Error('a live source has a state');
  return {
    snapshot: snapshotOf(new Map(), { source: { ...source, state: { ...source.state, namespaces, contents } } }),
    namespace: namespaces[0]?.name ?? 'default',
  };
}
