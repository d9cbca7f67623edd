/**
 * The cluster of the demo: the shop as it ran before its latest policies were applied. What the manifests in
 * `client/demo` say, plus what only a cluster has: addresses, nodes, the name service, a canary, a pod that somebody
 * started by hand, a finished job, and an older version of a policy.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { madeUpName, madeUpUid } from './madeUpName.ts';
import { ROOT } from './manifest.ts';

type Labels = Readonly<Record<string, string>>;

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly ownerReferences?: readonly OwnerReference[];
  };
  readonly spec?: object;
  readonly status?: object;
}

interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: true;
}

interface Template {
  readonly metadata: { readonly labels: Labels };
  readonly spec: { readonly hostNetwork?: boolean; readonly containers: readonly object[] };
}

const DEMO = join(ROOT, 'client', 'demo');
const READ_AT = '2026-11-12T09:14:00Z';

/** In the form that `bulkhead snapshot` writes: when, from where, and how far each kind was read. */
const COVERAGE = {
  readAt: READ_AT,
  context: 'shop-demo',
  server: 'https://shop.demo.invalid:6443',
  serverVersion: 'v1.36.3',
  coverage: [
    ['', 'Namespace'],
    ['', 'Node'],
    ['', 'Pod'],
    ['', 'Service'],
    ['apps', 'ReplicaSet'],
    ['batch', 'Job'],
    ['networking.k8s.io', 'NetworkPolicy'],
    ['', 'policies of other APIs'],
  ].map(([group, kind]) => ({ kind, group, status: { state: 'complete' } })),
};

const NODES = [
  { name: 'node-a', address: '10.0.0.11', range: '10.244.0.0/24' },
  { name: 'node-b', address: '10.0.0.12', range: '10.244.1.0/24' },
] as const;

/** Policies that changed after the snapshot was taken, with what ran then: nothing, or an older text. */
const BEFORE: Readonly<Record<string, object | undefined>> = {
  'shop/cache': undefined,
  'shop/api': {
    podSelector: { matchLabels: { app: 'api' } },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [{ podSelector: { matchLabels: { app: 'frontend' } } }],
        ports: [{ port: 'http', protocol: 'TCP' }],
      },
    ],
  },
};

/** The text of `client/demo/cluster.json`: the same on every machine and at any time. */
export function makeDemoCluster(): string {
  const manifests = readManifests();
  const ofKind = (kind: string): KubernetesObject[] => manifests.filter((manifest) => manifest.kind === kind);
  const place = placement();
  const items = [
    ...NODES.map(node),
    ...[...ofKind('Namespace'), namespace('kube-system')].map(withNameLabel),
    ...ofKind('Service'),
    ...ofKind('Deployment').flatMap((manifest) => deployed(manifest, place)),
    ...deployed(canary(manifests), place),
    ...ofKind('StatefulSet').flatMap((manifest) => numbered(manifest, place)),
    ...ofKind('DaemonSet').flatMap((manifest) => onEveryNode(manifest, place)),
    ...ofKind('CronJob').flatMap((manifest) => nightly(manifest, place)),
    startedByHand(place),
    ...nameService(place),
    ...ofKind('NetworkPolicy').flatMap(asApplied),
  ];
  const metadata = { annotations: { 'bulkhead/coverage': JSON.stringify(COVERAGE) } };
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata, items }, null, 1)}\n`;
}

function readManifests(): KubernetesObject[] {
  const files = globSync('*/**/*.yaml', { cwd: DEMO }).concat('namespaces.yaml').toSorted();
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(DEMO, file), 'utf8')).map((document) => document.toJS() as KubernetesObject),
  );
}

/** Gives the next pod its node and address. */
type Placement = (hostNetwork?: boolean) => { readonly node: string; readonly hostIP: string; readonly podIP: string };

function placement(): Placement {
  let count = 0;
  return (hostNetwork = false) => {
    const index = count++ % NODES.length;
    const { name, address } = NODES[index] ?? NODES[0];
    const podIP = hostNetwork ? address : `10.244.${index}.${10 + Math.floor(count / NODES.length)}`;
    return { node: name, hostIP: address, podIP };
  };
}

function node({ name, address, range }: (typeof NODES)[number]): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
    spec: { podCIDR: range, podCIDRs: [range] },
    status: { addresses: [{ type: 'InternalIP', address }] },
  };
}

function namespace(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** The API server labels every namespace with its name. */
function withNameLabel(object: KubernetesObject): KubernetesObject {
  const { name, labels } = object.metadata;
  return { ...object, metadata: { name, labels: { ...labels, 'kubernetes.io/metadata.name': name } } };
}

/** A ReplicaSet and its pods. */
function deployed(deployment: KubernetesObject, place: Placement): KubernetesObject[] {
  const { name, namespace: home = 'default' } = deployment.metadata;
  const { replicas, template } = deployment.spec as { replicas: number; template: Template };
  const hash = madeUpName(`${home}/${name}`, 9);
  const labels = { ...template.metadata.labels, 'pod-template-hash': hash };
  const replicaSet: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${name}-${hash}`, namespace: home, labels, ownerReferences: [owner(deployment)] },
    spec: { replicas, selector: { matchLabels: labels } },
  };
  const pods = Array.from({ length: replicas }, (_, index) =>
    pod(`${name}-${hash}-${madeUpName(`${home}/${name}/${index}`, 5)}`, replicaSet, labels, template, place),
  );
  return [replicaSet, ...pods];
}

