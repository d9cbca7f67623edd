/** Reads a corpus' manifest folders as its README's conventions say, without the product's own decoders. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { ClusterState } from '../../server/src/model/cluster.ts';
import type { NetworkPolicy } from '../../server/src/model/networkPolicy.ts';
import type { Namespace, Pod, WorkloadRef } from '../../server/src/model/workload.ts';
import { containerPortsOf, policyOf, textValues, type Json } from './apiObjects.ts';

const TEMPLATES = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
]);

export function readFolder(folder: string): ClusterState {
  const objects: Json[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(ya?ml|json)$/.test(entry.name)) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const document of parseAllDocuments(text, { merge: true })) {
      if (!('errors' in document) || document.errors.length === 0) objects.push((document as Json).toJS());
    }
  }
  return stateOf(objects);
}

export function stateOf(objects: readonly Json[]): ClusterState {
  const namespaces: Namespace[] = [];
  const pods: Pod[] = [];
  const policies: NetworkPolicy[] = [];
  const visit = (object: Json, listKind?: string): void => {
    if (object === null || typeof object !== 'object') return;
    const { kind = listKind, metadata = {}, spec = {} } = object;
    if (typeof kind !== 'string') return;
    // The items of a typed list, such as a PodList, need not repeat their kind.
    if (Array.isArray(object.items)) for (const item of object.items) visit(item, kind.replace(/List$/, ''));
    else if (kind === 'Namespace') namespaces.push({ name: metadata.name, labels: textValues(metadata.labels) });
    else if (kind === 'NetworkPolicy') policies.push(policyOf(object));
    else if (kind === 'Pod') pods.push(podOf(object));
    else if (TEMPLATES.has(kind)) {
      const template = kind === 'CronJob' ? spec.jobTemplate.spec.template : spec.template;
      const workload = { namespace: metadata.namespace ?? 'default', name: metadata.name, kind };
      if (spec.replicas !== 0) pods.push(templatePod(workload, template, spec.replicas ?? 1));
    }
  };
  for (const object of objects) visit(object);
  return { namespaces, pods, policies, unreadable: [] };
}

function podOf({ metadata, spec, status }: Json): Pod {
  const namespace = metadata.namespace ?? 'default';
  const owner = (metadata.ownerReferences ?? []).find((reference: Json) => reference.kind !== 'Node');
  const workload =
    owner === undefined
      ? { namespace, name: metadata.name, kind: 'Pod' }
      : { namespace, name: owner.name, kind: owner.kind ?? 'Pod' };
  const ips: string[] = (status?.podIPs ?? []).map(({ ip }: Json) => ip);
  return {
    ...templatePod(workload, { metadata, spec }, 1),
    name: metadata.name,
    ips: ips.length > 0 ? ips : status?.podIP ? [status.podIP] : [],
  };
}

function templatePod(workload: WorkloadRef, { metadata, spec }: Json, count: number): Pod {
  return {
    workload,
    labels: textValues(metadata?.labels),
    ports: (spec?.containers ?? []).flatMap(({ ports }: Json) => containerPortsOf(ports)),
    ips: [],
    hostNetwork: spec?.hostNetwork === true,
    count,
  };
}
