import type { EndpointSlice, Ingress } from '../model/exposure.ts';
import type { ForeignPolicy, RejectedPolicy } from '../model/manifest.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { Node } from '../model/node.ts';
import type { Namespace, Service, ServiceReference } from '../model/workload.ts';
import { decodeObject } from '../syntax/objects/decodeObject.ts';
import type { NamespaceContents } from '../workspace/clusterSource.ts';
import { decodeServiceReferences } from '../syntax/objects/serviceReferences.ts';
import { decodeNode } from '../syntax/objects/node.ts';
import { PodRows } from './podRows.ts';
import { bothSinks, PolicyNewsroom } from './policyNews.ts';
import type { PolicyNews } from '../workspace/changes/seenPolicy.ts';
import type { ObjectSink, RawObject } from './readResource.ts';
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
import { Rows } from './rows.ts';

/** The parts of a state that come from objects. */
export interface StoredParts {
  readonly namespaces: readonly Namespace[];
  readonly contents: ReadonlyMap<string, NamespaceContents>;
  readonly clusterPolicies: readonly ForeignPolicy[];
  readonly nodes: readonly Node[];
  readonly references: readonly ServiceReference[];
}

export interface StoreEvents {
  readonly onChange: () => void;
  /** Namespaces appear, change or go. */
  readonly onNamespaces: () => void;
  /** What is heard of NetworkPolicies, one by one; absent: nobody wants to know. */
  readonly onPolicies?: ((news: PolicyNews) => void) | undefined;
}

/** A decoded object with the resourceVersion that it was read at. */
interface Versioned<T> {
  readonly version: string;
  readonly value: T;
}

type StoredPolicy =
  | { readonly type: 'networkPolicy'; readonly policy: NetworkPolicy }
  | { readonly type: 'rejectedPolicy'; readonly policy: RejectedPolicy };

/**
 * Everything that is kept of a live cluster, filled by readers and read as immutable parts. What did not change
 * between two calls of `parts` is the same object in both.
 */
export class ClusterStore {
  readonly #changed = new Set<string>();
  readonly #onChange: () => void;
  readonly #pods: PodRows;
  readonly #policies: Rows<Versioned<StoredPolicy>>;
  readonly #services: Rows<Versioned<Service>>;
  readonly #ingresses: Rows<Versioned<Ingress>>;
  readonly #endpoints: Rows<Versioned<EndpointSlice>>;
  readonly #namespaces: Rows<Versioned<Namespace>>;
  readonly #nodes: Rows<Versioned<Node>>;
  readonly #foreign = new Map<string, Rows<ForeignPolicy>>();
  readonly #news: PolicyNewsroom | undefined;
  #contents: ReadonlyMap<string, NamespaceContents> = new Map();
  #namespaceList: readonly Namespace[] | undefined = [];
  #nodeList: readonly Node[] | undefined = [];
  readonly #references = new Map<Resource, Rows<Versioned<readonly ServiceReference[]>>>();
  #referenceList: readonly ServiceReference[] | undefined = [];
  #clusterPolicies: readonly ForeignPolicy[] = [];

