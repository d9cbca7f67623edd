/** What a manifest's text means to the engine. Long, because every kind and every odd value has its own example. */
import { describe, expect, it } from 'vitest';
import type { ClusterObject, JsonValue } from '../../../server/src/model/manifest.ts';
import type { NetworkPolicy } from '../../../server/src/model/networkPolicy.ts';
import type { Pod } from '../../../server/src/model/workload.ts';
import { parseManifests } from '../../../server/src/syntax/parseManifests.ts';
import { decodeObject } from '../../../server/src/syntax/objects/decodeObject.ts';
import { Interner } from '../../../server/src/syntax/objects/interner.ts';

type Manifest = ReturnType<typeof parseManifests>['documents'][number]['document'];

function documentOf(text: string): Manifest {
  const placed = parseManifests(text).documents[0];
  if (placed === undefined) throw new Error('no document');
  return placed.document;
}

const objectsOf = (text: string): (ClusterObject | undefined)[] => documentOf(text).objects.map(({ object }) => object);

function podOf(text: string): Pod | undefined {
  const [object] = objectsOf(text);
  if (object?.type !== 'workload') throw new Error(`no workload: ${JSON.stringify(object)}`);
  return object.workload.pods[0];
}

function policyOf(spec: string): NetworkPolicy {
  const [object] = objectsOf(
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: ${spec}\n`,
  );
  if (object?.type !== 'networkPolicy') throw new Error(`no policy: ${JSON.stringify(object)}`);
  return object.policy;
}

describe('a workload', () => {
  const workload = (kind: string, apiVersion: string, spec: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: w}\nspec: ${spec}\n`;

  it.each<[kind: string, apiVersion: string, spec: string, count: number | 'unknown' | 'none']>([
    ['Deployment', 'apps/v1', '{}', 1],
    ['Deployment', 'apps/v1', '{replicas: null}', 1],
    ['Deployment', 'apps/v1', '{replicas: 3}', 3],
    ['Deployment', 'apps/v1', '{replicas: 0}', 'none'],
    ['Deployment', 'apps/v1', '{replicas: "${N}"}', 'unknown'],
    ['Deployment', 'apps/v1', '{replicas: many}', 'unknown'],
    ['StatefulSet', 'apps/v1', '{replicas: 2}', 2],
    ['ReplicaSet', 'extensions/v1beta1', '{replicas: 2}', 2],
    ['ReplicationController', 'v1', '{}', 1],
    ['DaemonSet', 'apps/v1', '{}', 'unknown'],
    ['CronJob', 'batch/v1', '{}', 'unknown'],
    ['Job', 'batch/v1', '{}', 1],
    ['Job', 'batch/v1', '{parallelism: 5, completions: 2}', 2],
    ['Job', 'batch/v1', '{parallelism: 5, suspend: true}', 'none'],
  ])('%s in %s with %s has pods: %s %s', (kind, apiVersion, spec, count) => {
    const pod = podOf(workload(kind, apiVersion, spec));
    if (count === 'none') expect(pod).toBeUndefined();
    else if (count === 'unknown') expect(pod).toMatchObject({ count: 1, countUnknown: true });
    else expect(pod).toMatchObject({ count });
    if (typeof count === 'number') expect(pod).not.toHaveProperty('countUnknown');
  });

  it('of another group is none of ours', () => {
    expect(objectsOf(workload('Deployment', 'example.com/v1', '{}'))).toEqual([undefined]);
    expect(objectsOf(workload('Service', 'serving.knative.dev/v1', '{}'))).toEqual([undefined]);
    expect(objectsOf(workload('constructor', 'v1', '{}'))).toEqual([undefined]);
  });

  it('shows the ports of its containers first, then those of sidecars, never those of other init containers', () => {
    const pod = podOf(`apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: web, none: }}
spec:
  hostNetwork: true
  initContainers:
  - {name: setup, ports: [{containerPort: 1}]}
  - {name: proxy, restartPolicy: Always, ports: [{containerPort: 2, name: admin}]}
  containers:
  - ports:
    - {containerPort: 80, name: http}
    - {containerPort: 53, protocol: UDP, name: null}
status: {podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: "fd00::1"}]}
`);
    expect(pod).toEqual({
      workload: { namespace: '', name: 'p', kind: 'Pod' },
      name: 'p',
      labels: { app: 'web', none: '' },
      ports: [
        { port: 80, name: 'http', protocol: 'TCP' },
        { port: 53, protocol: 'UDP' },
        { port: 2, name: 'admin', protocol: 'TCP' },
      ],
      ips: ['10.0.0.1', 'fd00::1'],
      hostNetwork: true,
      count: 1,
    });
  });

  it.each(['Succeeded', 'Failed'])('that is over (%s) has no pods', (phase) => {
    expect(
      podOf(`apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nstatus: {phase: ${phase}, podIP: 10.0.0.1}\n`),
    ).toBeUndefined();
  });

  it('follows its controller, not its other owners', () => {
    const [object] = objectsOf(`apiVersion: v1
kind: Pod
metadata:
  name: p
  ownerReferences:
  - {kind: Other, name: a}
  - {kind: ReplicaSet, name: b, controller: true}
`);
    expect(object).toMatchObject({ workload: { controller: { kind: 'ReplicaSet', name: 'b' } } });
  });

  it('with parts of a wrong type is known without them', () => {
    const pod = podOf(
      workload(
        'Deployment',
        'apps/v1',
        '{template: {metadata: {labels: {app: web, version: 1.0}}, spec: {containers: [{ports: {}}]}}}',
      ),
    );
    expect(pod).toMatchObject({ labels: { app: 'web' }, unknownLabels: ['version'], portsIncomplete: true });
  });
});

