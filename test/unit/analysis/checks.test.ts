import { describe, expect, test } from 'vitest';
import {
  allFindings,
  deployment,
  documents,
  lineAt,
  networkPolicy as policy,
  type Files,
} from '../../support/checkFindings.ts';

const WORKLOADS = documents(deployment('web', 'shop', 3), deployment('frontend'), deployment('db'));

/** What the checks find in the file `policy.yaml` beside workloads: `LINE severity code: message`. */
function findings(policy: string, others: Files = {}, off: readonly string[] = []): string[] {
  return allFindings(policy, { 'workloads.yaml': WORKLOADS, ...others }, {}, off)
    .filter(({ layer }) => layer === 'semantic')
    .map(({ code, severity, message, range }) => `${lineAt(policy, range.start)} ${severity} ${code}: ${message}`);
}

const DEFAULT_DENY = policy('  podSelector: {}\n  policyTypes: [Ingress, Egress]\n', 'default-deny');
const ALLOW_DNS = policy(
  `  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]
    ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
`,
  'allow-dns',
);
const WEB = policy('  podSelector: { matchLabels: { app: web } }\n  ingress: [{ from: [{ podSelector: {} }] }]\n');

describe('missing-egress', () => {
  test('says whose egress nothing limits, once for the file', () => {
    const twice = `${WEB}---\n${policy('  podSelector: { matchLabels: { app: db } }\n', 'db')}`;
    expect(findings(twice, {}, ['namespace-without-default-deny'])).toEqual([
      '3 warning missing-egress: Nothing limits what db and web (5 pods) can reach: every pod and every address outside',
    ]);
  });
  test.each([
    ['where a policy in another file isolates egress', { 'deny.yaml': DEFAULT_DENY, 'dns.yaml': ALLOW_DNS }, WEB],
    [
      'in a namespace of the platform',
      { 'dns.yaml': deployment('web', 'kube-system') },
      policy('  podSelector: {}\n', 'web', 'kube-system'),
    ],
    [
      'where a policy of the whole namespace, in another file, is the one to mend',
      { 'deny.yaml': policy('  podSelector: {}\n  policyTypes: [Ingress]\n', 'default-deny') },
      WEB,
    ],
    ['where no workload of the namespace is known', {}, policy('  podSelector: {}\n', 'web', 'elsewhere')],
    [
      'where a policy of another API could limit it',
      {
        'cilium.yaml': 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: x, namespace: shop }\n',
      },
      WEB,
    ],
  ])('is silent %s', (_name, others, text) => {
    expect(findings(text, others)).toEqual([]);
  });
});

describe('namespace-without-default-deny', () => {
  test('leaves open egress to the policy of the whole namespace, in another file, at which it is said', () => {
    const ingressAlone = policy('  podSelector: {}\n  policyTypes: [Ingress]\n', 'default-deny');
    const web = policy('  podSelector: { matchLabels: { app: web } }\n  policyTypes: [Egress]\n  egress: [{}]\n');
    expect(findings(web, { 'deny.yaml': ingressAlone })).toEqual([]);
    expect(findings(ingressAlone, { 'web.yaml': web })).toEqual([
      '3 warning missing-egress: Nothing limits what db and frontend (4 pods) can reach: every pod and every address outside',
    ]);
  });
  test('counts the pods that are open today', () => {
    expect(findings(WEB, {}, ['missing-egress'])).toEqual([
      '3 warning namespace-without-default-deny: Pods of `shop` that no policy isolates accept traffic from everywhere: 4 of 7 today, and every new one',
    ]);
  });
  test('is information only where every pod of today is isolated', () => {
    const each = ['web', 'frontend', 'db']
      .map((app) => policy(`  podSelector: { matchLabels: { app: ${app} } }\n`, app))
      .join('---\n');
    expect(findings(each, {}, ['missing-egress'])).toEqual([
      "3 information namespace-without-default-deny: A new pod of `shop` that no policy selects would accept traffic from everywhere: today's are all isolated",
    ]);
  });
  test('is silent where a placeholder leaves open whom the policy isolates', () => {
    expect(findings(policy('  podSelector: { matchLabels: { app: "${APP}" } }\n'))).toEqual([]);
  });
  test('an allow-all policy beside default-deny voids it', () => {
    const allowAll = policy('  podSelector: {}\n  ingress: [{}]\n', 'allow-all');
    expect(findings(WEB, { 'deny.yaml': DEFAULT_DENY, 'dns.yaml': ALLOW_DNS, 'all.yaml': allowAll })).toEqual([
      "3 information namespace-without-default-deny: A new pod of `shop` that no policy selects would accept traffic from everywhere: today's are all isolated",
    ]);
  });
});