  constructor({ onChange, onNamespaces, onPolicies }: StoreEvents) {
    this.#onChange = onChange;
    this.#news = onPolicies === undefined ? undefined : new PolicyNewsroom(onPolicies);
    const changed = (namespace: string): void => this.#touch(namespace);
    this.#pods = new PodRows(changed);
    this.#policies = new Rows(changed);
    this.#services = new Rows(changed);
    this.#ingresses = new Rows(changed);
    this.#endpoints = new Rows(changed);
    this.#namespaces = new Rows(() => {
      this.#namespaceList = undefined;
      onChange();
      onNamespaces();
    });
    this.#nodes = new Rows(() => {
      this.#nodeList = undefined;
      onChange();
    });
  }

  /** Where a reader of this kind, in the whole cluster or in one namespace, puts what it reads. */
  sink(resource: Resource, namespace?: string): ObjectSink {
    switch (resource) {
      case PODS:
        return this.#pods.pods.sink(namespace, (object, before) => this.#pods.readPod(object, before));
      case REPLICA_SETS:
        return this.#pods.replicaSets.sink(namespace, (object, before) => this.#pods.readOwner(object, before));
      case JOBS:
        return this.#pods.jobs.sink(namespace, (object, before) => this.#pods.readOwner(object, before));
      case NETWORK_POLICIES:
        return this.#policySink(namespace);
      case SERVICES:
        return this.#services.sink(namespace, versioned(readService));
      case INGRESSES:
        return this.#ingresses.sink(namespace, versioned(readIngress));
      case OWN_ENDPOINT_SLICES:
        return this.#endpoints.sink(namespace, versioned(readSlice));
      case NODES:
        return this.#nodes.sink(namespace, versioned(decodeNode));
      case VALIDATING_WEBHOOKS:
      case MUTATING_WEBHOOKS:
      case API_SERVICES:
        return this.#referring(resource).sink(namespace, versioned(decodeServiceReferences));
      case NAMESPACES:
        // Namespaces are cluster-scoped: the reader of one name puts its object beside the others.
        return this.#namespaces.sink(undefined, versioned(readNamespace));
      default:
        return this.#foreignRows(resource).sink(namespace, foreignReader(resource));
    }
  }

  #policySink(namespace: string | undefined): ObjectSink {
    const rows = this.#policies.sink(namespace, versioned(readPolicy));
    return this.#news === undefined ? rows : bothSinks(rows, this.#news.sink(namespace));
  }

  /** Owners were read as far as they can be: pods may be listed. */
  ownersRead(): void {
    this.#pods.ownersRead();
  }

  /** The names of the namespaces whose objects were read. */
  namespaceNames(): ReadonlySet<string> {
    return new Set(this.#namespaces.values('').map(({ value }) => value.name));
  }

  /** A kind of another API is no longer served. */
  drop(resource: Resource): void {
    const rows = this.#foreign.get(foreignKey(resource));
    if (rows === undefined) return;
    this.#foreign.delete(foreignKey(resource));
    for (const namespace of rows.namespaces()) this.#touch(namespace);
  }

  parts(): StoredParts {
    if (this.#changed.size > 0) this.#rebuild();
    this.#namespaceList ??= this.#namespaces.values('').map(({ value }) => value);
    this.#referenceList ??= [...this.#references.values()].flatMap((rows) =>
      rows.values('').flatMap(({ value }) => value),
    );
    this.#nodeList ??= this.#nodes.values('').map(({ value }) => value);
    return {
      namespaces: this.#namespaceList,
      contents: this.#contents,
      clusterPolicies: this.#clusterPolicies,
      nodes: this.#nodeList,
      references: this.#referenceList,
    };
  }

  #rebuild(): void {
    const contents = new Map(this.#contents);
    for (const namespace of this.#changed) {
      if (namespace === '') {
        this.#clusterPolicies = [...this.#foreign.values()].flatMap((rows) => rows.values(''));
        continue;
      }
      const now = this.#contentsOf(namespace, contents.get(namespace));
      if (now === undefined) contents.delete(namespace);
      else contents.set(namespace, now);
    }
    this.#changed.clear();
    this.#contents = contents;
  }

  #contentsOf(namespace: string, before: NamespaceContents | undefined): NamespaceContents | undefined {
    const stored = this.#policies.values(namespace).map(({ value }) => value);
    const policies = stored.flatMap(({ type, policy }) => (type === 'networkPolicy' ? [policy] : []));
    const rejectedPolicies = stored.flatMap(({ type, policy }) => (type === 'rejectedPolicy' ? [policy] : []));
    const services = this.#services.values(namespace).map(({ value }) => value);
    const ingresses = this.#ingresses.values(namespace).map(({ value }) => value);
    const endpoints = this.#endpoints.values(namespace).map(({ value }) => value);
    const foreignPolicies = [...this.#foreign.values()].flatMap((rows) => rows.values(namespace));
    const pods = this.#pods.list(namespace);
    const parts = [pods, stored, services, ingresses, endpoints, foreignPolicies];
    if (parts.every(({ length }) => length === 0)) return undefined;
    return {
      pods,
      policies: kept(policies, before?.policies),
      services: kept(services, before?.services),
      ingresses: kept(ingresses, before?.ingresses),
      endpoints: kept(endpoints, before?.endpoints),
      foreignPolicies: kept(foreignPolicies, before?.foreignPolicies),
      rejectedPolicies: kept(rejectedPolicies, before?.rejectedPolicies),
    };
  }

  #referring(resource: Resource): Rows<Versioned<readonly ServiceReference[]>> {
    let rows = this.#references.get(resource);
    if (rows !== undefined) return rows;
    rows = new Rows(() => {
      this.#referenceList = undefined;
      this.#onChange();
    });
    this.#references.set(resource, rows);
    return rows;
  }

  #foreignRows(resource: Resource): Rows<ForeignPolicy> {
    const key = foreignKey(resource);
    let rows = this.#foreign.get(key);
    if (rows === undefined) this.#foreign.set(key, (rows = new Rows((namespace) => this.#touch(namespace))));
    return rows;
  }

  #touch(namespace: string): void {
    this.#changed.add(namespace);
    this.#onChange();
  }
}

