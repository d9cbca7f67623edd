/** Completion in a large file and beside a large cluster, at every kind of place that asks the cluster. */
import { complete } from '../../server/src/features/completion/complete.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { SNIPPET_CLIENT } from '../support/completions.ts';
import { policy, SHOP } from '../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../support/snapshotOf.ts';
import { barred, milliseconds, quantile, timed, told, type BenchRow } from './benchRow.ts';
import { largeCluster } from './largeCluster.ts';

const RUNS = 10;
const MOST_MS = 100;
const LARGE_FILE = 1_100_000;

export function completionBench(): BenchRow[] {
  const { source, namespace } = largeCluster();
  const snapshot = snapshotOf(new Map(), { source });
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
