/** Rules of addresses. */
import { describe, expect, test } from 'vitest';
import { documents, fixed, fixTitles, found, networkPolicy as policy } from '../../../support/checkFindings.ts';
import { block, CLUSTER, inward, out, rule, service } from '../../../support/webRules.ts';

const pod = (name: string, ips: readonly string[], more = ''): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}-0, namespace: shop, labels: { app: ${name}, pod-template-hash: abc } }
spec: { ${more}containers: [{ name: main, ports: [{ name: http, containerPort: 8080 }] }] }
status: { podIPs: [${ips.map((ip) => `{ ip: "${ip}" }`).join(', ')}] }
`;

describe('cluster-ip-as-address', () => {
  const CODE = 'cluster-ip-as-address';
  const others = {
    ...CLUSTER,
    's.yaml': service('clusterIP: 10.96.3.4, selector: { app: db }, ports: [{ port: 5432 }]', 'db'),
  };
  test('says whose address it is, and selects the pods instead', () => {
    expect(found(CODE, out(block('10.96.3.4/32')), others)).toEqual([
      '8 warning: 10.96.3.4 is the address of Service shop/db: most network plug-ins see one of its pods instead, and this peer then lets nothing out',
    ]);
    expect(fixed(CODE, out(block('10.96.3.4/32')), others, 'Select the pods')).toContain(
      'to: [{ podSelector: { matchLabels: { app: db } } }]',
    );
  });
  test.each([
    ['another address', out(block('10.96.3.5/32'))],
    ['a block', out(block('10.96.0.0/12'))],
    [
      'DNS, which some plug-ins judge before the address is rewritten',
      out(block('10.96.3.4/32'), '\n    ports: [{ port: 53, protocol: UDP }]'),
    ],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('address-of-a-pod', () => {
  const CODE = 'address-of-a-pod';
  const others = {
    'pods.yaml': documents(
      pod('web', ['10.1.0.1']),
      pod('prometheus', ['10.1.0.7', 'fd00::7']),
      pod('node', ['10.0.0.5'], 'hostNetwork: true, '),
    ),
  };
  test('names the workload of today, and selects it by the labels that last', () => {
    expect(found(CODE, inward(block('10.1.0.7/32')), others)).toEqual([
      '8 information: 10.1.0.7 is a pod of shop/prometheus-0 today; once it is replaced, whoever has the address then comes in instead',
    ]);
    expect(fixed(CODE, inward(block('10.1.0.7/32')), others, 'Select the pods')).toContain(
      'from: [{ podSelector: { matchLabels: { app: prometheus } } }]',
    );
  });
  test('knows IPv6 addresses however they are written', () => {
    expect(found(CODE, inward(block('FD00:0:0::7/128')), others)).toHaveLength(1);
  });
  test.each([
    ['a block of addresses', inward(block('10.1.0.0/24'))],
    ["a node's address", inward(block('10.0.0.5/32'))],
    ['an address that is no pod (popeye#566)', inward(block('203.0.113.7/32'))],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('metadata-address-open', () => {
  const CODE = 'metadata-address-open';
  test('says what pods get at, and leaves the address out', () => {
    expect(found(CODE, out(block('0.0.0.0/0')), CLUSTER)).toEqual([
      "8 information: Lets web (3 pods) out to 169.254.169.254, where most clouds hand out the machine's credentials",
    ]);
    expect(fixed(CODE, out(block('0.0.0.0/0')), CLUSTER, 'Leave 169.254.169.254 out')).toContain(
      'cidr: "0.0.0.0/0", except: [169.254.169.254/32]',
    );
  });
  test('keeps exceptions that are there', () => {
    expect(fixed(CODE, out(block('0.0.0.0/0', ['10.0.0.0/8'])), CLUSTER, 'Leave 169.254.169.254 out')).toMatch(
      /except: \["10\.0\.0\.0\/8", "?169\.254\.169\.254\/32"?\]/,
    );
  });
  test.each([
    ['the address left out', out(block('0.0.0.0/0', ['169.254.169.254/32']))],
    ['its network left out', out(block('0.0.0.0/0', ['169.254.0.0/16']))],
    ['ports on which it does not listen', out(block('0.0.0.0/0'), '\n    ports: [{ port: 443 }]')],
    ['ingress', inward(block('0.0.0.0/0'))],
    ['a rule for everyone', rule('Egress', 'ports: [{ port: 80 }]')],
    ['blocks that do not hold it', out(block('10.0.0.0/8'))],
    ['a policy that names it on purpose', out(`${block('0.0.0.0/0')}, ${block('169.254.169.254/32')}`)],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
});

describe('ipv6-left-out', () => {
  const CODE = 'ipv6-left-out';
  const dual = { 'pods.yaml': pod('web', ['10.1.0.1', 'fd00::1']) };
  test('says what is cut off, and adds every IPv6 address', () => {
    expect(found(CODE, out(block('0.0.0.0/0')), dual)).toEqual([
      '8 information: 0.0.0.0/0 is IPv4 alone: over IPv6 nothing is let out of web-0 (1 pod)',
    ]);
    expect(fixed(CODE, out(block('0.0.0.0/0')), dual, 'Add every IPv6 address')).toContain('::/0');
  });
  test('offers no edit where IPv4 has exceptions: what they mean for IPv6 is not known', () => {
    expect(fixTitles(CODE, out(block('0.0.0.0/0', ['10.0.0.0/8'])), dual)).toEqual([]);
  });
  test.each([
    ['pods with IPv4 alone', out(block('0.0.0.0/0')), { 'pods.yaml': pod('web', ['10.1.0.1']) }],
    ['pods whose addresses are not known', out(block('0.0.0.0/0')), CLUSTER],
    ['both families', out(`${block('0.0.0.0/0')}, ${block('::/0')}`), dual],
    ['a part of the addresses', out(block('203.0.113.0/24')), dual],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('except-only-ipv4', () => {
  const CODE = 'except-only-ipv4';
  const both = (v4: readonly string[], v6: readonly string[]): string =>
    out(`${block('0.0.0.0/0', v4)}, ${block('::/0', v6)}`);
  test('says what stays open, and leaves it out', () => {
    expect(found(CODE, both(['10.0.0.0/8'], []), CLUSTER)).toEqual([
      '8 information: Traffic still gets out to private IPv6 addresses (fc00::/7, fe80::/10): only IPv4 leaves out 10.0.0.0/8',
    ]);
    expect(fixed(CODE, both(['10.0.0.0/8'], []), CLUSTER, 'Leave out')).toMatch(
      /"::\/0", except: \["?fc00::\/7"?, "?fe80::\/10"?\]/,
    );
  });
  test.each([
    ['no exceptions at all', both([], [])],
    ['exceptions for both', both(['10.0.0.0/8'], ['fc00::/7'])],
    ['exceptions that are no private addresses', both(['203.0.113.0/24'], [])],
    ['IPv4 alone', out(block('0.0.0.0/0', ['10.0.0.0/8']))],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
});

describe('except-still-allowed', () => {
  const CODE = 'except-still-allowed';
  const except = block('0.0.0.0/0', ['10.0.0.0/8', '172.16.0.0/12']);
  const also = (other: string, ports = ''): string => `${out(except, ports)}  - ${other}\n`;
  test('says once which rule lets through what is left out', () => {
    expect(found(CODE, also('ports: [{ port: 443 }]'), CLUSTER)).toEqual([
      '8 information: 10.0.0.0/8, 172.16.0.0/12 can still be reached: rule 2 of this policy lets them through',
    ]);
  });
  test('looks at other policies for the same pods', () => {
    const other = policy(
      '  podSelector: {}\n  policyTypes: [Egress]\n  egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]\n',
      'inside',
    );
    expect(found(CODE, out(except), { ...CLUSTER, 'inside.yaml': other })).toEqual([
      '8 information: 10.0.0.0/8 can still be reached: egress rule 1 of inside lets it through',
    ]);
  });
  test.each([
    ['rules for pods: that is how the inside is let in', also('to: [{ namespaceSelector: {} }]')],
    ['a rule for a part of what is left out', also(`to: [${block('10.0.3.0/24')}]`)],
    ['a rule with the same exception', also(`to: [${block('0.0.0.0/0', ['10.0.0.0/8', '172.16.0.0/12'])}]`)],
    ['other ports', also('ports: [{ port: 53, protocol: UDP }]', '\n    ports: [{ port: 443 }]')],
    ['the other direction', policy(`  podSelector: {}\n  ingress: [{}]\n  egress: [{ to: [${except}] }]\n`)],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
  test('policies of other pods do not count', () => {
    const other = policy('  podSelector: { matchLabels: { app: db } }\n  egress: [{}]\n', 'db');
    expect(found(CODE, out(except), { ...CLUSTER, 'db.yaml': other })).toEqual([]);
  });
});

describe('client-address-hidden', () => {
  const CODE = 'client-address-hidden';
  const clients = inward(block('203.0.113.0/24'));
  const behind = (spec: string): Record<string, string> => ({
    ...CLUSTER,
    's.yaml': service(`${spec}selector: { app: web }, ports: [{ port: 80 }]`),
  });
  test('names the Service that rewrites the address', () => {
    expect(found(CODE, clients, behind('type: LoadBalancer, '))).toEqual([
      '8 information: Clients of 203.0.113.0/24 may not get in: web (3 pods) is reached through Service web (LoadBalancer), and nodes pass that on under their own address unless externalTrafficPolicy is Local',
    ]);
  });
  test('says what clients come through where no Service is open to the outside', () => {
    expect(found(CODE, clients, behind(''))[0]).toContain('reached through an ingress controller or gateway');
  });
  test.each([
    ['a Service that keeps the address', clients, behind('type: NodePort, externalTrafficPolicy: Local, ')],
    ['pods without a Service', clients, CLUSTER],
    ['everyone', inward(block('0.0.0.0/0')), behind('type: LoadBalancer, ')],
    ['private addresses', inward(block('10.3.0.0/16')), behind('type: LoadBalancer, ')],
    ['egress', out(block('203.0.113.0/24')), behind('type: LoadBalancer, ')],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('host-name-as-address', () => {
  const CODE = 'host-name-as-address';
  test('says of a name in a block what a policy knows', () => {
    expect(found(CODE, out(block('api.example.com')), CLUSTER)).toEqual([
      '8 information: No rule can let traffic to or from api.example.com through by its name: a NetworkPolicy knows pods and addresses only',
    ]);
  });
  test('says of an annotation about hosts that it does nothing', () => {
    const annotated = out(block('203.0.113.0/24')).replace(
      'name: web,',
      'name: web, annotations: { example.com/allowed-hosts: "api.example.com, db.example.com" },',
    );
    expect(found(CODE, annotated, CLUSTER)).toEqual([
      '3 information: This annotation lets nothing out to api.example.com: a NetworkPolicy knows pods and addresses only',
    ]);
  });
  test.each([
    ['addresses', out(block('203.0.113.0/24'))],
    ['a mistyped address', out(block('10.0.0.0.0/8'))],
    [
      'annotations of other programs',
      out(block('203.0.113.0/24')).replace(
        'name: web,',
        'name: web, annotations: { meta.helm.sh/release-name: shop.example.com },',
      ),
    ],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
});