/** The old array where the new one has the same items. */
function kept<T>(now: readonly T[], before: readonly T[] = []): readonly T[] {
  return now.length === before.length && now.every((item, index) => item === before[index]) ? before : now;
}

/** A row that is made anew only when the object's resourceVersion is another one. */
function versioned<T>(
  decode: (object: RawObject) => T | undefined,
): (object: RawObject, before: Versioned<T> | undefined) => Versioned<T> | undefined {
  return (object, before) => {
    const version = resourceVersion(object);
    if (before !== undefined && version !== '' && before.version === version) return before;
    const value = decode(object);
    return value === undefined ? undefined : { version, value };
  };
}

function resourceVersion({ metadata }: RawObject): string {
  const version =
    typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) && metadata['resourceVersion'];
  return typeof version === 'string' ? version : '';
}

/** The server has checked what it stores; a policy that does not decode is one of an API newer than ours. */
function readPolicy(object: RawObject): StoredPolicy | undefined {
  const decoded = decodeObject(object);
  if (decoded?.object?.type === 'networkPolicy') return { type: 'networkPolicy', policy: decoded.object.policy };
  if (decoded?.undecodable === undefined) return undefined;
  const { namespace, name, undecodable } = decoded;
  return { type: 'rejectedPolicy', policy: { namespace, name, fault: undecodable } };
}

function readService(object: RawObject): Service | undefined {
  const decoded = decodeObject(object)?.object;
  return decoded?.type === 'service' ? decoded.service : undefined;
}

function readIngress(object: RawObject): Ingress | undefined {
  const decoded = decodeObject(object)?.object;
  return decoded?.type === 'ingress' ? decoded.ingress : undefined;
}

function readSlice(object: RawObject): EndpointSlice | undefined {
  const decoded = decodeObject(object)?.object;
  return decoded?.type === 'endpoints' ? decoded.endpoints.slices[0] : undefined;
}

function readNamespace(object: RawObject): Namespace | undefined {
  const decoded = decodeObject(object)?.object;
  return decoded?.type === 'namespace' ? decoded.namespace : undefined;
}

function foreignReader({ group, kind, namespaced }: Resource) {
  return (object: RawObject, before: ForeignPolicy | undefined): ForeignPolicy | undefined => {
    if (before !== undefined) return before;
    const decoded = decodeObject(object);
    if (decoded === undefined) return undefined;
    const { name, namespace } = decoded;
    return { group, kind, name, ...(namespaced && { namespace }) };
  };
}

function foreignKey({ group, kind }: Resource): string {
  return `${kind}.${group}`;
}
