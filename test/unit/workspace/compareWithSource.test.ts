/** What is said of a manifest's object beside the cluster's: the same, another one, not there, or not known. */
import { describe, expect, test } from 'vitest';
import type { ClusterObject } from '../../../server/src/model/manifest.ts';
import { parseManifests } from '../../../server/src/syntax/parseManifests.ts';
import { EMPTY_CONTENTS } from '../../../server/src/workspace/clusterSource.ts';
import type { Coverage, CoverageStatus, SourceState } from '../../../server/src/workspace/clusterSource.ts';
import {
  compareNamespace,
  comparePolicy,
  compareService,
  compareWorkload,
  type Comparison,
} from '../../../server/src/workspace/compareWithSource.ts';
import { placeObjects } from '../../../server/src/workspace/placeObjects.ts';
import { stateOfTexts } from '../../support/clusterSource.ts';
import { policy } from '../../support/shopManifests.ts';

const ORIGIN = { kind: 'snapshot' } as const;
const SERVICES: Coverage = { kind: 'Service', group: '', status: { state: 'complete' } };

function stateOf(live: string, pods?: CoverageStatus, more: readonly Coverage[] = [SERVICES]): SourceState {
  return stateOfTexts(new Map([['live.yaml', live]]), ORIGIN, pods, more);
}

function objectOf(text: string): ClusterObject {
  const file = { uri: 'file:///a.yaml', text, parsed: parseManifests(text), fragment: false };
  const [placed] = placeObjects(file, { namespace: 'shop', problemsOf: () => [] });
  if (placed === undefined) throw new Error('the text holds no object');
  return placed.object;
}

function compare(written: string, state: SourceState): Comparison<unknown> {
  const object = objectOf(written);
  switch (object.type) {
    case 'networkPolicy':
      return comparePolicy(state, object.policy);
    case 'workload':
      return compareWorkload(state, object.workload);
    case 'service':
      return compareService(state, object.service);
    case 'namespace':
      return compareNamespace(state, object.namespace);
    case 'foreignPolicy':
    case 'rejectedPolicy':
    case 'ingress':
    case 'endpoints':
      throw new Error(`nothing compares a ${object.type}`);
  }
}

function differences(written: string, live: string): readonly unknown[] {
  const found = compare(written, stateOf(live));
  return found.kind === 'differs' ? found.differences : [found.kind];
}

