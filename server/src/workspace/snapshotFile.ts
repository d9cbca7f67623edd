import type { ForeignPolicy, JsonValue, RejectedPolicy, WorkloadObject } from '../model/manifest.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { Namespace, Service } from '../model/workload.ts';
import { decodeObject } from '../syntax/objects/decodeObject.ts';
import { expandObjects } from '../syntax/objects/expandObjects.ts';
import { asList, asMap, asString, isJsonMap } from '../syntax/objects/jsonAccess.ts';
import { Interner } from '../syntax/objects/labels.ts';
import { parseManifests } from '../syntax/parseManifests.ts';
import type { Coverage, CoverageStatus, NamespaceContents, SourceState } from './clusterSource.ts';
import { FOREIGN_POLICIES_KIND } from './clusterSource.ts';
import { resolvePods } from './owners.ts';

/** The annotation of the List that says when, from where and how completely a snapshot was taken. */
export const COVERAGE_ANNOTATION = 'bulkhead/coverage';

interface Gathered {
  readonly workloads: WorkloadObject[];
  readonly policies: NetworkPolicy[];
  readonly rejected: RejectedPolicy[];
  readonly services: Service[];
  readonly foreign: ForeignPolicy[];
}

/**
 * Reads a saved cluster: what `bulkhead snapshot` wrote, or the output of `kubectl get … -o json` (or `-o yaml`).
 * Never throws; `state` is missing where the text holds no Kubernetes object.
 */
export function readSnapshot(text: string): { readonly state?: SourceState; readonly problems: readonly string[] } {
  const values = readValues(text);
  if (values === undefined) return { problems: ['it is neither JSON nor YAML that can be read'] };
  const problems: string[] = [];
  const namespaces = new Map<string, Namespace>();
  const gathered = new Map<string, Gathered>();
  const clusterPolicies: ForeignPolicy[] = [];
  const kinds = new Set<string>();
  const interner = new Interner();
  let objects = 0;
  for (const value of values) {
    for (const expanded of expandObjects(value)) {
      const decoded = decodeObject(expanded.value, interner);
      if (decoded === undefined) continue;
      objects += 1;
      kinds.add(decoded.kind);
      // Objects that a server stores always have their namespace; output of other origin may lack it.
      const namespace = decoded.namespace === '' ? 'default' : decoded.namespace;
      const { object } = decoded;
      if (decoded.undecodable !== undefined) {
        groupOf(gathered, namespace).rejected.push({ namespace, name: decoded.name, fault: decoded.undecodable });
      } else if (object?.type === 'namespace') namespaces.set(object.namespace.name, object.namespace);
      else if (object?.type === 'workload') groupOf(gathered, namespace).workloads.push(object.workload);
      else if (object?.type === 'networkPolicy') groupOf(gathered, namespace).policies.push(object.policy);
      else if (object?.type === 'service') groupOf(gathered, namespace).services.push(object.service);
      else if (object?.type === 'foreignPolicy') {
        if (object.policy.namespace === undefined) clusterPolicies.push(object.policy);
        else groupOf(gathered, namespace).foreign.push(object.policy);
      }
    }
  }
  if (objects === 0) return { problems: ['it holds no Kubernetes objects'] };
  const stated = statedCoverage(values, problems);
  const contents = new Map([...gathered].map(([namespace, group]) => [namespace, contentsOf(group)] as const));
  return {
    problems,
    state: {
      origin: { kind: 'snapshot', ...stated?.origin },
      namespaces: [...namespaces.values(), ...unnamed(namespaces, contents)],
      contents,
      clusterPolicies,
      nodes: [],
      coverage: stated?.coverage ?? unstatedCoverage(kinds),
    },
  };
}

function readValues(text: string): readonly JsonValue[] | undefined {
  try {
    return [JSON.parse(text) as JsonValue];
  } catch {
    const values = parseManifests(text).documents.flatMap(({ document }) => document.value ?? []);
    return values.length === 0 ? undefined : values;
  }
}

function groupOf(groups: Map<string, Gathered>, namespace: string): Gathered {
  let group = groups.get(namespace);
  if (group === undefined) {
    groups.set(namespace, (group = { workloads: [], policies: [], rejected: [], services: [], foreign: [] }));
  }
  return group;
}

function contentsOf({ workloads, policies, rejected, services, foreign }: Gathered): NamespaceContents {
  return { pods: resolvePods(workloads), policies, services, foreignPolicies: foreign, rejectedPolicies: rejected };
}

/** Namespaces that only objects name: their labels are not known. */
function unnamed(known: ReadonlyMap<string, Namespace>, contents: ReadonlyMap<string, unknown>): readonly Namespace[] {
  return [...contents.keys()]
    .filter((name) => !known.has(name))
    .map((name) => ({ name, labels: {}, labelsUnknown: true }));
}

function statedCoverage(
  values: readonly JsonValue[],
  problems: string[],
): { origin: { context?: string; server?: string; readAt?: number }; coverage: readonly Coverage[] } | undefined {
  for (const value of values) {
    const text = asMap(asMap(asMap(value)['metadata'])['annotations'])[COVERAGE_ANNOTATION];
    if (typeof text !== 'string') continue;
    const stated = parsed(text);
    if (!isJsonMap(stated)) {
      problems.push(`its annotation ${COVERAGE_ANNOTATION} cannot be read, so what it left out is not known`);
      return undefined;
    }
    const readAt = Date.parse(asString(stated['readAt']));
    const context = asString(stated['context']);
    const server = asString(stated['server']);
    return {
      origin: {
        ...(context === '' ? {} : { context }),
        ...(server === '' ? {} : { server }),
        ...(Number.isNaN(readAt) ? {} : { readAt }),
      },
      coverage: asList(stated['coverage']).flatMap(coverageEntry),
    };
  }
  return undefined;
}

function coverageEntry(value: JsonValue): readonly Coverage[] {
  const entry = asMap(value);
  const status = coverageStatus(asMap(entry['status']));
  const namespace = entry['namespace'];
  return [
    {
      kind: asString(entry['kind']),
      group: asString(entry['group']),
      ...(typeof namespace === 'string' ? { namespace } : {}),
      status,
    },
  ];
}

function coverageStatus(status: { readonly [key: string]: JsonValue }): CoverageStatus {
  const why = asString(status['why']) || 'it was not read';
  switch (asString(status['state'])) {
    case 'complete':
    case 'stale':
      return { state: 'complete' };
    case 'forbidden':
      return { state: 'forbidden', why, mend: asString(status['mend']) };
    case 'unstated':
      return { state: 'unstated' };
    default:
      return { state: 'failed', why };
  }
}

/** A file that says nothing of what it left out is taken at its word for the kinds that it holds. */
function unstatedCoverage(kinds: ReadonlySet<string>): readonly Coverage[] {
  const status: CoverageStatus = { state: 'unstated' };
  const entries: Coverage[] = [{ kind: 'NetworkPolicy', group: 'networking.k8s.io', status }];
  entries.push({ kind: FOREIGN_POLICIES_KIND, group: '', status });
  entries.push({ kind: 'Pod', group: '', status });
  if (kinds.has('Namespace')) entries.push({ kind: 'Namespace', group: '', status });
  return entries;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
