import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import type { Coverage, CoverageStatus, SourceState } from '../../server/src/workspace/clusterSource.ts';
import type { SourceView } from '../../server/src/workspace/snapshot.ts';
import { tableOf } from '../../server/src/workspace/objectTable.ts';
import { placeObjects } from '../../server/src/workspace/placeObjects.ts';
import { manifestParts } from '../../server/src/workspace/universe.ts';

/** What a cluster read when its objects are those of manifests. */
export function stateOfTexts(
  texts: ReadonlyMap<string, string>,
  origin: SourceState['origin'],
  pods: CoverageStatus = { state: 'complete' },
  more: readonly Coverage[] = [],
): SourceState {
  const files = [...texts].map(([uri, text]) => ({ uri, text, parsed: parseManifests(text), fragment: false }));
  const options = { namespace: 'default', problemsOf: () => [] };
  const parts = manifestParts(tableOf(files.map((file) => [file.uri, placeObjects(file, options)])));
  const complete = ['Namespace', 'NetworkPolicy'].map((kind): Coverage => {
    return { kind, group: kind === 'Namespace' ? '' : 'networking.k8s.io', status: { state: 'complete' } };
  });
  return {
    origin,
    namespaces: parts.namespaces,
    contents: parts.contents,
    clusterPolicies: [],
    nodes: [],
    coverage: [...complete, { kind: 'Pod', group: '', status: pods }, ...more],
  };
}

/** A live cluster, `prod-eu`, that last said something when the tests' clock stood at `readAt`. */
export function liveSource(
  texts: ReadonlyMap<string, string>,
  readAt: number,
  pods?: CoverageStatus,
  more?: readonly Coverage[],
): SourceView {
  const origin = { kind: 'live', context: 'prod-eu', server: 'https://prod.example', readAt } as const;
  return { kind: 'live', label: 'prod-eu', state: stateOfTexts(texts, origin, pods, more) };
}
