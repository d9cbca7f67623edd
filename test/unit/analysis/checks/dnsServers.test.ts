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

const dnsPods = (namespace: string, labels: string, port: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: ${namespace} }
spec:
  replicas: 2
  template:
    metadata: { labels: { ${labels} } }
    spec: { containers: [{ name: dns, ports: [{ name: dns, containerPort: ${port}, protocol: UDP }, { name: dns-tcp, containerPort: ${port} }] }] }
`;
const dnsService = (namespace: string, name: string, labels: string): string => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace}, labels: { k8s-app: coredns } }
spec: { selector: { ${labels} }, ports: [{ port: 53, protocol: UDP, targetPort: dns }, { port: 53, targetPort: dns-tcp }] }
`;
const WEB = { 'web.yaml': documents(deployment('web', 'shop', 3), deployment('relay', 'kube-system')) };
const UPSTREAM = {
  ...WEB,
  'dns.yaml': documents(
    dnsPods('kube-system', 'k8s-app: kube-dns', 53),
    dnsService('kube-system', 'kube-dns', 'k8s-app: kube-dns'),
  ),
};
const OPENSHIFT_LABEL = 'dns.operator.openshift.io/daemonset-dns: default';
const OPENSHIFT = {
  ...WEB,
  'dns.yaml': documents(
    dnsPods('openshift-dns', OPENSHIFT_LABEL, 5353),
    dnsService('openshift-dns', 'dns-default', OPENSHIFT_LABEL),
  ),
};
const NODE_LOCAL = {
  ...UPSTREAM,
  'local.yaml': dnsPods('kube-system', 'k8s-app: node-local-dns', 53)
    .replace('name: coredns', 'name: node-local-dns')
    .replace('spec: { containers', 'spec: { hostNetwork: true, containers'),
};

const BOTH = '[{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]';
const egress = (rule: string): string =>
  policy(`  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress:
  - ${rule}
`);
const to = (namespace: string, labels: string, ports = BOTH): string =>
  egress(`to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${namespace} } }${labels === '' ? '' : `, podSelector: { matchLabels: { ${labels} } }`} }]
    ports: ${ports}`);

