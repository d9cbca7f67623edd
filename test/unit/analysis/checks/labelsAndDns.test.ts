import { describe, expect, test } from 'vitest';
import {
  deployment,
  documents,
  fixed,
  fixTitles,
  found,
  networkPolicy as policy,
} from '../../../support/checkFindings.ts';

const CLUSTER = {
  'workloads.yaml': documents(
    deployment('web', 'shop', 3),
    deployment('prometheus', 'monitoring'),
    deployment('prometheus', 'shop', 1),
  ),
};
const WEB = '  podSelector: { matchLabels: { app: web } }\n';

describe('label-of-any-namespace', () => {
  const CODE = 'label-of-any-namespace';
  const from = (peer: string): string => policy(`${WEB}  ingress:\n  - from:\n    - ${peer}\n`);
  const any = from('{ namespaceSelector: {}, podSelector: { matchLabels: { app: prometheus } } }');
  test('says who can give the label, and who has it', () => {
    expect(found(CODE, any, CLUSTER)).toEqual([
      '8 hint: Whoever may create pods in any namespace can reach web (3 pods) by giving them `app=prometheus`. Today 3 pods have it, in `monitoring`, `shop`',
    ]);
    expect(fixTitles(CODE, any, CLUSTER)).toEqual([]);
  });
  test('names the only namespace that has such pods', () => {
    const one = { 'workloads.yaml': documents(deployment('web', 'shop', 3), deployment('prometheus', 'monitoring')) };
    expect(found(CODE, any, one)[0]).toContain('Today 2 pods have it, all in `monitoring`');
    expect(fixed(CODE, any, one, 'Let in pods of monitoring only: the same 2 pods today')).toContain(
      'kubernetes.io/metadata.name: monitoring',
    );
  });
  test.each([
    ['every pod of every namespace', from('{ namespaceSelector: {} }')],
    ['every pod of every namespace in two words', from('{ namespaceSelector: {}, podSelector: {} }')],
    ['certain namespaces', any.replace('namespaceSelector: {}', 'namespaceSelector: { matchLabels: { team: ops } }')],
    ['the own namespace', from('{ podSelector: { matchLabels: { app: prometheus } } }')],
    ['egress', any.replace('ingress:', 'egress:').replace('from:', 'to:')],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
});

describe('dns-without-udp', () => {
  const CODE = 'dns-without-udp';
  const to = (ports: string): string =>
    policy(`${WEB}  policyTypes: [Egress]\n  egress:\n  - to: [{ namespaceSelector: {} }]\n    ports:\n${ports}`);
  test('53 without a protocol is TCP', () => {
    expect(found(CODE, to('    - port: 53\n'), CLUSTER)).toEqual([
      '10 warning: This rule lets no lookup of a name by web (3 pods) out over UDP: 53 without `protocol` is 53/TCP, and resolvers ask over UDP first',
    ]);
    expect(fixed(CODE, to('    - port: 53\n'), CLUSTER)).toMatch(/- protocol: UDP\n\s+port: 53\n/);
  });
  test('is information where TCP is written out', () => {
    expect(found(CODE, to('    - { port: 53, protocol: TCP }\n'), CLUSTER)).toEqual([
      '10 information: This rule lets no lookup of a name by web (3 pods) out over UDP: it opens 53/TCP only, and resolvers ask over UDP first',
    ]);
  });
  test('is information where another policy of the namespace opens it', () => {
    const dns = policy(
      '  podSelector: {}\n  policyTypes: [Egress]\n  egress: [{ ports: [{ protocol: UDP, port: 53 }] }]\n',
      'dns',
    );
    expect(found(CODE, to('    - port: 53\n'), { ...CLUSTER, 'dns.yaml': dns })[0]).toMatch(/^10 information/);
  });
  test('is said once of a policy', () => {
    expect(found(CODE, `${to('    - port: 53\n')}  - ports: [{ port: 53 }]\n`, CLUSTER)).toHaveLength(1);
  });
  test.each([
    ['both protocols', '    - port: 53\n    - { port: 53, protocol: UDP }\n'],
    ['every UDP port', '    - port: 53\n    - protocol: UDP\n'],
    ['a range that holds it', '    - port: 53\n    - { port: 50, endPort: 60, protocol: UDP }\n'],
    ['a name, which may stand for it', '    - port: 53\n    - { port: dns, protocol: UDP }\n'],
    ['other ports', '    - port: 5353\n'],
  ])('is silent for %s', (_name, ports) => {
    expect(found(CODE, to(ports), CLUSTER)).toEqual([]);
  });
});
