import { DEFAULT_ENGINE_OPTIONS, type ClusterState, type EngineOptions } from '../../server/src/model/cluster.ts';
import { EMPTY_CONTENTS, type NamespaceContents, type SourceState } from '../../server/src/workspace/clusterSource.ts';
import { NO_STATE } from '../../server/src/workspace/folderParts.ts';
import { EMPTY_TABLE } from '../../server/src/workspace/objectTable.ts';
import { knowledgeOf } from '../../server/src/workspace/knowledge.ts';
import { DEFAULT_SETTINGS } from '../../server/src/workspace/settings.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { compileUniverse } from '../../server/src/workspace/universe.ts';

/** A live cluster that holds exactly a state of the engine, with no file beside it. */
export function snapshotOfState(
  { namespaces, pods, policies, unreadable }: ClusterState,
  options: EngineOptions = DEFAULT_ENGINE_OPTIONS,
): WorkspaceSnapshot {
  const names = new Set([...pods.map(({ workload }) => workload.namespace), ...policies.map((each) => each.namespace)]);
  const contents = new Map(
    [...names].map((name): [string, NamespaceContents] => [
      name,
      {
        ...EMPTY_CONTENTS,
        pods: pods.filter(({ workload }) => workload.namespace === name),
        policies: policies.filter(({ namespace }) => namespace === name),
      },
    ]),
  );
  const state: SourceState = { ...NO_STATE, namespaces, contents };
  const parts = { contents, namespaces, clusterPolicies: [], nodes: [], unread: unreadable };
  const universe = compileUniverse(parts, options);
  return {
    revision: 1,
    universe,
    intended: universe,
    knowledge: knowledgeOf(parts, state, true),
    source: { kind: 'snapshot', label: 'state.json', state },
    scope: { kind: 'folder', folder: '', name: '', isOnly: true, gaps: [], writtenTwice: () => [] },
    table: EMPTY_TABLE,
    manifests: EMPTY_TABLE,
    files: new Map(),
    settings: DEFAULT_SETTINGS,
    now: 0,
  };
}
