import { qualifiedName, thousands } from '../analysis/wording.ts';
import { formatAddress, parseAddress } from '../engine/address.ts';
import { compileCluster } from '../engine/compileCluster.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import type { ClusterEdit, PolicyName } from '../engine/clusterEdit.ts';
import { withEdit } from '../engine/withEdit.ts';
import {
  DEFAULT_ENGINE_OPTIONS,
  type ClusterState,
  type EngineOptions,
  type UnreadableScope,
} from '../model/cluster.ts';
import type { ForeignPolicy } from '../model/manifest.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { Node } from '../model/node.ts';
import { workloadId, type Namespace, type Pod } from '../model/workload.ts';
import { MESH_GROUPS } from '../syntax/objects/foreignPolicy.ts';
import type { PluginBehaviour } from './cni/pluginBehaviour.ts';
import { pluginBehaviour, sameBehaviour } from './cni/pluginBehaviour.ts';
import { EMPTY_CONTENTS, type NamespaceContents, type SourceState } from './clusterSource.ts';
import { manifestClusterPolicies, manifestContents, manifestNamespaces, overlayPolicies } from './contents.ts';
import type { ObjectTable } from './objectTable.ts';

/**
 * What one answer is about: the manifests alone, or a cluster with documents laid over it. A namespace's contents
 * are the same object as long as nothing in the namespace changed, which is what makes an edit cheap.
 */
export interface UniverseParts {
  readonly contents: ReadonlyMap<string, NamespaceContents>;
  readonly namespaces: readonly Namespace[];
  readonly clusterPolicies: readonly ForeignPolicy[];
  /** Nodes of the cluster; manifests bring none. */
  readonly nodes: readonly Node[];
  /** What the source could not read, as the engine takes it. */
  readonly unread: readonly UnreadableScope[];
  /** Namespaces, or `*`, whose pods are not all known although their source was read: patches, remote bases. */
  readonly unreadPods?: ReadonlySet<string>;
  /** In what the cluster's network plug-in deviates from the API; absent: in nothing that is known. */
  readonly behaviour?: PluginBehaviour;
}

export interface Universe {
  readonly parts: UniverseParts;
  readonly cluster: CompiledCluster;
}

/** The manifests are the universe. `before` gives the contents of namespaces that were not touched. */
export function manifestParts(
  table: ObjectTable,
  before?: { readonly parts: UniverseParts; readonly touched: ReadonlySet<string> },
): UniverseParts {
  const contents = new Map<string, NamespaceContents>();
  for (const namespace of table.namespaces.keys()) {
    if (namespace === '') continue;
    const kept = before?.touched.has(namespace) === false ? before.parts.contents.get(namespace) : undefined;
    contents.set(namespace, kept ?? manifestContents(table, namespace));
  }
  return {
    contents,
    namespaces: manifestNamespaces(table),
    clusterPolicies: manifestClusterPolicies(table),
    nodes: [],
    unread: [],
  };
}

/** A cluster with the policies of open documents laid over it: its pods are the only pods. */
export function overlaidParts(
  state: SourceState,
  unread: readonly UnreadableScope[],
  open: ObjectTable,
): UniverseParts {
  const contents = new Map(state.contents);
  for (const namespace of open.namespaces.keys()) {
    const under = contents.get(namespace);
    if (namespace === '') continue;
    const over = overlayPolicies(under ?? EMPTY_CONTENTS, open, namespace);
    if (over !== EMPTY_CONTENTS) contents.set(namespace, over);
  }
  const { namespaces, clusterPolicies, nodes } = state;
  return { contents, namespaces, clusterPolicies, nodes, unread, ...behaviourOf(state) };
}

/** A cluster with every object of the manifests laid over it, as the command line's inputs add up. */
export function combinedParts(
  state: SourceState,
  unread: readonly UnreadableScope[],
  table: ObjectTable,
): UniverseParts {
  const contents = new Map(state.contents);
  for (const namespace of table.namespaces.keys()) {
    if (namespace !== '') contents.set(namespace, manifestContents(table, namespace, contents.get(namespace)));
  }
  const written = manifestNamespaces(table);
  const names = new Set(written.map(({ name }) => name));
  return {
    contents,
    namespaces: [...state.namespaces.filter(({ name }) => !names.has(name)), ...written],
    clusterPolicies: [...state.clusterPolicies, ...manifestClusterPolicies(table)],
    nodes: state.nodes,
    unread,
    ...behaviourOf(state),
  };
}

function behaviourOf({ plugins }: SourceState): Pick<UniverseParts, 'behaviour'> {
  const behaviour = pluginBehaviour(plugins);
  return behaviour === undefined ? {} : { behaviour };
}

/** @param options what the universe's own plug-in says of them stands above */
export function compileUniverse(parts: UniverseParts, options: EngineOptions): Universe {
  const all = [...parts.contents.values()];
  const cluster = compileCluster(
    {
      namespaces: parts.namespaces,
      pods: all.flatMap(({ pods }) => pods),
      policies: all.flatMap(({ policies }) => policies),
      unreadable: unreadableScopes(parts),
      ...nodesOf(parts),
    },
    parts.behaviour === undefined ? options : { ...options, ...parts.behaviour },
  );
  return { parts, cluster };
}

/** Only a plug-in that sees nodes otherwise than the API has to know them: their objects change all the time. */
function nodesOf({ nodes, behaviour }: UniverseParts): Pick<ClusterState, 'nodeAddresses'> {
  if (behaviour === undefined || behaviour.ipBlockPods === 'always') return {};
  const addresses = nodes.flatMap(({ ips }) => ips.flatMap((ip) => parseAddress(ip) ?? []));
  return { nodeAddresses: new Set(addresses.map(formatAddress)) };
}

