/** What a manifest's text means to the engine; decodePolicy.test.ts has the policies. */
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../server/src/model/manifest.ts';
import { decodeObject } from '../../../server/src/syntax/objects/decodeObject.ts';
import { Interner } from '../../../server/src/syntax/objects/interner.ts';
import { documentOf, objectsOf, podOf } from '../../support/decoded.ts';

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
