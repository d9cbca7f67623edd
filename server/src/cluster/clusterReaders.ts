import type { Coverage } from '../workspace/clusterSource.ts';
import { FOREIGN_POLICIES_KIND } from '../workspace/clusterSource.ts';
import { ApiError } from './apiFault.ts';
import { backoff } from './backoff.ts';
import { pause } from './clock.ts';
import type { ClusterStore } from './clusterStore.ts';
import { discoverPolicies } from './discoverPolicies.ts';
import { followProjects } from './followProjects.ts';
import { gate } from './gate.ts';
import type { KindOptions, KindReader } from './readKind.ts';
import { readKind } from './readKind.ts';
import type { Resource } from './resource.ts';
import {
  API_SERVICES,
  INGRESSES,
  JOBS,
  MUTATING_WEBHOOKS,
  NAMESPACES,
  NETWORK_POLICIES,
  NODES,
  PODS,
} from './resource.ts';
import { OWN_ENDPOINT_SLICES, REPLICA_SETS, SERVICES, VALIDATING_WEBHOOKS } from './resource.ts';

/** All readers of one connection. */
export interface ClusterReaders {
  readonly coverage: () => readonly Coverage[];
  readonly settled: () => boolean;
  /** Namespaces that are known by name: those that were read, the context's, those asked for. */
  readonly knownNamespaces: () => ReadonlySet<string>;
  /** The store has other namespaces now, or others are to be tried. */
  readonly namespacesChanged: () => void;
}

export interface ReadersOptions extends Pick<KindOptions, 'transport' | 'clock' | 'random' | 'signal' | 'wake'> {
  readonly store: ClusterStore;
  /** Namespaces to try where the cluster's cannot be listed. */
  readonly namespaces: () => readonly string[];
  readonly onChange: () => void;
}

/** What every cluster serves, in the order in which it is reported. */
export const CORE_KINDS: readonly Resource[] = [
  NETWORK_POLICIES,
  NAMESPACES,
  PODS,
  REPLICA_SETS,
  JOBS,
  SERVICES,
  OWN_ENDPOINT_SLICES,
  INGRESSES,
  NODES,
];

/** What has the API server call Services: few may list them, and few answers need them. */
export const REFERRING_RESOURCES: readonly Resource[] = [VALIDATING_WEBHOOKS, MUTATING_WEBHOOKS, API_SERVICES];

const NAMESPACES_AT_A_TIME = 4;
/** Policy kinds come with the installation of a network plug-in: rarely. */
const REDISCOVER_MS = 300_000;

export function readCluster(options: ReadersOptions): ClusterReaders {
  const { store, transport, clock, signal } = options;
  const readers = new Map<Resource, KindReader>();
  const foreign = new Map<string, Resource>();
  let discovery: Coverage['status'] = { state: 'reading' };
  let known: ReadonlySet<string> = new Set(options.namespaces());
  let projects: readonly string[] = [];
  let askingProjects: AbortController | undefined;
  const places = gate(NAMESPACES_AT_A_TIME);

  const start = (resource: Resource): void => {
    const reader = readKind({
      ...options,
      resource,
      gate: places,
      sink: (namespace) => store.sink(resource, namespace),
      namespaces: () => known,
      onChange: () => changed(resource),
    });
    readers.set(resource, reader);
  };
  const changed = (resource: Resource): void => {
    const owners = [REPLICA_SETS, JOBS];
    if (resource === NAMESPACES) askProjects(readers.get(resource)?.coverage()[0]?.status.state);
    if (owners.includes(resource) && owners.every((kind) => readers.get(kind)?.settled() === true)) store.ownersRead();
    options.onChange();
  };
  const followNamespaces = (): void => {
    known = new Set([...options.namespaces(), ...projects, ...store.namespaceNames()]);
    for (const reader of readers.values()) reader.namespacesChanged();
  };
  /** Where namespaces may not be listed OpenShift's projects may be. */
  const askProjects = (listed: Coverage['status']['state'] | undefined): void => {
    if (listed === 'complete') {
      askingProjects?.abort();
      askingProjects = undefined;
      projects = [];
    }
    if (listed !== 'forbidden' || askingProjects !== undefined) return;
    askingProjects = new AbortController();
    const onNames = (names: readonly string[]): void => {
      projects = names;
      followNamespaces();
      options.onChange();
    };
    void followProjects({ ...options, signal: AbortSignal.any([signal, askingProjects.signal]), onNames });
  };
  const setForeign = (found: readonly Resource[]): void => {
    const served = new Map(
      found.map((resource) => [`${resource.plural}.${resource.version}.${resource.group}`, resource]),
    );
    for (const [key, resource] of foreign) {
      if (served.has(key)) continue;
      readers.get(resource)?.stop();
      readers.delete(resource);
      foreign.delete(key);
      store.drop(resource);
    }
    for (const [key, resource] of served) {
      if (foreign.has(key)) continue;
      foreign.set(key, resource);
      start(resource);
    }
  };
  const discover = async (): Promise<void> => {
    const wait = backoff(options.random);
    while (!signal.aborted) {
      let rest = REDISCOVER_MS;
      try {
        setForeign(await discoverPolicies(transport, signal));
        discovery = { state: 'complete' };
        wait.reset();
      } catch (error) {
        if (signal.aborted) return;
        const { kind, why, retryAfterMs } =
          error instanceof ApiError ? error.fault : { kind: 'unavailable' as const, why: String(error) };
        if (kind === 'forbidden') discovery = { state: 'forbidden', why, mend: 'get /apis (system:discovery)' };
        else if (discovery.state !== 'complete') discovery = { state: 'failed', why };
        rest = wait.next(retryAfterMs);
      }
      options.onChange();
      await pause(clock, rest, AbortSignal.any([signal, options.wake()]));
    }
  };

  for (const resource of [...CORE_KINDS, ...REFERRING_RESOURCES]) start(resource);
  void discover();
  return {
    coverage: () => [
      ...[...readers.values()].flatMap((reader) => reader.coverage()),
      { kind: FOREIGN_POLICIES_KIND, group: '', status: discovery },
    ],
    settled: () => discovery.state !== 'reading' && [...readers.values()].every((reader) => reader.settled()),
    knownNamespaces: () => known,
    namespacesChanged: followNamespaces,
  };
}
