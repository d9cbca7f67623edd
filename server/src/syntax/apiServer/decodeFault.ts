import type { JsonValue } from '../../model/manifest.ts';
import type { WorkloadKind } from '../../model/workload.ts';
import { goDecode } from './goDecode.ts';
import type { GoType } from './goType.ts';
import { SERVED_TYPES } from './servedTypes.ts';

/** What a manifest says an object is. */
export interface ObjectKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The first text with which the API server's decoder would refuse a workload, Service or Namespace (400), as far as
 * the fields that we read of it go; undefined where it would take them.
 */
export function decodeFault(value: JsonValue, object: ObjectKind): string | undefined {
  const type = servedTypeOf(object);
  return type && goDecode(value, type).faults[0]?.message;
}

/** The Go type of a served kind other than NetworkPolicy. */
export function servedTypeOf({ apiVersion, kind }: ObjectKind): GoType | undefined {
  const groups = GROUPS.get(kind);
  if (groups === undefined || !groups.test(apiVersion)) return undefined;
  return SERVED_TYPES[kind as WorkloadKind | 'Namespace' | 'Service'];
}

const CORE = /^[^/]*$/;
const APPS = /^(?:apps|extensions)\//;
const BATCH = /^batch\//;

const GROUPS: ReadonlyMap<string, RegExp> = new Map([
  ...['Namespace', 'Service', 'Pod', 'ReplicationController'].map((kind) => [kind, CORE] as const),
  ...['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map((kind) => [kind, APPS] as const),
  ...['Job', 'CronJob'].map((kind) => [kind, BATCH] as const),
]);
