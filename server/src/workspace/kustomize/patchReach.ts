import type { JsonValue } from '../../model/manifest.ts';
import { asList, asMap, isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import { runsPods } from '../../syntax/objects/workload.ts';

/** What a patch changes of an object that answers depend on. A patch that changes none of it may be left aside. */
export interface PatchReach {
  /** Labels of the pods (of a Namespace: its own), by key. */
  readonly labels: readonly string[];
  /** Container ports. */
  readonly ports: boolean;
  readonly replicas: boolean;
  /** Where the object lives, or more of it than can be told apart. */
  readonly whole: boolean;
  /** The patch removes the object, and does nothing else. */
  readonly removes: boolean;
}

export const NO_REACH: PatchReach = { labels: [], ports: false, replicas: false, whole: false, removes: false };
const WHOLE: PatchReach = { ...NO_REACH, whole: true };

/** What a patch in the form of an object (a strategic merge) changes. */
export function mergeReach(patch: JsonMap, kind: string): PatchReach {
  if (patch['$patch'] === 'delete') return { ...NO_REACH, removes: true };
  const paths: (readonly string[])[] = [];
  collect(patch, [], paths);
  return reachOf(paths, kind);
}

/** What a list of JSON Patch operations (RFC 6902) changes. */
export function operationsReach(operations: readonly JsonValue[], kind: string): PatchReach {
  const paths: (readonly string[])[] = [];
  for (const operation of operations) {
    const { op, path, from, value } = asMap(operation);
    if (op === 'test') continue;
    if (typeof path !== 'string' || !path.startsWith('/')) return WHOLE;
    const steps = pointer(path);
    if (op === 'move' && typeof from === 'string') paths.push(pointer(from));
    // The value of an added map is looked into: `add /spec/template/metadata/labels {…}` sets those keys.
    if (op === 'add' && isJsonMap(value)) collect(value, steps, paths);
    else paths.push(steps);
  }
  return reachOf(paths, kind);
}

function pointer(path: string): readonly string[] {
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The paths of everything that a merge sets; a directive (`$patch`) stands for all that is at its place. */
function collect(value: JsonValue, at: readonly string[], into: (readonly string[])[]): void {
  if (Array.isArray(value)) {
    if (value.length === 0) into.push(at);
    value.forEach((item, index) => collect(item, [...at, String(index)], into));
    return;
  }
  if (!isJsonMap(value) || Object.keys(value).length === 0) {
    into.push(at);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key.startsWith('$')) into.push(at);
    else collect(item, [...at, key], into);
  }
}

function reachOf(paths: readonly (readonly string[])[], kind: string): PatchReach {
  const reach = paths.map((path) => oneReach(path, kind));
  return {
    labels: [...new Set(reach.flatMap(({ labels }) => labels))],
    ports: reach.some(({ ports }) => ports),
    replicas: reach.some(({ replicas }) => replicas),
    whole: reach.some(({ whole }) => whole),
    removes: false,
  };
}

function oneReach(path: readonly string[], kind: string): PatchReach {
  const [top, field] = path;
  if (top === undefined) return WHOLE;
  if (top === 'metadata') {
    if (field === undefined || field === 'namespace') return WHOLE;
    const isOwn = kind === 'Pod' || kind === 'Namespace';
    return field === 'labels' && isOwn ? labelReach(path.slice(2)) : NO_REACH;
  }
  if (top !== 'spec') return NO_REACH;
  if (kind === 'NetworkPolicy') return WHOLE;
  if (!runsPods(kind)) return NO_REACH;
  if (field === 'replicas' || field === 'parallelism' || field === 'completions' || field === 'suspend') {
    return { ...NO_REACH, replicas: true };
  }
  return templateReach(path, kind);
}

/** What a path into the pod template, or above it, changes. */
function templateReach(path: readonly string[], kind: string): PatchReach {
  const template = kind === 'Pod' ? [] : kind === 'CronJob' ? CRON_TEMPLATE : JOB_TEMPLATE;
  const inside = path.slice(template.length);
  const isAbove = path.length <= template.length && path.every((step, index) => template[index] === step);
  if (isAbove && template.length > 0) return WHOLE;
  if (!template.every((step, index) => path[index] === step)) return NO_REACH;
  const [part, field, item, inItem] = inside;
  if (part === 'metadata') {
    if (field === undefined) return WHOLE;
    return field === 'labels' ? labelReach(inside.slice(2)) : NO_REACH;
  }
  if (part !== 'spec') return NO_REACH;
  if (field === undefined || field === 'hostNetwork') return WHOLE;
  if (field !== 'containers' && field !== 'initContainers') return NO_REACH;
  return item === undefined || inItem === undefined || inItem === 'ports' ? { ...NO_REACH, ports: true } : NO_REACH;
}

const JOB_TEMPLATE = ['spec', 'template'];
const CRON_TEMPLATE = ['spec', 'jobTemplate', 'spec', 'template'];

function labelReach([key]: readonly string[]): PatchReach {
  return key === undefined ? WHOLE : { ...NO_REACH, labels: [key] };
}

/** The objects of a patch file: one document may hold JSON Patch operations, others each an object. */
export function isOperations(value: JsonValue | undefined): boolean {
  return asList(value).some((item) => isJsonMap(item) && typeof item['op'] === 'string');
}
