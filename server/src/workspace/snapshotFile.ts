import type { EndpointSlice, Ingress } from '../model/exposure.ts';
import type { ForeignPolicy, JsonValue, RejectedPolicy, WorkloadObject } from '../model/manifest.ts';
import type { NetworkPlugins } from '../model/networkPlugin.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { Node } from '../model/node.ts';
import type { Namespace, Service, ServiceReference } from '../model/workload.ts';
import type { DecodedObject } from '../syntax/objects/decodeObject.ts';
import { decodeObject } from '../syntax/objects/decodeObject.ts';
import { expandObjects } from '../syntax/objects/expandObjects.ts';
import { decodeMeshPolicy } from '../syntax/objects/foreignPolicy.ts';
import { Interner } from '../syntax/objects/interner.ts';
import { decodeNode } from '../syntax/objects/node.ts';
import { decodeServiceReferences, REFERRING_KINDS } from '../syntax/objects/serviceReferences.ts';
import { parseManifests } from '../syntax/parseManifests.ts';
import { detectPlugins } from './cni/detectPlugins.ts';
import { agentOf, type Agent } from './cni/pluginEvidence.ts';
import { WrittenDetails } from './cni/writtenDetails.ts';
import type { NamespaceContents, SourceState } from './clusterSource.ts';
import { resolvePods } from './owners.ts';
import { statedCoverage, unstatedCoverage } from './snapshotCoverage.ts';

/**
 * Reads a saved cluster: what `bulkhead snapshot` wrote, or the output of `kubectl get … -o json` (or `-o yaml`) for
 * any mix of kinds, also several outputs one after the other. Where it holds Pods, or says that it looked for them,
 * only they are pods, and workloads only name them; else the workloads' templates stand for their replicas. Never
 * throws; `state` is missing where the text holds no Kubernetes object.
 */
export function readSnapshot(text: string): { readonly state?: SourceState; readonly problems: readonly string[] } {
  const values = readValues(text);
  if (values === undefined) return { problems: ['it is neither JSON nor YAML that can be read'] };
  const problems: string[] = [];
  const objects = gather(values);
  if (objects.kinds.size === 0) return { problems: ['it holds no Kubernetes objects'] };
  const stated = statedCoverage(values, problems);
  const podsListed = objects.kinds.has('Pod') || (stated?.coverage.some(({ kind }) => kind === 'Pod') ?? false);
  const contents = new Map(
    [...objects.groups].map(([namespace, group]) => [namespace, contentsOf(group, podsListed)] as const),
  );
  const namespaces = [...objects.namespaces.values()];
  return {
    problems,
    state: {
      origin: { kind: 'snapshot', ...stated?.origin },
      namespaces: [...namespaces, ...unnamed(objects.namespaces, contents)],
      contents,
      clusterPolicies: [...objects.clusterPolicies.values()],
      nodes: [...objects.nodes.values()],
      coverage: stated?.coverage ?? unstatedCoverage(objects.kinds),
      references: [...objects.references.values()].flat(),
      ...pluginsOf(stated?.plugins, objects),
    },
  };
}

/** Objects by what makes two of them the same one: a file may hold an object twice, and the later one counts. */
interface Gathered {
  readonly kinds: Set<string>;
  readonly references: Map<string, readonly ServiceReference[]>;
  /** What single objects say of a network plug-in. */
  readonly details: WrittenDetails;
  /** DaemonSets, any of which may be a network plug-in. */
  readonly agents: Map<string, Agent>;
  readonly namespaces: Map<string, Namespace>;
  readonly nodes: Map<string, Node>;
  readonly clusterPolicies: Map<string, ForeignPolicy>;
  readonly groups: Map<string, NamespaceGroup>;
}

interface NamespaceGroup {
  readonly workloads: Map<string, WorkloadObject>;
  readonly policies: Map<string, NetworkPolicy>;
  readonly rejected: Map<string, RejectedPolicy>;
  readonly services: Map<string, Service>;
  readonly ingresses: Map<string, Ingress>;
  readonly endpointSlices: Map<string, EndpointSlice>;
  /** By the name of their Service. */
  readonly endpoints: Map<string, readonly EndpointSlice[]>;
  readonly foreign: Map<string, ForeignPolicy>;
}

function gather(values: readonly JsonValue[]): Gathered {
  const gathered: Gathered = {
    kinds: new Set(),
    details: new WrittenDetails(),
    agents: new Map(),
    references: new Map(),
    namespaces: new Map(),
    nodes: new Map(),
    clusterPolicies: new Map(),
    groups: new Map(),
  };
  const interner = new Interner();
  for (const value of values) {
    for (const expanded of expandObjects(value)) {
      const decoded = decodeObject(expanded.value, interner);
      if (decoded !== undefined) sort(gathered, decoded, expanded.value);
    }
  }
  return gathered;
}