describe('egress-without-dns', () => {
  const isolated = policy(
    '  podSelector: { matchLabels: { app: web } }\n  policyTypes: [Egress]\n  egress: [{ to: [{ podSelector: {} }], ports: [{ port: 8080 }] }]\n',
  );
  test('says whose names no longer resolve', () => {
    expect(findings(isolated, {}, ['namespace-without-default-deny'])).toEqual([
      '3 warning egress-without-dns: web (3 pods) may no longer resolve names: no rule lets them reach kube-dns in `kube-system` on 53/UDP and 53/TCP',
    ]);
  });
  test.each([
    ['another policy allows DNS', { 'dns.yaml': ALLOW_DNS }, isolated],
    ['a rule allows every destination', {}, isolated.replace('to: [{ podSelector: {} }], ports: [{ port: 8080 }]', '')],
    [
      'a rule names addresses on 53 (NodeLocal DNSCache)',
      {},
      isolated.replace(
        'ports: [{ port: 8080 }] }',
        'ports: [{ port: 8080 }] }, { to: [{ ipBlock: { cidr: 169.254.20.10/32 } }], ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }] }',
      ),
    ],
  ])('is silent where %s', (_name, others, text) => {
    expect(findings(text, others, ['namespace-without-default-deny'])).toEqual([]);
  });
  test('a rule that means other pods than the known DNS servers is no DNS rule', () => {
    const dns = `apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: kube-system }
spec:
  template:
    metadata: { labels: { k8s-app: kube-dns } }
    spec: { containers: [{ name: dns, ports: [{ name: dns, containerPort: 53, protocol: UDP }] }] }
`;
    const wrong = ALLOW_DNS.replace(
      'namespaceSelector: {',
      'podSelector: { matchLabels: { app: dns } }, namespaceSelector: {',
    );
    const found = findings(isolated, { 'coredns.yaml': dns, 'dns.yaml': wrong }, ['namespace-without-default-deny']);
    expect(found.map((finding) => finding.split(':')[0])).toEqual(['3 warning egress-without-dns']);
  });
});

describe('selector-matches-nothing', () => {
  const others = { 'deny.yaml': DEFAULT_DENY, 'dns.yaml': ALLOW_DNS };
  const from = (peer: string): string =>
    policy(`  podSelector: { matchLabels: { app: web } }\n  ingress:\n  - from:\n    - ${peer}\n`);
  test('names the pods that miss by one label, at that label', () => {
    expect(findings(from('podSelector: { matchLabels: { app: fronted } }'), others)).toEqual([
      '8 warning selector-matches-nothing: No pod in `shop` matches `app=fronted`. frontend (2 pods) has `app=frontend`',
    ]);
  });
  test('says of labels that another namespace has them', () => {
    const [finding] = findings(from('podSelector: { matchLabels: { app: prometheus } }'), {
      ...others,
      'm.yaml': deployment('prometheus', 'monitoring'),
    });
    expect(finding).toContain('prometheus (2 pods) with these labels are in namespace `monitoring`');
  });
  test.each([
    ['an empty selector', from('podSelector: {}')],
    ['every namespace', from('namespaceSelector: {}')],
    ['an address block', from('ipBlock: { cidr: 203.0.113.0/24 }')],
    ['a namespace that these manifests do not know', from('namespaceSelector: { matchLabels: { team: unknown } }')],
  ])('is silent for %s', (_name, text) => {
    expect(findings(text, others)).toEqual([]);
  });
});