describe('one document may hold several objects', () => {
  it('in a List, a typed list, and lists of lists', () => {
    const namespace = (name: string): object => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        namespace('a'),
        { apiVersion: 'v1', kind: 'NamespaceList', items: [{ metadata: { name: 'b' } }] },
        null,
        1,
      ],
    };
    expect(documentOf(JSON.stringify(list)).objects).toMatchObject([
      { path: ['items', 0], kind: 'Namespace', name: 'a', object: { type: 'namespace' } },
      { path: ['items', 1, 'items', 0], kind: 'Namespace', name: 'b', object: { type: 'namespace' } },
    ]);
  });

  it('in an OpenShift Template, its parameters filled in with their defaults', () => {
    const document = documentOf(`apiVersion: template.openshift.io/v1
kind: Template
parameters:
- {name: NAME, value: web}
- {name: PORT, value: "8080"}
- {name: SECRET, generate: expression}
objects:
- apiVersion: v1
  kind: Pod
  metadata: {name: "\${NAME}-1", labels: {app: "\${NAME}", token: "\${SECRET}"}}
  spec: {containers: [{ports: [{containerPort: "\${{PORT}}"}]}]}
`);
    expect(document.objects).toMatchObject([
      {
        path: ['objects', 0],
        name: 'web-1',
        object: { workload: { pods: [{ labels: { app: 'web' }, unknownLabels: ['token'], ports: [{ port: 8080 }] }] } },
      },
    ]);
    expect(document.notEvaluated.map(({ path }) => path?.join('.'))).toEqual(['objects.0.metadata.labels.token']);
  });
});

