import type { JsonValue } from '../../server/src/model/manifest.ts';
import type { NetworkPolicy, PolicyRule } from '../../server/src/model/networkPolicy.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { blockSource } from '../../server/src/syntax/yamlSource.ts';
import { DEFAULT_STYLE } from '../../server/src/syntax/yamlStyle.ts';
import { DEFAULT_ENGINE_OPTIONS, type ClusterState, type EngineOptions } from '../../server/src/model/cluster.ts';
import { EMPTY_CONTENTS, type NamespaceContents, type SourceState } from '../../server/src/workspace/clusterSource.ts';
import { NO_STATE } from '../../server/src/workspace/folderParts.ts';
import { EMPTY_TABLE, tableOf } from '../../server/src/workspace/objectTable.ts';
import { placeObjects } from '../../server/src/workspace/placeObjects.ts';
import { knowledgeOf } from '../../server/src/workspace/knowledge.ts';
import { DEFAULT_SETTINGS } from '../../server/src/workspace/settings.ts';
import type { FileView, WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
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

/** The same with every policy written in a file of its own, open in the editor, as it is in the cluster. */
export function withWrittenPolicies(snapshot: WorkspaceSnapshot): WorkspaceSnapshot {
  const views = [...snapshot.universe.cluster.policies.values()].map(({ policy }): FileView => {
    const text = policyText(policy);
    const file = {
      uri: `file:///${policy.namespace}-${policy.name}.yaml`,
      text,
      parsed: parseManifests(text),
      fragment: false,
    };
    return { file, path: file.uri, open: true, held: new Set(), namespace: { name: 'default', from: 'default' } };
  });
  const table = tableOf(
    views.map(({ file }) => [file.uri, placeObjects(file, { namespace: 'default', problemsOf: () => [] })]),
  );
  return { ...snapshot, table, manifests: table, files: new Map(views.map((view) => [view.file.uri, view])) };
}

function policyText({ namespace, name, podSelector, policyTypes, ingress, egress }: NetworkPolicy): string {
  const rule = (field: 'from' | 'to') => (written: PolicyRule) => ({
    [field]: written.peers?.map(({ podSelector: pods, namespaceSelector, ipBlock }) => ({
      podSelector: pods,
      namespaceSelector,
      ipBlock,
    })),
    ports: written.ports,
  });
  // JSON is YAML; block style is what people write.
  const object = JSON.parse(
    JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace },
      spec: { podSelector, policyTypes, ingress: ingress?.map(rule('from')), egress: egress?.map(rule('to')) },
    }),
  ) as { [key: string]: JsonValue };
  return `${blockSource(object, 0, DEFAULT_STYLE)}\n`;
}