describe('dns-rule-misses-resolver', () => {
  const CODE = 'dns-rule-misses-resolver';
  test('other pods: says who resolves names here, and means them', () => {
    expect(found(CODE, to('kube-system', 'app: relay'), UPSTREAM)).toEqual([
      '8 warning: Lets no lookup of names out of web (3 pods): names are resolved by coredns in `kube-system` on 53/UDP and 53/TCP, and this rule means relay',
    ]);
    const text = fixed(CODE, to('kube-system', 'app: relay'), UPSTREAM, 'Let it reach pods k8s-app=kube-dns');
    expect(text).toContain('podSelector: { matchLabels: { k8s-app: kube-dns } }');
  });
  test("the Service's port: changes the ports alone", () => {
    const rule = to('openshift-dns', '');
    expect(found(CODE, rule, OPENSHIFT)).toEqual([
      '9 warning: Lets no lookup of names out of web (3 pods): names are resolved by coredns in `openshift-dns` on 5353/UDP and 5353/TCP, and this rule opens other ports of it',
    ]);
    expect(fixed(CODE, rule, OPENSHIFT, 'Let it reach')).toBe(rule.replaceAll('port: 53 ', 'port: 5353 '));
  });
  test('is the only finding of it', () => {
    const codes = allFindings(to('openshift-dns', ''), OPENSHIFT).map(({ code }) => code);
    expect(codes).toContain(CODE);
    expect(codes).not.toContain('service-port-used');
  });
  test("without DNS pods it knows OpenShift's port", () => {
    expect(found(CODE, to('openshift-dns', ''), WEB)).toHaveLength(1);
    expect(fixed(CODE, to('openshift-dns', ''), WEB, 'Open 5353')).toContain('port: 5353');
  });
  test.each([
    ['the right labels', to('kube-system', 'k8s-app: kube-dns'), UPSTREAM],
    ['every pod of the namespace', to('kube-system', ''), UPSTREAM],
    ["the pods' port", to('openshift-dns', OPENSHIFT_LABEL, '[{ protocol: UDP, port: 5353 }]'), OPENSHIFT],
    ['both ports', to('openshift-dns', '', '[{ protocol: UDP, port: 53 }, { protocol: UDP, port: 5353 }]'), OPENSHIFT],
    [
      'an address (NodeLocal DNSCache)',
      egress(`to: [{ ipBlock: { cidr: 169.254.20.10/32 } }]\n    ports: ${BOTH}`),
      UPSTREAM,
    ],
    ['other ports than DNS ones', to('kube-system', 'app: relay', '[{ port: 8080 }]'), UPSTREAM],
    ['DNS pods that are not known', to('kube-system', 'k8s-app: kube-dns'), WEB],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('dns-without-tcp', () => {
  const CODE = 'dns-without-tcp';
  const UDP = '[{ protocol: UDP, port: 53 }]';
  const udp = to('kube-system', 'k8s-app: kube-dns', UDP);
  test('says what fails, and opens 53/TCP as well', () => {
    expect(found(CODE, udp, UPSTREAM)).toEqual([
      '9 information: Lookups with large answers fail: web (3 pods) may ask over UDP only, and what does not fit into a datagram is asked for again over 53/TCP',
    ]);
    expect(fixed(CODE, udp, UPSTREAM, 'Open 53/TCP')).toBe(udp.replace(UDP, BOTH));
  });
  const tcp = policy(`  podSelector: {}\n  policyTypes: [Egress]\n  egress: [{ ports: [{ port: 53 }] }]\n`, 'tcp');
  test.each([
    ['both protocols', to('kube-system', '', BOTH), UPSTREAM],
    ['another policy that opens 53/TCP', udp, { ...UPSTREAM, 'tcp.yaml': tcp }],
    ['another rule that opens every port', `${udp}  - to: [{ podSelector: {} }]\n`, UPSTREAM],
    ['TCP only, of which dns-without-udp speaks', to('kube-system', '', '[{ port: 53 }]'), UPSTREAM],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('dns-to-anywhere', () => {
  const CODE = 'dns-to-anywhere';
  const anywhere = egress(`ports: ${BOTH}`);
  test.each([
    ['a rule without peers', anywhere],
    ['every address', egress(`to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]\n    ports: ${BOTH}`)],
  ])('speaks of %s', (_name, text) => {
    expect(found(CODE, text, UPSTREAM)).toHaveLength(1);
    expect(found(CODE, text, UPSTREAM)[0]).toContain('information: Lets web (3 pods) send to any address on port 53');
  });
  test("means this source's DNS pods and their port", () => {
    expect(fixed(CODE, anywhere, OPENSHIFT, 'Let it reach')).toContain(`daemonset-dns: default`);
    expect(fixed(CODE, anywhere, OPENSHIFT, 'Let it reach')).toContain('port: 5353');
  });
  test('adds the address of NodeLocal DNSCache where it runs', () => {
    expect(fixed(CODE, anywhere, NODE_LOCAL, 'Let it reach')).toContain('169.254.20.10/32');
  });
  test('says what it assumes where no DNS pod is known, and is not preferred then', () => {
    expect(fixTitles(CODE, anywhere, WEB)).toEqual([
      "Let it reach pods k8s-app=kube-dns of kube-system only (assumes upstream's DNS: no DNS pod is known here)",
    ]);
    expect(fixTitles(CODE, anywhere, UPSTREAM)).toEqual([
      '* Let it reach pods k8s-app=kube-dns of kube-system on 53/UDP and 53/TCP only',
    ]);
  });
  test.each([
    ['the DNS pods', to('kube-system', 'k8s-app: kube-dns')],
    ['every pod of the cluster', egress(`to: [{ namespaceSelector: {} }]\n    ports: ${BOTH}`)],
    ['a policy that lets everything out anyway', `${anywhere}  - {}\n`],
    ['other ports besides', egress('ports: [{ port: 53 }, { port: 443 }]')],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, UPSTREAM)).toEqual([]);
  });
});

describe('dns-rule-without-node-local', () => {
  const CODE = 'dns-rule-without-node-local';
  const pods = to('kube-system', 'k8s-app: kube-dns');
  test('says which address is missing, and adds it', () => {
    expect(found(CODE, pods, NODE_LOCAL)).toEqual([
      '8 information: Lookups of names may not get out of web (3 pods): node-local-dns answers on an address of the node, 169.254.20.10 as a rule, and these are pods only',
    ]);
    expect(fixed(CODE, pods, NODE_LOCAL, 'Add 169.254.20.10')).toContain('169.254.20.10/32');
  });
  test.each([
    ['clusters without it', pods, UPSTREAM],
    [
      'a rule for its address',
      `${pods}  - to: [{ ipBlock: { cidr: 169.254.20.10/32 } }]\n    ports: ${BOTH}\n`,
      NODE_LOCAL,
    ],
    ['a rule for everyone', egress(`ports: ${BOTH}`), NODE_LOCAL],
    ['rules that are not for DNS', to('kube-system', '', '[{ port: 8080 }]'), NODE_LOCAL],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

test('egress-without-dns leaves it to dns-rule-misses-resolver where that says what is wrong', () => {
  const codes = (text: string): readonly string[] => allFindings(text, UPSTREAM).map(({ code }) => code);
  expect(codes(to('kube-system', 'app: relay'))).not.toContain('egress-without-dns');
  expect(codes(egress('to: [{ podSelector: {} }]'))).toContain('egress-without-dns');
});

test('selector-matches-nothing leaves to it the peers that match no pod', () => {
  const codes = allFindings(to('kube-system', 'k8s-app: coredns'), UPSTREAM).map(({ code }) => code);
  expect(codes).toContain('dns-rule-misses-resolver');
  expect(codes).not.toContain('selector-matches-nothing');
});