function sort(gathered: Gathered, decoded: DecodedObject, value: JsonValue): void {
  const { kind, name, object } = decoded;
  gathered.kinds.add(kind);
  gathered.details.add(decoded.apiVersion, kind, name, value);
  if (REFERRING_KINDS.has(kind)) gathered.references.set(`${kind}/${name}`, decodeServiceReferences(value));
  const agent = kind === 'DaemonSet' ? agentOf(value) : undefined;
  if (agent !== undefined) gathered.agents.set(`${agent.namespace}/${name}`, agent);
  const mesh = object === undefined ? meshPolicyOf(decoded) : undefined;
  // Objects that a server stores always have their namespace; output of other origin may lack it.
  const namespace = decoded.namespace === '' ? 'default' : decoded.namespace;
  if (decoded.undecodable !== undefined) {
    groupOf(gathered, namespace).rejected.set(name, { namespace, name, fault: decoded.undecodable });
  } else if (kind === 'Node' && decoded.apiVersion === 'v1') {
    const node = decodeNode(value);
    if (node !== undefined) gathered.nodes.set(name, node);
  } else if (object?.type === 'namespace') {
    gathered.namespaces.set(name, object.namespace);
  } else if (object?.type === 'workload') {
    const { workload } = object;
    groupOf(gathered, namespace).workloads.set(`${kind}/${name}`, workload);
  } else if (object?.type === 'networkPolicy') {
    groupOf(gathered, namespace).policies.set(name, object.policy);
  } else if (object?.type === 'service') {
    groupOf(gathered, namespace).services.set(name, object.service);
  } else if (object?.type === 'ingress') {
    groupOf(gathered, namespace).ingresses.set(name, object.ingress);
  } else if (object?.type === 'endpoints') {
    const { slices } = object.endpoints;
    const group = groupOf(gathered, namespace);
    const [slice] = slices;
    if (kind === 'Endpoints') group.endpoints.set(name, slices);
    else if (slice !== undefined) group.endpointSlices.set(name, slice);
  } else if (object?.type === 'foreignPolicy' || mesh !== undefined) {
    const policy = object?.type === 'foreignPolicy' ? object.policy : mesh;
    if (policy === undefined) return;
    const key = `${kind}.${policy.group}/${name}`;
    if (policy.namespace === undefined) gathered.clusterPolicies.set(key, policy);
    else groupOf(gathered, namespace).foreign.set(key, { ...policy, namespace });
  }
}

/** What was found when a snapshot was taken; of kubectl's output what its DaemonSets and Nodes show. */
function pluginsOf(
  stated: NetworkPlugins | undefined,
  { kinds, agents, nodes, details }: Gathered,
): { readonly plugins?: NetworkPlugins } {
  if (stated !== undefined) return { plugins: stated };
  if (!kinds.has('DaemonSet')) return {};
  const evidence = { nodes: [...nodes.values()], nodesKnown: kinds.has('Node') };
  const plugins = detectPlugins({
    ...evidence,
    agents: [...agents.values()],
    agentsKnown: true,
    groups: [],
    details: details.details(),
  });
  return { plugins };
}

function meshPolicyOf({ apiVersion, kind, name, namespace }: DecodedObject): ForeignPolicy | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return decodeMeshPolicy({ apiVersion, group, kind, name, namespace });
}

function readValues(text: string): readonly JsonValue[] | undefined {
  const whole = parsed(text);
  if (whole !== undefined) return [whole];
  // Several outputs of kubectl in one file: a brace at a line's start is never inside a JSON string.
  const pieces = text.split(/(?<=^\})\s*(?=^\{)/m).map(parsed);
  if (pieces.every((piece) => piece !== undefined)) return pieces;
  const values = parseManifests(text).documents.flatMap(({ document }) => document.value ?? []);
  return values.length === 0 ? undefined : values;
}

function groupOf({ groups }: Gathered, namespace: string): NamespaceGroup {
  let group = groups.get(namespace);
  if (group === undefined) {
    group = {
      workloads: new Map(),
      policies: new Map(),
      rejected: new Map(),
      services: new Map(),
      ingresses: new Map(),
      endpointSlices: new Map(),
      endpoints: new Map(),
      foreign: new Map(),
    };
    groups.set(namespace, group);
  }
  return group;
}

function contentsOf(group: NamespaceGroup, podsListed: boolean): NamespaceContents {
  const workloads = [...group.workloads.values()].map((workload) =>
    podsListed && workload.kind !== 'Pod' ? { ...workload, pods: [] } : workload,
  );
  return {
    pods: resolvePods(workloads),
    policies: [...group.policies.values()],
    services: [...group.services.values()],
    ingresses: [...group.ingresses.values()],
    endpoints: endpointsOf(group),
    foreignPolicies: [...group.foreign.values()],
    rejectedPolicies: [...group.rejected.values()],
  };
}

/** A cluster makes slices of Endpoints too, which then stand twice; and Endpoints of all Services with a selector. */
function endpointsOf({ services, endpointSlices, endpoints }: NamespaceGroup): readonly EndpointSlice[] {
  const sliced = new Set([...endpointSlices.values()].map(({ service }) => service));
  const own = [...endpoints].filter(
    ([name]) => !sliced.has(name) && services.has(name) && services.get(name)?.selector === undefined,
  );
  return [...endpointSlices.values(), ...own.flatMap(([, slices]) => slices)];
}

/** Namespaces that only objects name: their labels are not known. */
function unnamed(known: ReadonlyMap<string, Namespace>, contents: ReadonlyMap<string, unknown>): readonly Namespace[] {
  return [...contents.keys()]
    .filter((name) => !known.has(name))
    .map((name) => ({ name, labels: {}, labelsUnknown: true }));
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