/** Everything that could change verdicts and is not evaluated, each with a clause that names it. */
function unreadableScopes(parts: UniverseParts): UnreadableScope[] {
  const scopes = [...parts.unread];
  for (const { group, why } of byKind(parts.clusterPolicies, ({ name }) => name)) {
    scopes.push(MESH_GROUPS.includes(group) ? meshScope(group, '*', why) : { namespace: '*', why });
  }
  for (const [namespace, { foreignPolicies, rejectedPolicies }] of parts.contents) {
    for (const { group, why } of byKind(foreignPolicies, ({ name }) => qualifiedName({ namespace, name }))) {
      scopes.push(MESH_GROUPS.includes(group) ? meshScope(group, namespace, why) : { namespace, why });
    }
    for (const { name, fault } of rejectedPolicies) {
      scopes.push({
        namespace,
        why: `the API server would reject NetworkPolicy ${qualifiedName({ namespace, name })}: ${fault}`,
      });
    }
  }
  return scopes;
}

/** Each kind once, however many of it there are: a namespace may have hundreds. */
function byKind(
  policies: readonly ForeignPolicy[],
  nameOf: (policy: ForeignPolicy) => string,
): readonly { readonly group: string; readonly why: string }[] {
  return [...Map.groupBy(policies, ({ group, kind }) => `${kind}.${group}`).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const others = same.length === 1 ? 'is' : `and ${thousands(same.length - 1)} more of its kind are`;
    return [{ group: first.group, why: `${first.kind} ${nameOf(first)} ${others} not evaluated` }];
  });
}

/** A mesh looks at what arrives. Istio's policies in its root namespace are for every other one, too. */
function meshScope(group: string, namespace: string, why: string): UnreadableScope {
  const everywhere = group === 'security.istio.io' && namespace === ISTIO_ROOT;
  return { namespace: everywhere ? '*' : namespace, direction: 'ingress', layer: 'mesh', why };
}

/** `meshConfig.rootNamespace` by default. */
const ISTIO_ROOT = 'istio-system';

/** The universe after a change; only namespaces whose contents are other objects than before are looked at. */
export function updateUniverse(before: Universe, parts: UniverseParts): Universe {
  if (!sameBehaviour(before.parts.behaviour, parts.behaviour)) {
    const { hostNetwork } = before.cluster.options;
    return compileUniverse(parts, { ...DEFAULT_ENGINE_OPTIONS, hostNetwork });
  }
  const edit = universeEdit(before.parts, parts);
  return edit === undefined ? { parts, cluster: before.cluster } : { parts, cluster: withEdit(before.cluster, edit) };
}

function universeEdit(before: UniverseParts, after: UniverseParts): ClusterEdit | undefined {
  const putPolicies: NetworkPolicy[] = [];
  const removePolicies: PolicyName[] = [];
  const putPods: Pod[] = [];
  const removePods: Pod[] = [];
  let scopesChanged = before.unread !== after.unread || !sameItems(before.clusterPolicies, after.clusterPolicies);
  for (const namespace of new Set([...before.contents.keys(), ...after.contents.keys()])) {
    const old = before.contents.get(namespace) ?? EMPTY_CONTENTS;
    const now = after.contents.get(namespace) ?? EMPTY_CONTENTS;
    if (old === now) continue;
    const policies = changes(old.policies, now.policies, ({ name }) => name);
    putPolicies.push(...policies.put);
    removePolicies.push(...policies.remove);
    const pods = changes(old.pods, now.pods, ({ workload, name }) => `${workloadId(workload)} ${name ?? ''}`);
    putPods.push(...pods.put);
    removePods.push(...pods.remove);
    scopesChanged ||=
      !sameItems(old.foreignPolicies, now.foreignPolicies) || !sameItems(old.rejectedPolicies, now.rejectedPolicies);
  }
  const namespaces = changes(before.namespaces, after.namespaces, ({ name }) => name);
  const edit: ClusterEdit = {
    ...(putPolicies.length + removePolicies.length > 0
      ? { policies: { put: putPolicies, remove: removePolicies } }
      : {}),
    ...(putPods.length + removePods.length > 0 ? { pods: { put: putPods, remove: removePods } } : {}),
    ...(namespaces.put.length + namespaces.remove.length > 0
      ? { namespaces: { put: namespaces.put, remove: namespaces.remove.map(({ name }) => name) } }
      : {}),
    ...(scopesChanged ? { unreadable: unreadableScopes(after) } : {}),
    ...(sameNodes(before.nodes, after.nodes) ? {} : nodesOf(after)),
  };
  return Object.keys(edit).length === 0 ? undefined : edit;
}

function changes<T>(before: readonly T[], after: readonly T[], key: (item: T) => string): { put: T[]; remove: T[] } {
  if (before === after) return { put: [], remove: [] };
  const known = new Map(before.map((item) => [key(item), item]));
  const put: T[] = [];
  for (const item of after) {
    const name = key(item);
    if (known.get(name) !== item) put.push(item);
    known.delete(name);
  }
  return { put, remove: [...known.values()] };
}

function sameNodes(a: readonly Node[], b: readonly Node[]): boolean {
  if (a === b) return true;
  const text = (nodes: readonly Node[]): string => nodes.map(({ ips }) => ips.join()).join(';');
  return text(a) === text(b);
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}
