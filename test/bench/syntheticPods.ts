/**
 * Pods of a large cluster as the API gives them, about 3.8 kB each, made as text while they are sent: nothing of them
 * is held. Fifteen pods a namespace, five a ReplicaSet.
 */
export const PODS_PER_NAMESPACE = 15;
export const PODS_PER_OWNER = 5;

/** The pod of a number; a higher `generation` is the pod that replaced it. */
export function podText(index: number, version: number, generation = 0): string {
  return fill(POD, [
    podName(index, generation),
    ownerName(index),
    namespaceName(Math.floor(index / PODS_PER_NAMESPACE)),
    String(version),
    `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${(index + generation) & 255}`,
    `app-${Math.floor(index / PODS_PER_OWNER) % 40}`,
    `node-${index % 500}`,
  ]);
}

/** A pod that the open policy selects; its name says when it was made. */
export function markerText(name: string, version: number): string {
  return fill(POD, [name, ownerName(0), namespaceName(0), String(version), '10.255.0.1', 'marker', 'node-0']);
}

export function ownerText(index: number): string {
  const first = index * PODS_PER_OWNER;
  const namespace = namespaceName(Math.floor(first / PODS_PER_NAMESPACE));
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: `app-${index % 40}`, controller: true };
  const metadata = { namespace, name: ownerName(first), resourceVersion: '1', ownerReferences: [owner] };
  return JSON.stringify({ metadata });
}

export function namespaceText(index: number): string {
  const labels = { 'kubernetes.io/metadata.name': namespaceName(index), team: `team-${index % 50}` };
  return JSON.stringify({ metadata: { name: namespaceName(index), resourceVersion: '1', labels } });
}

function namespaceName(index: number): string {
  return `team-${index % 50}-${index}`;
}

function ownerName(pod: number): string {
  return `app-${Math.floor(pod / PODS_PER_OWNER) % 40}-${(7_000_000 + Math.floor(pod / PODS_PER_OWNER)).toString(36)}`;
}

function podName(index: number, generation: number): string {
  return `${ownerName(index)}-${index.toString(36)}x${generation}`;
}

/** Places of the values above, in their order. */
const [NAME, OWNER, NAMESPACE, VERSION, IP, APP, NODE] = ['%0', '%1', '%2', '%3', '%4', '%5', '%6'] as const;

const POD: readonly string[] = parts(
  JSON.stringify({
    metadata: {
      name: NAME,
      generateName: `${OWNER}-`,
      namespace: NAMESPACE,
      uid: `0d7f6d1e-9d5f-4f63-9f0e-${NAME}`,
      resourceVersion: VERSION,
      creationTimestamp: '2026-11-12T09:14:00Z',
      labels: { app: APP, 'app.kubernetes.io/part-of': 'shop', tier: 'backend', 'pod-template-hash': OWNER },
      annotations: { 'checksum/config': 'f3c1b9'.repeat(10), 'prometheus.io/scrape': 'true' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: OWNER,
          uid: OWNER,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: [managed('kube-controller-manager', 14), managed('kubelet', 10)],
    },
    spec: {
      containers: [
        {
          name: 'main',
          image: `registry.example/team/${APP}:v1.2.3`,
          ports: [
            { name: 'http', containerPort: 8080, protocol: 'TCP' },
            { name: 'metrics', containerPort: 9090, protocol: 'TCP' },
          ],
          env: Array.from({ length: 8 }, (_, at) => ({ name: `SETTING_${at}`, value: `some value of number ${at}` })),
          resources: { limits: { cpu: '1', memory: '512Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
          livenessProbe: { httpGet: { path: '/healthz', port: 'http', scheme: 'HTTP' }, periodSeconds: 10 },
          volumeMounts: [{ name: 'token', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { expirationSeconds: 3607 } }] } }],
      nodeName: NODE,
      serviceAccountName: 'default',
      tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }],
    },
    status: {
      phase: 'Running',
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: '2026-11-12T09:14:10Z',
      })),
      hostIP: '192.168.0.1',
      podIP: IP,
      podIPs: [{ ip: IP }],
      startTime: '2026-11-12T09:14:00Z',
      containerStatuses: [{ name: 'main', ready: true, restartCount: 0, imageID: 'sha256:'.padEnd(71, 'a') }],
    },
  }),
);

function managed(manager: string, fields: number): object {
  const owned = Object.fromEntries(
    Array.from({ length: fields }, (_, at) => [`f:field-number-${at}`, { 'f:value': {} }]),
  );
  return { manager, operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': owned } };
}

/** The text between the places, with the places' numbers as pieces of their own. */
function parts(template: string): readonly string[] {
  return template.split(/%(\d)/);
}

function fill(pieces: readonly string[], values: readonly string[]): string {
  let text = '';
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at] ?? '';
    text += at % 2 === 0 ? piece : values[Number(piece)];
  }
  return text;
}
