import type { JsonValue, WorkloadObject } from '../../model/manifest.ts';
import type { WorkloadKind } from '../../model/workload.ts';
import type { Decoding } from './decoding.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, asString } from './jsonAccess.ts';
import { knownLabels } from './labels.ts';
import type { Identity } from './metadata.ts';
import { controllerOf } from './metadata.ts';
import { isPlaceholder } from './placeholder.ts';
import type { PodCount } from './pod.ts';
import { decodePods, isFinished, podAddresses } from './pod.ts';

/** Undefined for kinds of other groups that only share the name. */
export function workloadKind({ group, kind }: Pick<Identity, 'group' | 'kind'>): WorkloadKind | undefined {
  const known = KINDS.get(kind);
  return known?.groups.includes(group) === true ? known.kind : undefined;
}

/** Whether objects of a kind run pods, as far as the kind alone tells. */
export function runsPods(kind: string): boolean {
  return KINDS.has(kind);
}

/** Undefined where its labels cannot be known (placeholders). */
export function decodeWorkload(
  object: JsonMap,
  kind: WorkloadKind,
  { name, namespace }: Identity,
  decoding: Decoding,
): WorkloadObject | undefined {
  const workload = { namespace, name, kind };
  const controller = controllerOf(object);
  const { template, at, count } = podSource(object, kind, decoding);
  const pods = decodePods(template, workload, count, decoding, at);
  if (pods === undefined) return undefined;
  const own = {
    kind,
    namespace,
    name,
    labels: decoding.labels(knownLabels(asMap(object['metadata'])['labels'])),
  };
  const common = controller === undefined ? own : { ...own, controller };
  if (kind !== 'Pod') return { ...common, pods };
  const ips = podAddresses(object);
  const nodeName = asString(asMap(object['spec'])['nodeName']);
  const node = nodeName === '' || isPlaceholder(nodeName) ? {} : { node: decoding.text(nodeName) };
  return { ...common, pods: pods.map((pod) => ({ ...pod, ...(name !== '' && { name }), ips, ...node })) };
}

interface PodSource {
  readonly template: JsonMap;
  readonly at: readonly string[];
  readonly count: PodCount;
}

function podSource(object: JsonMap, kind: WorkloadKind, decoding: Decoding): PodSource {
  const spec = asMap(object['spec']);
  switch (kind) {
    case 'Pod':
      return { template: object, at: [], count: { count: isFinished(object) ? 0 : 1 } };
    case 'CronJob': {
      const job = asMap(asMap(spec['jobTemplate'])['spec']);
      return { template: asMap(job['template']), at: ['spec', 'jobTemplate', 'spec', 'template'], count: {} };
    }
    case 'DaemonSet':
      return { template: asMap(spec['template']), at: TEMPLATE, count: {} };
    case 'Job':
      return { template: asMap(spec['template']), at: TEMPLATE, count: jobPods(object, spec, decoding) };
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'ReplicationController':
      return {
        template: asMap(spec['template']),
        at: TEMPLATE,
        count: replicas(spec['replicas'], ['spec', 'replicas'], decoding),
      };
  }
}

const TEMPLATE: readonly string[] = ['spec', 'template'];

/** Absent and null mean 1, the API's default for replicas and parallelism; what is no number says nothing. */
function replicas(value: JsonValue | undefined, path: readonly string[], decoding: Decoding): PodCount {
  if (value === undefined || value === null) return { count: 1 };
  if (typeof value === 'number') return { count: Math.max(0, Math.trunc(value)) };
  if (typeof value === 'string' && isPlaceholder(value)) decoding.placeholder(path);
  return {};
}

/** A Job runs `parallelism` pods, but no more than it still wants completed; none when suspended or over. */
function jobPods(object: JsonMap, spec: JsonMap, decoding: Decoding): PodCount {
  const over = asList(asMap(object['status'])['conditions']).some((item) => {
    const { type, status } = asMap(item);
    return status === 'True' && (type === 'Complete' || type === 'Failed');
  });
  if (over || spec['suspend'] === true) return { count: 0 };
  const { count } = replicas(spec['parallelism'], ['spec', 'parallelism'], decoding);
  const completions = spec['completions'];
  if (count === undefined || typeof completions !== 'number') return count === undefined ? {} : { count };
  return { count: Math.max(0, Math.min(count, Math.trunc(completions))) };
}

const APPS = ['apps', 'extensions'];

/** A map, because a kind is any text (`constructor`). */
const KINDS: ReadonlyMap<string, { readonly kind: WorkloadKind; readonly groups: readonly string[] }> = new Map([
  ['Pod', { kind: 'Pod', groups: [''] }],
  ['ReplicationController', { kind: 'ReplicationController', groups: [''] }],
  ['Deployment', { kind: 'Deployment', groups: APPS }],
  ['ReplicaSet', { kind: 'ReplicaSet', groups: APPS }],
  ['DaemonSet', { kind: 'DaemonSet', groups: APPS }],
  ['StatefulSet', { kind: 'StatefulSet', groups: APPS }],
  ['Job', { kind: 'Job', groups: ['batch'] }],
  ['CronJob', { kind: 'CronJob', groups: ['batch'] }],
]);
