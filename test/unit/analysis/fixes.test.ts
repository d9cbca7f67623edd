import { describe, expect, it } from 'vitest';
import type { Finding, Fix } from '../../../server/src/analysis/finding.ts';
import { applyChanges } from '../../../server/src/syntax/textChange.ts';
import { allFindings, deployment, documents, networkPolicy } from '../../support/checkFindings.ts';

const WORKLOADS = { 'workloads.yaml': documents(deployment('web'), deployment('db')) };
const KUBE_DNS = deployment('coredns', 'kube-system').replaceAll('app: coredns', 'k8s-app: kube-dns');
const OPENSHIFT_DNS = `apiVersion: v1
kind: Pod
metadata: { name: dns-1, namespace: openshift-dns, labels: { dns.operator.openshift.io/daemonset-dns: default } }
spec: { containers: [{ name: dns, ports: [{ name: dns, containerPort: 5353, protocol: UDP }, { name: dns-tcp, containerPort: 5353 }] }] }
`;

function fixesOf(findings: readonly Finding[], code: string): readonly Fix[] {
  return findings.filter((finding) => finding.code === code).flatMap(({ fixes = [] }) => fixes);
}

function titles(fixes: readonly Fix[]): string[] {
  return fixes.map(({ title, preferred, confirm }) => `${preferred ? '* ' : confirm ? '? ' : ''}${title}`);
}

/** The text after a fix whose title begins so, and the codes of what is still found in it. */
function apply(text: string, others: Record<string, string>, code: string, title: string) {
  const fix = fixesOf(allFindings(text, others), code).find((each) => each.title.startsWith(title));
  const after = applyChanges(text, fix?.edits ?? []);
  return { after, codes: allFindings(after, others).map((finding) => finding.code) };
}

describe('the fix for DNS', () => {
  const policy = networkPolicy(`  podSelector: {} # everybody
  policyTypes: [Ingress, Egress]
  egress:
  - to: [{ podSelector: {} }]
`);

  it('adds a rule for the servers that are seen, in the style of the policy', () => {
    const others = { ...WORKLOADS, 'dns.yaml': KUBE_DNS };
    expect(titles(fixesOf(allFindings(policy, others), 'egress-without-dns'))).toEqual([
      '* Add a rule for DNS to web',
      'Disable egress-without-dns on this line',
    ]);
    const { after, codes } = apply(policy, others, 'egress-without-dns', 'Add a rule');
    expect(after).toBe(`${policy}  - to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          k8s-app: kube-dns
    ports:
    - protocol: UDP
      port: 53
    - protocol: TCP
      port: 53
`);
    expect(codes).not.toContain('egress-without-dns');
  });

  it('knows the labels and ports of other DNS servers', () => {
    const others = { ...WORKLOADS, 'dns.yaml': OPENSHIFT_DNS };
    const { after, codes } = apply(policy, others, 'egress-without-dns', 'Add a rule');
    expect(after).toContain('dns.operator.openshift.io/daemonset-dns: default');
    expect(after).toContain('port: 5353');
    expect(after).not.toContain('port: 53\n');
    expect(codes).not.toContain('egress-without-dns');
  });

  it('says what it assumes where no server is seen, and is not preferred then', () => {
    expect(titles(fixesOf(allFindings(policy, WORKLOADS), 'egress-without-dns'))[0]).toBe(
      'Add a rule for DNS to web (assumes kube-dns in kube-system, which is not seen here)',
    );
  });

  it('goes to the one policy that isolates all the pods', () => {
    const text = documents(
      networkPolicy('  podSelector: { matchLabels: { app: web } }\n  policyTypes: [Egress]\n', 'web-egress'),
      networkPolicy('  podSelector: {}\n  policyTypes: [Ingress, Egress]\n', 'deny'),
    );
    const others = { ...WORKLOADS, 'dns.yaml': KUBE_DNS };
    const { after } = apply(text, others, 'egress-without-dns', 'Add a rule for DNS to deny');
    expect(after.startsWith(text)).toBe(true);
    expect(after.slice(text.length)).toContain('  egress:\n');
  });
});

describe('the fix for missing egress', () => {
  it('isolates egress where the pods are selected, with a rule for DNS, and asks first', () => {
    const text = networkPolicy(`  podSelector: { matchLabels: { app: web } }
  ingress: [] # nobody
`);
    const others = { ...WORKLOADS, 'dns.yaml': KUBE_DNS };
    expect(titles(fixesOf(allFindings(text, others), 'missing-egress'))[0]).toBe(
      '? Isolate egress in web, with a rule for DNS',
    );
    const { after, codes } = apply(text, others, 'missing-egress', 'Isolate egress');
    expect(after).toContain(`  podSelector: { matchLabels: { app: web } }
  policyTypes:
    - Ingress
    - Egress
  ingress: [] # nobody
  egress:
    - to:
`);
    expect(codes).not.toContain('missing-egress');
    expect(codes).not.toContain('egress-without-dns');
  });
});

describe('the fix for default-deny', () => {
  const text = networkPolicy(
    '  podSelector: { matchLabels: { app: web } }\n  policyTypes: [Ingress]\n  ingress: [{}]\n',
  );

  it('offers ingress only first, then both directions, and asks first', () => {
    expect(titles(fixesOf(allFindings(text, WORKLOADS), 'namespace-without-default-deny'))).toEqual([
      '? Add default-deny for ingress in shop',
      '? Add default-deny for both directions in shop, with a rule for DNS (assumes kube-dns in kube-system, which is not seen here)',
      'Disable namespace-without-default-deny on this line',
    ]);
  });

  it('is a document of its own', () => {
    const { after, codes } = apply(text, WORKLOADS, 'namespace-without-default-deny', 'Add default-deny for ingress');
    expect(after).toBe(`${text}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: shop
spec:
  podSelector: {}
  policyTypes:
    - Ingress
`);
    expect(codes).not.toContain('namespace-without-default-deny');
  });

  it('takes a free name, and a file of its own beside JSON', () => {
    const json = JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'default-deny', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'web' } } },
    });
    const [fix] = fixesOf(allFindings(json, WORKLOADS), 'namespace-without-default-deny');
    expect(fix?.edits).toMatchObject([{ create: true }]);
    expect(fix?.edits[0]?.file).toMatch(/\/default-deny-shop\.yaml$/);
    expect(fix?.edits[0]?.newText).toContain('name: default-deny-ingress\n');
  });
});

