import { describe, expect, test } from 'vitest';
import {
  allFindings,
  deployment,
  documents,
  fixed,
  fixTitles,
  found,
  networkPolicy as policy,
} from '../../../support/checkFindings.ts';
import { liveSource } from '../../../support/clusterSource.ts';

const namespace = (name: string, labels = ''): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: { ${labels} } }\n`;
const CLUSTER = {
  'workloads.yaml': documents(
    deployment('web', 'shop', 3),
    deployment('db', 'shop', 1),
    deployment('prometheus', 'monitoring'),
  ),
};
const web = (peer = ''): string =>
  policy(
    `  podSelector: { matchLabels: { app: web } }\n${peer === '' ? '' : `  ingress:\n  - from:\n    - ${peer}\n`}`,
  );

describe('volatile-label', () => {
  const CODE = 'volatile-label';
  test('says when the selector stops to match, and leaves the label out', () => {
    const text = policy('  podSelector: { matchLabels: { app: web, pod-template-hash: 5d59d67564 } }\n');
    expect(found(CODE, text, CLUSTER)).toEqual([
      '5 information: After the next rollout this policy selects no pod: `pod-template-hash` is another one then (set by the Deployment controller, for every version of the pod template)',
    ]);
    expect(fixed(CODE, text, CLUSTER, 'Leave pod-template-hash out')).toBe(web());
  });
  test('offers no edit where the selector would mean every pod without the label', () => {
    expect(
      fixTitles(CODE, policy('  podSelector: { matchLabels: { pod-template-hash: 5d59d67564 } }\n'), CLUSTER),
    ).toEqual([]);
  });
  test('a label that names a version is a hint', () => {
    const text = web('podSelector: { matchLabels: { app: db, helm.sh/chart: db-1.2.3 } }');
    expect(found(CODE, text, CLUSTER)).toEqual([
      '8 hint: After an upgrade that changes `helm.sh/chart` this peer lets nobody in',
    ]);
  });
  test.each([
    ['labels that last', web('podSelector: { matchLabels: { app: db, app.kubernetes.io/instance: shop } }')],
    [
      'that a label is there, whatever its value',
      web('podSelector: { matchExpressions: [{ key: pod-template-hash, operator: Exists }] }'),
    ],
    [
      "a StatefulSet's pod by its name",
      web('podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: db-0 } }'),
    ],
    ['labels of namespaces', web('namespaceSelector: { matchLabels: { controller-uid: x } }')],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
});

describe('namespace-name-label', () => {
  const CODE = 'namespace-name-label';
  const peer = web('namespaceSelector: { matchLabels: { name: monitoring } }');
  test('says what Kubernetes does not set, and asks for what it does', () => {
    expect(found(CODE, peer, CLUSTER)).toEqual([
      '8 information: This peer lets nobody in unless somebody has set the label `name` on namespace `monitoring`: Kubernetes does not',
    ]);
    expect(fixed(CODE, peer, CLUSTER, 'Change the key')).toBe(
      peer.replace('{ name: monitoring }', '{ kubernetes.io/metadata.name: monitoring }'),
    );
  });
  test('is a warning where the Namespace is written without the label', () => {
    const [finding] = found(CODE, peer, { ...CLUSTER, 'ns.yaml': namespace('monitoring', 'team: ops') });
    expect(finding).toMatch(/^8 warning: .*namespace `monitoring` has no label `name`/);
  });
  test.each([
    ['a Namespace with the label', peer, { ...CLUSTER, 'ns.yaml': namespace('monitoring', 'name: monitoring') }],
    ['where namespaces are labelled so', peer, { ...CLUSTER, 'ns.yaml': namespace('shop', 'name: shop') }],
    [
      'the label that is always there',
      web('namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } }'),
      CLUSTER,
    ],
    ['pods with a label `name`', web('podSelector: { matchLabels: { name: web } }'), CLUSTER],
    ['every namespace (popeye#202)', web('namespaceSelector: {}'), CLUSTER],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('namespace-not-found', () => {
  const CODE = 'namespace-not-found';
  const source = liveSource(new Map([['c.yaml', documents(namespace('shop'), deployment('web'))]]), 0);
  test('speaks where the cluster has no such namespace', () => {
    expect(found(CODE, policy('  podSelector: {}\n', 'web', 'shpo'), {}, { source })).toEqual([
      '3 information: This policy isolates nobody: the cluster has no namespace `shpo`, so the API server refuses it',
    ]);
  });
  test.each([
    ['a namespace that is there', policy('  podSelector: {}\n'), { source }],
    ['manifests alone, which name only namespaces of their own', policy('  podSelector: {}\n', 'web', 'shpo'), {}],
  ])('is silent for %s', (_name, text, options) => {
    expect(found(CODE, text, {}, options)).toEqual([]);
  });
});

describe('policy-in-another-namespace', () => {
  const CODE = 'policy-in-another-namespace';
  const elsewhere = policy('  podSelector: { matchLabels: { app: web } }\n', 'web', 'shop-prod');
  test('says where the pods are', () => {
    expect(found(CODE, elsewhere, CLUSTER)).toEqual([
      '3 information: This policy isolates nobody that is known: the pods `app=web` are in `shop`, web (3 pods), and it selects pods of `shop-prod` only',
    ]);
    expect(fixed(CODE, elsewhere, CLUSTER, 'Change the namespace to shop')).toBe(web());
  });
  test('is a warning beside the workload in one file', () => {
    expect(found(CODE, documents(elsewhere, deployment('web')))[0]).toMatch(/^3 warning/);
  });
  test.each([
    ['the right namespace', web(), CLUSTER],
    ['a policy without its workloads (kics#3759)', elsewhere, {}],
    ['pods in several namespaces', elsewhere, { ...CLUSTER, 'more.yaml': deployment('web', 'shop-test') }],
    ['a selector of every pod', policy('  podSelector: {}\n', 'web', 'shop-prod'), CLUSTER],
    [
      'a namespace with other pods: selector-matches-nothing speaks there',
      elsewhere,
      { ...CLUSTER, 'more.yaml': deployment('api', 'shop-prod') },
    ],
    [
      'a policy that names no namespace: namespace-left-out speaks then',
      elsewhere.replace(', namespace: shop-prod', ''),
      CLUSTER,
    ],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('host-network-pods', () => {
  const CODE = 'host-network-pods';
  const onNode = (name: string): string =>
    deployment(name).replace('spec: { containers', 'spec: { hostNetwork: true, containers');
  const others = { ...CLUSTER, 'node.yaml': onNode('exporter') };
  test('says what most plug-ins do about a policy for them', () => {
    expect(found(CODE, policy('  podSelector: { matchLabels: { app: exporter } }\n'), others)).toEqual([
      "5 information: Most network plug-ins do not limit exporter (2 pods) by this policy: such pods are on their node's network",
    ]);
  });
  test('says what a peer that means them lets in', () => {
    expect(found(CODE, web('podSelector: { matchLabels: { app: exporter } }'), others)).toEqual([
      "8 information: On most network plug-ins this peer lets in no traffic from exporter (2 pods): such pods have their node's address, which no selector matches",
    ]);
  });
  test('is a hint where the selector means other pods too', () => {
    const both = web('podSelector: { matchExpressions: [{ key: app, operator: In, values: [db, exporter] }] }');
    expect(found(CODE, both, others)[0]).toMatch(/^8 hint: .* exporter \(2 pods\)/);
  });
  test.each([
    ['other pods', web('podSelector: { matchLabels: { app: db } }'), others],
    ['every pod of the namespace', policy('  podSelector: {}\n'), others],
  ])('is silent for %s', (_name, text, files) => {
    expect(found(CODE, text, files)).toEqual([]);
  });
});

describe('workload-without-policy', () => {
  const CODE = 'workload-without-policy';
  const workloads = documents(deployment('web', 'shop', 3), deployment('db', 'shop', 1));
  test('stands at the workload that no policy selects', () => {
    expect(found(CODE, workloads, { 'p.yaml': web() })).toEqual([
      '12 hint: No policy selects db (1 pod): it accepts traffic from everywhere and can reach every pod and every address outside',
    ]);
    const [finding] = allFindings(workloads, { 'p.yaml': web() }).filter(({ code }) => code === CODE);
    expect(finding?.policy).toBeUndefined();
  });
  test.each([
    ['default-deny', workloads, { 'p.yaml': policy('  podSelector: {}\n') }],
    ['a namespace without any policy', workloads, {}],
    [
      'policies of another namespace (checkov#7474)',
      workloads,
      { 'p.yaml': policy('  podSelector: {}\n', 'all', 'monitoring') },
    ],
    [
      'a namespace of the platform',
      deployment('web', 'kube-system'),
      { 'p.yaml': policy('  podSelector: { matchLabels: { app: db } }\n', 'db', 'kube-system') },
    ],
    [
      'a placeholder that may select it',
      workloads,
      { 'p.yaml': policy('  podSelector: { matchLabels: { app: "${APP}" } }\n') },
    ],
    [
      'policies of another API',
      workloads,
      {
        'p.yaml': web(),
        'c.yaml':
          'apiVersion: crd.projectcalico.org/v1\nkind: NetworkPolicy\nmetadata: { name: x, namespace: shop }\nspec: { selector: all() }\n',
      },
    ],
    ['no replicas', workloads.replace('replicas: 1', 'replicas: 0'), { 'p.yaml': web() }],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('namespace-without-policy', () => {
  const CODE = 'namespace-without-policy';
  const shop = documents(namespace('shop'), deployment('web', 'shop', 3));
  test('stands at the Namespace', () => {
    expect(found(CODE, shop)).toEqual([
      '3 hint: Nothing limits traffic of 3 pods of `shop`, in or out: no policy lives in it',
    ]);
  });
  test.each([
    ['a namespace with a policy', shop, { 'p.yaml': web() }],
    ['a namespace without pods', namespace('shop'), {}],
    ['a namespace of the platform', documents(namespace('kube-system'), deployment('dns', 'kube-system')), {}],
    [
      'policies of another API (popeye#311)',
      shop,
      {
        'c.yaml':
          'apiVersion: crd.projectcalico.org/v1\nkind: NetworkPolicy\nmetadata: { name: x, namespace: shop }\nspec: { selector: all() }\n',
      },
    ],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

test('kinds that are no NetworkPolicy are not judged as one (defsec#606)', () => {
  const text =
    'apiVersion: example.com/v1\nkind: Rule\nmetadata: { name: x, namespace: shop }\nspec: { podSelector: {}, ingress: [{}] }\n';
  expect(allFindings(text, CLUSTER)).toEqual([]);
});
