import { describe, expect, test } from 'vitest';
import { analyzeFile } from '../../../server/src/analysis/analyzeFile.ts';
import { DEFAULT_TARGET_VERSION } from '../../../server/src/syntax/apiServer/serverVersion.ts';
import { validateObject } from '../../../server/src/syntax/apiServer/validateObject.ts';
import type { ManifestDocument, ManifestObject } from '../../../server/src/syntax/manifestDocument.ts';
import type { Problem } from '../../../server/src/model/finding.ts';
import { checkContext } from '../../../server/src/workspace/checkContext.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const problemsOf = (document: ManifestDocument, object: ManifestObject): readonly Problem[] =>
  validateObject(document, object, { targetVersion: DEFAULT_TARGET_VERSION });

/** The findings of the file `policy.yaml` beside workloads: `code: message` at `line`. */
function findings(
  policy: string,
  others: Readonly<Record<string, string>> = {},
  off: readonly string[] = [],
): string[] {
  const texts = new Map(Object.entries({ 'workloads.yaml': WORKLOADS, ...others, 'policy.yaml': policy }));
  const snapshot = snapshotOf(texts);
  const { file } = snapshot.files.get(uriOf('policy.yaml')) as { file: Parameters<typeof checkContext>[1] };
  const context = checkContext(
    { ...snapshot, systemNamespaces: ['kube-*', 'openshift-*'], turnOff: () => undefined, problemsOf },
    file,
  );
  const all = analyzeFile({ file: file.uri, parsed: file.parsed, problemsOf, namespace: 'default' }, context, (code) =>
    off.includes(code) ? 'off' : undefined,
  );
  return all
    .filter(({ layer }) => layer === 'semantic')
    .map(({ code, severity, message, range }) => `${line(policy, range.start)} ${severity} ${code}: ${message}`);
}

function line(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

const workload = (name: string, namespace = 'shop', replicas = 2): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, ports: [{ name: http, containerPort: 8080 }] }] }
`;
const WORKLOADS = [workload('web', 'shop', 3), workload('frontend'), workload('db')].join('---\n');

const policy = (spec: string, name = 'web', namespace = 'shop'): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec:
${spec}`;

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
      { 'dns.yaml': workload('web', 'kube-system') },
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
      'm.yaml': workload('prometheus', 'monitoring'),
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