describe('a policy', () => {
  it('is taken as written: what is absent stays absent, null is absent, empty stays empty', () => {
    expect(policyOf('null')).toEqual({
      namespace: '',
      name: 'web',
      podSelector: { matchLabels: {}, matchExpressions: [] },
    });
    expect(policyOf('{policyTypes: [], ingress: [{}, null, {from: [], ports: null}], egress: null}')).toMatchObject({
      policyTypes: [],
      ingress: [{}, {}, { peers: [] }],
    });
    expect(
      policyOf(
        '{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{}, {port: 080}, {port: dns, protocol: UDP, endPort: 9}]}]}',
      ).egress,
    ).toEqual([
      {
        peers: [{ ipBlock: { cidr: '10.0.0.0/8', except: [] } }],
        ports: [{}, { port: 80 }, { port: 'dns', protocol: 'UDP', endPort: 9 }],
      },
    ]);
  });

  it('that the decoder refuses is named with its first fault', () => {
    const { objects } = documentOf(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: []\n',
    );
    expect(objects).toEqual([
      {
        path: [],
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        name: 'web',
        namespace: '',
        undecodable:
          'json: cannot unmarshal array into Go struct field NetworkPolicy.spec of type v1.NetworkPolicySpec',
      },
    ]);
  });

  it('in broken YAML is named as far as its name can be read', () => {
    const { objects } = documentOf(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: [\n',
    );
    expect(objects).toMatchObject([{ kind: 'NetworkPolicy', name: 'web', undecodable: expect.any(String) as string }]);
    expect(objects[0]?.object).toBeUndefined();
  });

  it.each<[where: string, spec: string, expected: object, paths: string[]]>([
    ['the spec', '${SPEC}', { podSelector: { incomplete: true }, policyTypesIncomplete: true }, ['spec']],
    ['a selector', '{podSelector: $(SELECTOR)}', { podSelector: { incomplete: true } }, ['spec.podSelector']],
    [
      'a label',
      '{podSelector: {matchLabels: {a: b, c: "{{ .C }}"}}}',
      { podSelector: { matchLabels: { a: 'b' }, incomplete: true } },
      ['spec.podSelector.matchLabels.c'],
    ],
    [
      'a label key',
      '{podSelector: {matchLabels: {"${KEY}": b}}}',
      { podSelector: { matchLabels: {}, incomplete: true } },
      ['spec.podSelector.matchLabels.${KEY}'],
    ],
    [
      'a value of an expression',
      '{podSelector: {matchExpressions: [{key: a, operator: In, values: [b, __C__]}]}}',
      { podSelector: { matchExpressions: [], incomplete: true } },
      ['spec.podSelector.matchExpressions.0'],
    ],
    [
      'a direction',
      '{policyTypes: [Ingress, "<%= type %>"]}',
      { policyTypes: ['Ingress'], policyTypesIncomplete: true },
      ['spec.policyTypes.1'],
    ],
    [
      'a peer',
      '{ingress: [{from: ["${PEER}", {ipBlock: {cidr: "${CIDR}"}}]}]}',
      { ingress: [{ peers: [{ incomplete: true }, { incomplete: true }] }] },
      ['spec.ingress.0.from.0', 'spec.ingress.0.from.1.ipBlock'],
    ],
    [
      'all ports',
      '{egress: [{ports: "${PORTS}"}]}',
      { egress: [{ ports: [{ incomplete: true }] }] },
      ['spec.egress.0.ports'],
    ],
    [
      'a port',
      '{egress: [{ports: [{port: "{{ .Values.port }}"}]}]}',
      { egress: [{ ports: [{ incomplete: true }] }] },
      ['spec.egress.0.ports.0'],
    ],
    [
      'all rules',
      '{egress: "${RULES}"}',
      { egress: [{ peers: [{ incomplete: true }], ports: [{ incomplete: true }] }] },
      ['spec.egress'],
    ],
  ])('with a placeholder for %s says what is not known', (_, spec, expected, paths) => {
    expect(policyOf(spec)).toMatchObject(expected);
    const { notEvaluated } = documentOf(
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: ${spec}\n`,
    );
    expect(notEvaluated.map(({ why, path }) => `${why} ${path?.join('.')}`)).toEqual(
      paths.map((path) => `placeholder ${path}`),
    );
  });

  it('in a namespace that is a placeholder could govern any', () => {
    expect(
      objectsOf('apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: "${NS}"}\n'),
    ).toEqual([{ type: 'foreignPolicy', policy: { group: 'networking.k8s.io', kind: 'NetworkPolicy', name: 'web' } }]);
  });
});

describe('a policy of another API is told by its group, never by its kind alone', () => {
  it.each<[apiVersion: string, kind: string, scope: 'cluster' | 'namespace' | 'none']>([
    ['policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', 'cluster'],
    ['policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy', 'cluster'],
    ['networking.k8s.aws/v1alpha1', 'ClusterNetworkPolicy', 'cluster'],
    ['crd.antrea.io/v1beta1', 'NetworkPolicy', 'namespace'],
    ['crd.antrea.io/v1beta1', 'ClusterNetworkPolicy', 'cluster'],
    ['cilium.io/v2', 'CiliumNetworkPolicy', 'namespace'],
    ['cilium.io/v2', 'CiliumClusterwideNetworkPolicy', 'cluster'],
    ['projectcalico.org/v3', 'GlobalNetworkPolicy', 'cluster'],
    ['crd.projectcalico.org/v1', 'NetworkPolicy', 'namespace'],
    ['k8s.cni.cncf.io/v1beta2', 'MultiNetworkPolicy', 'namespace'],
    ['cilium.io/v3', 'CiliumClusterwideSomethingNewPolicy', 'cluster'],
    ['cilium.io/v3', 'CiliumSomethingNewPolicy', 'namespace'],
    ['cilium.io/v2', 'CiliumEgressGatewayPolicy', 'none'],
    ['cilium.io/v2', 'CiliumEndpoint', 'none'],
    ['projectcalico.org/v3', 'StagedNetworkPolicy', 'none'],
    ['projectcalico.org/v3', 'IPPool', 'none'],
    ['example.com/v1', 'ClusterNetworkPolicy', 'none'],
  ])('%s %s: %s', (apiVersion, kind, scope) => {
    const [object] = objectsOf(
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec: {whatever: {{}: 1}}\n`.replace(
        '{{}: 1}',
        '{}',
      ),
    );
    const group = apiVersion.split('/')[0];
    const policy = { group, kind, name: 'a', ...(scope === 'namespace' && { namespace: '' }) };
    expect(object).toEqual(scope === 'none' ? undefined : { type: 'foreignPolicy', policy });
  });
});

describe('live objects', () => {
  it('share their equal labels and ports', () => {
    const interner = new Interner();
    const pod = (name: string): JsonValue => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { b: '1', a: '2' } },
      spec: { containers: [{ ports: [{ containerPort: 80 }] }] },
    });
    const [first, second] = ['x', 'y'].map((name) => decodeObject(pod(name), interner)?.object);
    if (first?.type !== 'workload' || second?.type !== 'workload') throw new Error('no workloads');
    expect(first.workload.pods[0]?.labels).toBe(second.workload.pods[0]?.labels);
    expect(first.workload.pods[0]?.ports).toBe(second.workload.pods[0]?.ports);
  });

  it.each<JsonValue>([
    null,
    1,
    'x',
    [],
    {},
    { kind: 'Pod' },
    { apiVersion: 'v1', kind: {} },
    { apiVersion: '', kind: 'Pod' },
  ])('that are none (%j) are passed over', (value) => {
    expect(decodeObject(value)).toBeUndefined();
  });

  it('may hold anything in any field', () => {
    for (const junk of [null, 1, 'x', [], [null], {}, { a: 1 }, true]) {
      for (const kind of ['Pod', 'Namespace', 'Service', 'ReplicationController']) {
        const decoded = decodeObject({ apiVersion: 'v1', kind, metadata: junk, spec: junk, status: junk });
        expect(decoded?.kind).toBe(kind);
        expect(
          decodeObject({
            apiVersion: 'v1',
            kind,
            metadata: { labels: junk, ownerReferences: junk },
            spec: { containers: [junk, { ports: junk }], ports: junk, selector: junk, template: junk, replicas: junk },
          })?.kind,
        ).toBe(kind);
      }
    }
  });
});