const pod = (labels: string, spec = 'containers: [{ name: c }]', name = 'web-1'): string =>
  `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: { ${labels} }
  ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: web, uid: u, controller: true }]
spec: { ${spec} }
`;
const workload = (labels: string, spec = 'containers: [{ name: c }]'): string =>
  `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web, namespace: shop }
spec:
  replicas: 7
  template: { metadata: { labels: { ${labels} } }, spec: { ${spec} } }
`;
const service = (spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { ${spec} }\n`;
const namespace = (labels: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { ${labels} } }\n`;

describe('no difference', () => {
  const ports = 'containers: [{ name: c, ports: [{ name: http, containerPort: 80 }, { containerPort: 90 }] }]';
  test.each<readonly [what: string, written: string, live: string]>([
    [
      'what the API server fills in',
      policy('podSelector: {}\ningress: [{ ports: [{ port: 80 }] }]'),
      policy('podSelector: {}\npolicyTypes: [Ingress]\ningress: [{ ports: [{ port: 80, protocol: TCP }] }]'),
    ],
    [
      'an empty list and none',
      policy('podSelector: {}\npolicyTypes: [Egress]\ningress: []\negress: [{ to: [], ports: [] }]'),
      policy('podSelector: {}\npolicyTypes: [Egress]\negress: [{}]'),
    ],
    [
      'labels, expressions and values in another order',
      policy(
        'podSelector: { matchLabels: { a: b, c: d }, matchExpressions: [{ key: k, operator: In, values: [v, w] }, { key: m, operator: Exists }] }',
      ),
      policy(
        'podSelector: { matchLabels: { c: d, a: b }, matchExpressions: [{ key: m, operator: Exists }, { key: k, operator: In, values: [w, v] }] }',
      ),
    ],
    [
      'policyTypes in another order',
      policy('podSelector: {}\npolicyTypes: [Egress, Ingress]'),
      policy('podSelector: {}\npolicyTypes: [Ingress, Egress]'),
    ],
    [
      'replicas and labels of controllers',
      workload('app: web'),
      pod(
        'app: web, controller-revision-hash: web-5, statefulset.kubernetes.io/pod-name: web-1, apps.kubernetes.io/pod-index: "1", batch.kubernetes.io/job-completion-index: "0", pod-template-hash: x',
      ),
    ],
    [
      'a mesh and its sidecar',
      workload('app: web'),
      pod(
        'app: web, security.istio.io/tlsMode: istio',
        'containers: [{ name: c }, { name: istio-proxy, ports: [{ containerPort: 15090 }] }]',
      ),
    ],
    [
      'ports in another order',
      workload('app: web', ports),
      pod('app: web', 'containers: [{ name: c, ports: [{ containerPort: 90 }, { name: http, containerPort: 80 }] }]'),
    ],
    [
      "a Service's addresses, node ports and default target",
      service('selector: { app: web }, ports: [{ port: 80 }]'),
      service(
        'type: ClusterIP, clusterIP: 10.0.0.1, selector: { app: web }, ports: [{ port: 80, targetPort: 80, protocol: TCP, nodePort: 30080 }]',
      ),
    ],
    [
      'what a platform writes on namespaces',
      namespace('team: a'),
      namespace('team: a, kubernetes.io/metadata.name: shop, field.cattle.io/projectId: p-1'),
    ],
  ])('%s', (_, written, live) => {
    expect(compare(written, stateOf(live))).toEqual({ kind: 'same' });
  });
});

describe('a policy that differs', () => {
  const web = 'podSelector: { matchLabels: { app: web } }';
  const rule = (app: string, port = 80): string =>
    `- { from: [{ podSelector: { matchLabels: { app: ${app} } } }], ports: [{ port: ${port} }] }`;
  const rules = (...items: readonly string[]): string => policy(`${web}\ningress:\n${items.join('\n')}`);
  test.each<readonly [what: string, written: string, live: string, expected: readonly unknown[]]>([
    [
      'in its targets',
      policy(web),
      policy('podSelector: {}'),
      [{ kind: 'targets', live: { matchLabels: {}, matchExpressions: [] } }],
    ],
    [
      'by isolating more',
      policy(`${web}\npolicyTypes: [Ingress, Egress]`),
      policy(web),
      [{ kind: 'direction', direction: 'egress', side: 'written' }],
    ],
    [
      'by isolating less',
      policy(web),
      policy(`${web}\npolicyTypes: [Ingress, Egress]`),
      [{ kind: 'direction', direction: 'egress', side: 'live' }],
    ],
    [
      'in a peer',
      rules(rule('api')),
      rules(rule('job')),
      [{ kind: 'changedRule', direction: 'ingress', index: 0, peers: true, ports: false }],
    ],
    [
      'in a port',
      rules(rule('a'), rule('b', 80)),
      rules(rule('a'), rule('b', 81)),
      [{ kind: 'changedRule', direction: 'ingress', index: 1, peers: false, ports: true }],
    ],
    [
      'by a rule in front',
      rules(rule('new'), rule('a'), rule('b')),
      rules(rule('a'), rule('b')),
      [{ kind: 'rule', direction: 'ingress', side: 'written', index: 0 }],
    ],
    [
      'by a rule that it lacks',
      rules(rule('a'), rule('b')),
      rules(rule('a'), rule('gone'), rule('b')),
      [{ kind: 'rule', direction: 'ingress', side: 'live', index: 1 }],
    ],
    [
      'in rules that do nothing',
      policy(`${web}\npolicyTypes: [Ingress]\negress: [{}]`),
      policy(`${web}\npolicyTypes: [Ingress]`),
      [{ kind: 'rule', direction: 'egress', side: 'written', index: 0 }],
    ],
    [
      'in the order of its rules, which an apply writes',
      rules(rule('a'), rule('b')),
      rules(rule('b'), rule('a')),
      [0, 1].map((index) => ({ kind: 'changedRule', direction: 'ingress', index, peers: true, ports: false })),
    ],
  ])('%s', (_, written, live, expected) => {
    expect(differences(written, live)).toEqual(expected);
  });
});

describe('another object that differs', () => {
  const port = { port: 80, protocol: 'TCP' };
  const open = 'containers: [{ name: c, ports: [{ containerPort: 80 }] }]';
  test.each<readonly [what: string, written: string, live: string, expected: readonly unknown[]]>([
    [
      "in a label of its pods' template",
      workload('app: web2'),
      pod('app: web'),
      [{ kind: 'label', key: 'app', written: 'web2', live: 'web', pods: 1, of: 1 }],
    ],
    [
      'in a label that the pods lack, or have alone',
      workload('app: web, tier: a'),
      pod('app: web, track: x'),
      [
        { kind: 'label', key: 'tier', written: 'a', pods: 1, of: 1 },
        { kind: 'label', key: 'track', live: 'x', pods: 1, of: 1 },
      ],
    ],
    [
      'in some of its pods, during a rollout',
      workload('app: web2'),
      [pod('app: web'), pod('app: web2', undefined, 'web-2'), pod('app: web', undefined, 'web-3')].join('---\n'),
      [{ kind: 'label', key: 'app', written: 'web2', live: 'web', pods: 2, of: 3 }],
    ],
    [
      'in a port',
      workload('app: web', open),
      pod('app: web'),
      [{ kind: 'port', side: 'written', port, pods: 1, of: 1 }],
    ],
    [
      'in a port that only runs',
      workload('app: web'),
      pod('app: web', open),
      [{ kind: 'port', side: 'live', port, pods: 1, of: 1 }],
    ],
    [
      'in the network of the host',
      workload('app: web'),
      pod('app: web', 'hostNetwork: true, containers: [{ name: c }]'),
      [{ kind: 'hostNetwork', side: 'live', pods: 1, of: 1 }],
    ],
    [
      'in labels that are named like properties of objects',
      workload('constructor: b'),
      pod('toString: c'),
      [
        { kind: 'label', key: 'constructor', written: 'b', pods: 1, of: 1 },
        { kind: 'label', key: 'toString', live: 'c', pods: 1, of: 1 },
      ],
    ],
    [
      'in its selector',
      service('selector: { app: web }, ports: [{ port: 80 }]'),
      service('selector: { app: old }, ports: [{ port: 80 }]'),
      [{ kind: 'selector', key: 'app', written: 'web', live: 'old' }],
    ],
    [
      'in where a port leads',
      service('selector: { app: web }, ports: [{ port: 80, targetPort: http }]'),
      service('selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]'),
      [
        { kind: 'port', side: 'written', port: { ...port, targetPort: 'http' } },
        { kind: 'port', side: 'live', port: { ...port, targetPort: 8080 } },
      ],
    ],
    [
      'in its type',
      service('type: LoadBalancer, selector: { app: web }'),
      service('selector: { app: web }'),
      [{ kind: 'type', live: 'ClusterIP' }],
    ],
    [
      'in labels of the namespace',
      namespace('team: a, tier: x'),
      namespace('team: b, env: prod'),
      [
        { kind: 'label', key: 'team', written: 'a', live: 'b' },
        { kind: 'label', key: 'tier', written: 'x' },
        { kind: 'label', key: 'env', live: 'prod' },
      ],
    ],
  ])('%s', (_, written, live, expected) => {
    expect(differences(written, live)).toEqual(expected);
  });
});

describe('what is not there, and what is not known', () => {
  const POLICY = policy('podSelector: {}');
  const elsewhere = namespace('team: a');
  const refused: CoverageStatus = { state: 'forbidden', why: 'pods may not be listed', mend: 'list pods' };
  const ofPolicies = (status: CoverageStatus, own?: string): Coverage => ({
    kind: 'NetworkPolicy',
    group: 'networking.k8s.io',
    status,
    ...(own === undefined ? {} : { namespace: own }),
  });
  const withPolicies = (live: string, ...entries: readonly Coverage[]): SourceState => {
    const state = stateOf(live);
    return { ...state, coverage: [...state.coverage.filter(({ kind }) => kind !== 'NetworkPolicy'), ...entries] };
  };
  test.each<readonly [what: string, written: string, state: SourceState, expected: Comparison<unknown>]>([
    ['everything was read', POLICY, stateOf(elsewhere), { kind: 'absent' }],
    ['every pod was read', workload('app: web'), stateOf(elsewhere), { kind: 'absent' }],
    [
      'nothing was said for a while',
      POLICY,
      withPolicies('', ofPolicies({ state: 'stale', since: 1, why: 'lost' })),
      { kind: 'absent' },
    ],
    [
      'policies are being read',
      POLICY,
      withPolicies(POLICY, ofPolicies({ state: 'reading' })),
      { kind: 'unknown', why: 'it is still being read' },
    ],
    [
      'policies of this namespace may not be listed',
      POLICY,
      withPolicies(
        '',
        ofPolicies({ state: 'complete' }),
        ofPolicies({ state: 'forbidden', why: 'refused', mend: '' }, 'shop'),
      ),
      { kind: 'unknown', why: 'refused' },
    ],
    [
      'only policies of this namespace may be listed',
      POLICY,
      withPolicies(
        '',
        ofPolicies({ state: 'forbidden', why: 'refused', mend: '' }),
        ofPolicies({ state: 'complete' }, 'shop'),
      ),
      { kind: 'absent' },
    ],
    [
      'a dump lacks it that does not say what it leaves out',
      POLICY,
      withPolicies('', ofPolicies({ state: 'unstated' })),
      { kind: 'unknown', why: 'the snapshot does not say what it leaves out' },
    ],
    ['a dump has it', POLICY, withPolicies(POLICY, ofPolicies({ state: 'unstated' })), { kind: 'same' }],
    [
      'pods may not be listed',
      workload('app: web'),
      stateOf('', refused),
      { kind: 'unknown', why: 'pods may not be listed' },
    ],
    [
      'Services were not looked for',
      service('selector: { app: web }'),
      stateOf('', undefined, []),
      { kind: 'unknown', why: 'kind Service was not read' },
    ],
    [
      'a placeholder hides a peer',
      policy('podSelector: { matchLabels: { app: "${APP}" } }'),
      stateOf(POLICY),
      { kind: 'unknown', why: 'a placeholder leaves open what is written' },
    ],
    [
      'a placeholder hides a label, and the others are the same',
      workload('app: web, version: "${VERSION}"'),
      stateOf(pod('app: web, version: v1')),
      { kind: 'unknown', why: 'a placeholder leaves open what is written' },
    ],
    [
      'the manifest runs no pod',
      workload('app: web').replace('replicas: 7', 'replicas: 0'),
      stateOf(pod('app: web')),
      { kind: 'unknown', why: 'the manifest runs no pod' },
    ],
  ])('%s', (_, written, state, expected) => {
    expect(compare(written, state)).toEqual(expected);
  });

  test('a namespace of which only the name is known', () => {
    const state = stateOf('');
    const known = { ...state, namespaces: [{ name: 'shop', labels: {}, labelsUnknown: true as const }] };
    expect(compare(namespace('team: a'), known)).toEqual({ kind: 'unknown', why: 'its labels were not read' });
  });

  test('a saved policy that does not decode', () => {
    const contents = new Map([
      [
        'shop',
        {
          ...EMPTY_CONTENTS,
          rejectedPolicies: [{ namespace: 'shop', name: 'web', fault: 'spec is a list' }],
        },
      ],
    ]);
    expect(compare(POLICY, { ...stateOf(''), contents })).toEqual({
      kind: 'unknown',
      why: 'the one there cannot be decoded: spec is a list',
    });
  });
});
