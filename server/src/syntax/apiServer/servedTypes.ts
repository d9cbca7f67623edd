import type { WorkloadKind } from '../../model/workload.ts';
import { OBJECT_META } from './apiTypes.ts';
import type { GoType } from './goType.ts';
import { BOOL, INT32, INT_OR_STRING, STRING, listOf, mapOf, named, struct } from './goType.ts';

/** The Go type of a served kind other than NetworkPolicy, as far as we read it. */
export function servedTypeOf({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string;
  readonly kind: string;
}): GoType | undefined {
  if (GROUPS.get(kind)?.test(apiVersion) !== true) return undefined;
  return SERVED_TYPES[kind as keyof typeof SERVED_TYPES];
}

const CONTAINERS = listOf(
  struct('v1.Container', {
    name: STRING,
    ports: listOf(
      struct('v1.ContainerPort', {
        name: STRING,
        hostPort: INT32,
        containerPort: INT32,
        protocol: named('v1.Protocol'),
        hostIP: STRING,
      }),
    ),
  }),
);

const POD_SPEC = struct('v1.PodSpec', { containers: CONTAINERS, initContainers: CONTAINERS, hostNetwork: BOOL });
const TEMPLATE = struct('v1.PodTemplateSpec', { metadata: OBJECT_META, spec: POD_SPEC });
const JOB_SPEC = struct('v1.JobSpec', { parallelism: INT32, completions: INT32, suspend: BOOL, template: TEMPLATE });

function scaled(kind: string): GoType {
  return object(kind, struct(`v1.${kind}Spec`, { replicas: INT32, template: TEMPLATE }));
}

function object(kind: string, spec: GoType): GoType {
  return struct(`v1.${kind}`, { metadata: OBJECT_META, spec });
}

/** The parts of the served kinds' Go types that we read; their other fields pass by. */
const SERVED_TYPES: Readonly<Record<WorkloadKind | 'Namespace' | 'Service', GoType>> = {
  Pod: object('Pod', POD_SPEC),
  Deployment: scaled('Deployment'),
  ReplicaSet: scaled('ReplicaSet'),
  StatefulSet: scaled('StatefulSet'),
  ReplicationController: scaled('ReplicationController'),
  DaemonSet: object('DaemonSet', struct('v1.DaemonSetSpec', { template: TEMPLATE })),
  Job: object('Job', JOB_SPEC),
  CronJob: object(
    'CronJob',
    struct('v1.CronJobSpec', {
      jobTemplate: struct('v1.JobTemplateSpec', { metadata: OBJECT_META, spec: JOB_SPEC }),
    }),
  ),
  Namespace: struct('v1.Namespace', { metadata: OBJECT_META }),
  Service: object(
    'Service',
    struct('v1.ServiceSpec', {
      selector: mapOf(STRING),
      type: named('v1.ServiceType'),
      clusterIP: STRING,
      clusterIPs: listOf(STRING),
      ports: listOf(
        struct('v1.ServicePort', {
          name: STRING,
          protocol: named('v1.Protocol'),
          port: INT32,
          targetPort: INT_OR_STRING,
        }),
      ),
    }),
  ),
};

const CORE = /^[^/]*$/;
const APPS = /^(?:apps|extensions)\//;
const BATCH = /^batch\//;

const GROUPS: ReadonlyMap<string, RegExp> = new Map([
  ...['Namespace', 'Service', 'Pod', 'ReplicationController'].map((kind) => [kind, CORE] as const),
  ...['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map((kind) => [kind, APPS] as const),
  ...['Job', 'CronJob'].map((kind) => [kind, BATCH] as const),
]);