describe('fixes for what the API server refuses', () => {
  it.each([
    ['a quoted port', '    - port: "80" # http\n', '* Change to 80', '    - port: 80 # http\n'],
    ['a protocol in lower case', '    - protocol: tcp\n', '* Change to TCP', '    - protocol: TCP\n'],
    ['a protocol with a slip', '    - protocol: TCPP\n', '* Change to TCP', '    - protocol: TCP\n'],
  ])('mend %s', (_, line, title, mended) => {
    const text = networkPolicy(`  podSelector: {}\n  ingress:\n  - ports:\n${line}`);
    const fixes = fixesOf(allFindings(text), 'validation');
    expect(titles(fixes)).toEqual([title]);
    expect(applyChanges(text, fixes[0]?.edits ?? [])).toBe(text.replace(line, mended));
  });

  it.each([
    ['policyTypes', 'policyTypes: [ingress]', 'policyTypes: [Ingress]', 'validation'],
    ['a field in lower case', 'podselector: {}', 'podSelector: {}', 'strict'],
    ['a field with a slip', 'policyType: [Ingress]', 'policyTypes: [Ingress]', 'strict'],
    ['letters that are swapped', 'ingress: [{ form: [] }]', 'ingress: [{ from: [] }]', 'strict'],
  ])('mend %s', (_, wrong, right, code) => {
    const rest = wrong.startsWith('podselector') ? '' : '  podSelector: {}\n';
    const text = networkPolicy(`${rest}  ${wrong}\n`);
    const [fix] = fixesOf(allFindings(text), code);
    expect(applyChanges(text, fix?.edits ?? [])).toBe(text.replace(wrong, right));
  });

  it.each([
    ['policyTypes: Ingress', 'policyTypes:\n    - Ingress'],
    ['policyTypes: egress # only', 'policyTypes: # only\n    - Egress'],
  ])('make a list of what stands alone: %s', (wrong, right) => {
    const text = networkPolicy(`  podSelector: {}\n  ${wrong}\n`);
    const [fix] = fixesOf(allFindings(text), 'decode');
    expect(applyChanges(text, fix?.edits ?? [])).toBe(text.replace(wrong, right));
  });

  it.each([
    ['apiVersion: networking.k8s.io/v1', 'apiVersion: extensions/v1beta1'],
    ['apiVersion: networking.k8s.io/v1', 'apiVersion: networking.k8s.io/v1beta1'],
  ])('bring %s in place of %s', (right, wrong) => {
    const text = networkPolicy('  podSelector: {}\n');
    const old = text.replace(right, wrong);
    const [fix] = fixesOf(allFindings(old), 'decode');
    expect(applyChanges(old, fix?.edits ?? [])).toBe(text);
  });

  it.each(['apiVersion: networking.k8s.io/v1', 'kind: NetworkPolicy'])('add %s', (line) => {
    const text = networkPolicy('  podSelector: {}\n');
    const without = text.replace(`${line}\n`, '');
    const [fix] = fixesOf(allFindings(without), 'decode');
    expect(applyChanges(without, fix?.edits ?? [])).toBe(text);
  });

  it.each([
    ['a field that is there already', '  podSelector: {}\n  podselector: {}\n', 'strict'],
    ['a field unlike any other', '  podSelector: {}\n  description: x\n', 'strict'],
    ['a word unlike any other', '  podSelector: {}\n  policyTypes: [Both]\n', 'validation'],
    ['a port that is none', '  podSelector: {}\n  ingress: [{ ports: [{ port: "80000" }] }]\n', 'validation'],
  ])('offer nothing for %s', (_, spec, code) => {
    const findings = allFindings(networkPolicy(spec)).filter((finding) => finding.code === code);
    expect(findings).not.toEqual([]);
    expect(fixesOf(findings, code)).toEqual([]);
  });
});

describe('generated manifests', () => {
  const policy = networkPolicy('  podSelector: { matchLabels: { app: wbe } }\n  policyTypes: [tcp]\n');
  it.each([
    ['a header', `# Code generated by controller-gen. DO NOT EDIT.\n${policy}`],
    ['a header below the marker', `---\n# Do not edit: rendered from base/\n${policy}`],
    [
      'an owner',
      policy.replace('shop }', 'shop, ownerReferences: [{ kind: Operator, name: x, apiVersion: v1, uid: u }] }'),
    ],
  ])('with %s get hints and no fixes', (_, text) => {
    const findings = allFindings(text, WORKLOADS);
    const semantic = findings.filter(({ layer }) => layer === 'semantic');
    expect(semantic.map(({ severity }) => severity)).toContain('hint');
    expect(new Set(semantic.map(({ severity }) => severity))).toEqual(new Set(['hint']));
    expect(findings.flatMap(({ fixes = [] }) => fixes)).toEqual([]);
  });

  it('are none where the word stands in a comment further down', () => {
    const text = `${policy}# do not edit\n`;
    expect(allFindings(text, WORKLOADS).some(({ severity }) => severity === 'warning')).toBe(true);
  });
});