function numbered(set: KubernetesObject, place: Placement): KubernetesObject[] {
  const { replicas, template } = set.spec as { replicas: number; template: Template };
  const { name } = set.metadata;
  return Array.from({ length: replicas }, (_, index) => {
    const labels = { ...template.metadata.labels, 'apps.kubernetes.io/pod-index': String(index) };
    return pod(`${name}-${index}`, set, labels, template, place);
  });
}

function onEveryNode(set: KubernetesObject, place: Placement): KubernetesObject[] {
  const { template } = set.spec as { template: Template };
  return NODES.map(({ name }) =>
    pod(`${set.metadata.name}-${madeUpName(name, 5)}`, set, template.metadata.labels, template, place),
  );
}

/** The run of two nights ago, which is still listed, and last night's, which hangs. */
function nightly(cronJob: KubernetesObject, place: Placement): KubernetesObject[] {
  const { name, namespace: home = 'default' } = cronJob.metadata;
  const { jobTemplate } = cronJob.spec as { jobTemplate: { spec: { template: Template } } };
  const { template } = jobTemplate.spec;
  return (['Succeeded', 'Running'] as const).flatMap((phase, night) => {
    const run = `${name}-${29382435 + night * 1440}`;
    const labels = { ...template.metadata.labels, 'batch.kubernetes.io/job-name': run };
    const job: KubernetesObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: run, namespace: home, labels, ownerReferences: [owner(cronJob)] },
      status: phase === 'Succeeded' ? { succeeded: 1 } : { active: 1 },
    };
    return [job, pod(`${run}-${madeUpName(run, 5)}`, job, labels, template, place, phase)];
  });
}

/** A second release of the frontend that no manifest in the folder mentions. */
function canary(manifests: readonly KubernetesObject[]): KubernetesObject {
  const frontend = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'frontend');
  if (frontend === undefined) throw new Error('the demo has no frontend');
  const { template } = frontend.spec as { template: Template };
  const labels = { ...template.metadata.labels, track: 'canary' };
  return {
    ...frontend,
    metadata: { name: 'frontend-canary', namespace: 'shop' },
    spec: { replicas: 1, template: { ...template, metadata: { labels } } },
  };
}

function startedByHand(place: Placement): KubernetesObject {
  const template: Template = {
    metadata: { labels: { run: 'debug' } },
    spec: { containers: [{ name: 'debug', image: 'busybox:1.37' }] },
  };
  return pod('debug', namespace('shop'), template.metadata.labels, template, place);
}

function nameService(place: Placement): KubernetesObject[] {
  const labels = { 'k8s-app': 'kube-dns' };
  const ports = [
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
    { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
  ];
  const template: Template = { metadata: { labels }, spec: { containers: [{ name: 'coredns', ports }] } };
  const deployment: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    spec: { replicas: 2, template },
  };
  const service: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system', labels },
    spec: {
      clusterIP: '10.96.0.10',
      selector: labels,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      ],
    },
  };
  return [service, ...deployed(deployment, place)];
}

function pod(
  name: string,
  controller: KubernetesObject,
  labels: Labels,
  { spec: { hostNetwork = false, containers } }: Template,
  place: Placement,
  phase: 'Running' | 'Succeeded' = 'Running',
): KubernetesObject {
  const { node: nodeName, hostIP, podIP } = place(hostNetwork);
  // A pod that was started by hand has no owner: the namespace stands for its place alone.
  const owned = controller.kind === 'Namespace' ? {} : { ownerReferences: [owner(controller)] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: controller.metadata.namespace ?? controller.metadata.name, labels, ...owned },
    spec: { nodeName, ...(hostNetwork ? { hostNetwork } : {}), containers: containers.map(portsOf) },
    status: { phase, hostIP, podIP, podIPs: [{ ip: podIP }] },
  };
}

/** A snapshot keeps of a container its name and its ports. */
function portsOf(container: { name?: string; ports?: readonly object[] }): object {
  const ports = container.ports?.map((port) => ({ protocol: 'TCP', ...port }));
  return { name: container.name, ...(ports === undefined ? {} : { ports }) };
}

function asApplied(policy: KubernetesObject): KubernetesObject[] {
  const key = `${policy.metadata.namespace}/${policy.metadata.name}`;
  const spec = key in BEFORE ? BEFORE[key] : policy.spec;
  return spec === undefined ? [] : [{ ...policy, spec: withProtocols(spec) }];
}

/** The API server writes the protocol of every port of a policy. */
function withProtocols(spec: object): object {
  const text = JSON.stringify(spec, (key, value: unknown) =>
    key === 'ports' && Array.isArray(value) ? value.map((port: object) => ({ protocol: 'TCP', ...port })) : value,
  );
  return JSON.parse(text) as object;
}

function owner({ apiVersion, kind, metadata: { name, namespace: home } }: KubernetesObject): OwnerReference {
  return { apiVersion, kind, name, uid: madeUpUid(`${kind}/${home}/${name}`), controller: true };
}
