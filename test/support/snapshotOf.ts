/** Builds what editor features answer from out of texts, as the workspace does. */
import { DEFAULT_ENGINE_OPTIONS } from '../../server/src/model/cluster.ts';
import type { Problem } from '../../server/src/model/finding.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import type { SourceState } from '../../server/src/workspace/clusterSource.ts';
import { chosenPlugins } from '../../server/src/workspace/cni/chosenPlugins.ts';
import { pluginBehaviour } from '../../server/src/workspace/cni/pluginBehaviour.ts';
import { knowledgeOf } from '../../server/src/workspace/knowledge.ts';
import { tableOf } from '../../server/src/workspace/objectTable.ts';
import { placeObjects, type PlacementOptions } from '../../server/src/workspace/placeObjects.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../server/src/workspace/settings.ts';
import type { FileView, SourceView, WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import type { SourceFile } from '../../server/src/workspace/sourceFile.ts';
import { compileUniverse, manifestParts, overlaidParts } from '../../server/src/workspace/universe.ts';

export interface SnapshotOptions {
  readonly source?: SourceView;
  readonly settings?: Partial<Settings>;
  readonly namespace?: FileView['namespace'];
  /** The present texts of files that cannot be decoded; `files` holds their last readable state. */
  readonly held?: Readonly<Record<string, string>>;
  /** Files that are patches. */
  readonly fragments?: readonly string[];
  /** Names of policies that the API server would refuse. */
  readonly refused?: readonly string[];
  readonly now?: number;
}

/** The files of a folder, all open; a file's URI is `file:///NAME`. */
export function snapshotOf(texts: ReadonlyMap<string, string>, options: SnapshotOptions = {}): WorkspaceSnapshot {
  const namespace = options.namespace ?? { name: 'default', from: 'default' };
  const sourceFile = (name: string, text: string): SourceFile => ({
    uri: uriOf(name),
    text,
    parsed: parseManifests(text),
    fragment: options.fragments?.includes(name) === true,
  });
  const readable = [...texts].map(([name, text]) => sourceFile(name, text));
  const byUri = new Map(readable.map((file) => [file.uri, file]));
  const problemsOf: PlacementOptions['problemsOf'] = (_, { name }) =>
    options.refused?.includes(name) === true ? [REFUSAL] : [];
  const table = tableOf(
    readable.map((file) => [file.uri, placeObjects(file, { namespace: namespace.name, problemsOf })]),
  );
  const source = options.source ?? { kind: 'files' };
  const state: SourceState | undefined = 'state' in source ? source.state : undefined;
  const plugins = chosenPlugins(options.settings?.cni ?? DEFAULT_SETTINGS.cni, state?.plugins);
  const behaviour = pluginBehaviour(plugins);
  const read = state === undefined ? manifestParts(table) : overlaidParts(state, [], table);
  const parts = behaviour === undefined ? read : { ...read, behaviour };
  const universe = compileUniverse(parts, DEFAULT_ENGINE_OPTIONS);
  const files = new Map(
    [...texts].map(([name, text]): [string, FileView] => {
      const present = options.held?.[name];
      const file = (present === undefined ? byUri.get(uriOf(name)) : undefined) ?? sourceFile(name, present ?? text);
      const held = new Set(present === undefined ? [] : file.parsed.documents.map(({ start }) => start));
      return [file.uri, { file, path: `/${name}`, open: true, held, namespace }];
    }),
  );
  return {
    revision: 1,
    universe,
    intended: universe,
    knowledge: knowledgeOf(parts, state, source.kind !== 'files' || source.indexing === undefined),
    ...(plugins !== undefined && { plugins }),
    source,
    scope: { kind: 'folder', folder: '', name: '', isOnly: true, gaps: [], writtenTwice: () => [] },
    table,
    manifests: table,
    files,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    now: options.now ?? Date.UTC(2026, 10, 12, 9, 14),
  };
}

const REFUSAL: Problem = {
  layer: 'decode',
  severity: 'error',
  code: 'decode',
  message:
    'json: cannot unmarshal string into Go struct field NetworkPolicySpec.spec.ingress of type []v1.NetworkPolicyIngressRule',
  path: 'spec.ingress',
  range: { start: 0, end: 0 },
};

export function uriOf(name: string): string {
  return `file:///${name}`;
}
