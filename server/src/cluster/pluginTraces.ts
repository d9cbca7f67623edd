import type { Node } from '../model/node.ts';
import type { JsonMap } from '../syntax/objects/jsonAccess.ts';
import { asMap, asString } from '../syntax/objects/jsonAccess.ts';
import { knownLabels } from '../syntax/objects/labels.ts';
import { controllerOf } from '../syntax/objects/metadata.ts';
import { decodeNode } from '../syntax/objects/node.ts';
import type { Agent } from '../workspace/cni/pluginEvidence.ts';
import { NODES, PODS } from './resource.ts';
import type { SnapshotKind } from './snapshotKinds.ts';

/** What tells a network plug-in, picked up while objects pass by on their way into a snapshot, before they are cut. */
export interface PluginTraces {
  readonly traced: (kind: SnapshotKind) => SnapshotKind;
  readonly seen: () => { readonly nodes: readonly Node[]; readonly agents: readonly Agent[] };
}

export function pluginTraces(): PluginTraces {
  const nodes = new Map<string, Node>();
  const agents = new Map<string, Agent>();
  const look = (kind: SnapshotKind, object: JsonMap): void => {
    if (kind.resource === NODES) {
      const node = decodeNode(object);
      if (node !== undefined) nodes.set(node.name, node);
    } else {
      const agent = agentOfPod(object);
      if (agent !== undefined) agents.set(`${agent.namespace}/${agent.name}`, agent);
    }
  };
  return {
    traced: (kind) => {
      if (kind.resource !== NODES && kind.resource !== PODS) return kind;
      const cut: SnapshotKind['cut'] = (object) => {
        look(kind, object);
        return kind.cut(object);
      };
      return { resource: kind.resource, cut };
    },
    seen: () => ({ nodes: [...nodes.values()], agents: [...agents.values()] }),
  };
}

function agentOfPod(object: JsonMap): Agent | undefined {
  const metadata = asMap(object['metadata']);
  const controller = controllerOf(object);
  if (controller?.kind !== 'DaemonSet') return undefined;
  const { name } = controller;
  return {
    kind: 'DaemonSet',
    namespace: asString(metadata['namespace']),
    name,
    labels: knownLabels(metadata['labels']),
  };
}
