import type { WorkloadObject } from '../model/manifest.ts';
import type { Pod, WorkloadRef } from '../model/workload.ts';
import { Interner } from '../syntax/objects/interner.ts';
import { controllerOf } from '../syntax/objects/metadata.ts';
import { decodeObject } from '../syntax/objects/decodeObject.ts';
import type { RawObject } from './readResource.ts';
import { Rows } from './rows.ts';

interface PodRow {
  /** Its `workload` is the top of the chain of owners as far as that was known when it was last listed. */
  pod: Pod;
  /** The controlling owner, or the pod itself. */
  readonly owner: WorkloadRef;
}

/** So many pods may be read before the shared parts are collected anew, for those that nobody holds any more. */
const KEEP_SHARED = 100_000;

/**
 * Pods and the owners that name their workloads. Of a pod some 300 bytes are kept: its labels, ports and owner are
 * shared with its equals. Owners are `Kind/name` of their own controller, or `''`.
 */
export class PodRows {
  readonly pods: Rows<PodRow>;
  readonly replicaSets: Rows<string>;
  readonly jobs: Rows<string>;
  readonly #lists = new Map<string, readonly Pod[]>();
  #interner = new Interner();
  #refs = new Map<string, { readonly namespace: string; readonly owners: Map<string, WorkloadRef> }>();
  #reads = 0;
  #ownersRead = false;

  constructor(onChange: (namespace: string) => void) {
    const changed = (namespace: string): void => {
      this.#lists.delete(namespace);
      if (this.#ownersRead) onChange(namespace);
    };
    this.pods = new Rows(changed);
    this.replicaSets = new Rows(changed);
    this.jobs = new Rows(changed);
  }

  /** Until owners were read, or given up, no pod is listed: it would be listed under a wrong workload. */
  ownersRead(): void {
    if (this.#ownersRead) return;
    this.#ownersRead = true;
    for (const namespace of this.pods.namespaces()) this.pods.changed(namespace);
  }

  /** A namespace's pods; the same array until one of them changes. */
  list(namespace: string): readonly Pod[] {
    if (!this.#ownersRead) return [];
    let list = this.#lists.get(namespace);
    if (list === undefined) {
      list = this.pods.values(namespace).map((row) => this.#resolved(row));
      this.#lists.set(namespace, list);
    }
    return list;
  }

  readPod(object: RawObject, before: PodRow | undefined): PodRow | undefined {
    this.#collect();
    const decoded = decodeObject(object, this.#interner)?.object;
    const workload = decoded?.type === 'workload' ? decoded.workload : undefined;
    const pod = workload?.pods[0];
    if (workload === undefined || pod === undefined) return undefined;
    const owner = this.#owner(workload);
    if (before !== undefined && sameRef(before.owner, owner) && samePod(before.pod, pod)) return before;
    return { owner, pod: compact(pod, workload.name, owner) };
  }

  readOwner(object: RawObject, before: string | undefined): string {
    const controller = controllerOf(object);
    const owner = controller === undefined ? '' : `${controller.kind}/${controller.name}`;
    return owner === before ? before : owner;
  }

  #resolved(row: PodRow): Pod {
    const top = this.#top(row.owner);
    // An owner that is gone before its pods leaves them the workload that they had.
    if (top === row.owner && !this.#isKnown(row.owner)) return row.pod;
    if (!sameRef(row.pod.workload, top)) row.pod = { ...row.pod, workload: top };
    return row.pod;
  }

  #top(owner: WorkloadRef): WorkloadRef {
    let ref = owner;
    // Owners may form a ring in a hostile cluster; a real chain has two links.
    for (let links = 0; links < 8; links++) {
      const above = this.#above(ref);
      if (above === undefined || above === '') return ref;
      const slash = above.indexOf('/');
      ref = this.#ref(ref.namespace, above.slice(0, slash), above.slice(slash + 1));
    }
    return owner;
  }

  #above({ namespace, kind, name }: WorkloadRef): string | undefined {
    if (kind === 'ReplicaSet') return this.replicaSets.get(namespace, name);
    return kind === 'Job' ? this.jobs.get(namespace, name) : undefined;
  }

  #isKnown(ref: WorkloadRef): boolean {
    return (ref.kind !== 'ReplicaSet' && ref.kind !== 'Job') || this.#above(ref) !== undefined;
  }

  /** A static pod's owner is its Node, which is no workload. */
  #owner({ namespace, name, controller }: WorkloadObject): WorkloadRef {
    if (controller === undefined || controller.kind === 'Node') return { namespace, name, kind: 'Pod' };
    return this.#ref(namespace, controller.kind, controller.name);
  }

  /** One object for each owner, so that its pods share it. */
  #ref(namespace: string, kind: string, name: string): WorkloadRef {
    let known = this.#refs.get(namespace);
    if (known === undefined) this.#refs.set(namespace, (known = { namespace, owners: new Map() }));
    const ref = known.owners.get(name);
    if (ref?.kind === kind) return ref;
    const made = { namespace: known.namespace, name, kind };
    if (ref === undefined) known.owners.set(name, made);
    return made;
  }

  #collect(): void {
    if (++this.#reads < KEEP_SHARED + 4 * this.pods.size) return;
    this.#reads = 0;
    this.#interner = new Interner();
    this.#refs = new Map();
  }
}

function compact({ labels, ports, ips, hostNetwork, node }: Pod, name: string, workload: WorkloadRef): Pod {
  // A list that was filled step by step has room for more; a copy has not.
  const own = [...ips];
  // Written out, so that every field is within the object: a spread keeps what is added beside it.
  if (node === undefined) return { workload, name, labels, ports, ips: own, hostNetwork, count: 1 };
  return { workload, name, labels, ports, ips: own, hostNetwork, count: 1, node };
}

function samePod(a: Pod, b: Pod): boolean {
  return (
    a.hostNetwork === b.hostNetwork &&
    a.node === b.node &&
    (a.labels === b.labels || JSON.stringify(a.labels) === JSON.stringify(b.labels)) &&
    (a.ports === b.ports || JSON.stringify(a.ports) === JSON.stringify(b.ports)) &&
    a.ips.length === b.ips.length &&
    a.ips.every((ip, index) => ip === b.ips[index])
  );
}

function sameRef(a: WorkloadRef, b: WorkloadRef): boolean {
  return a === b || (a.kind === b.kind && a.name === b.name && a.namespace === b.namespace);
}
