/** Rules that let in too many. */
import { describe, expect, test } from 'vitest';
import { found, networkPolicy as policy } from '../../../support/checkFindings.ts';
import { block, CLUSTER, inward, rule, service } from '../../../support/webRules.ts';

describe('sensitive-port-open', () => {
  const CODE = 'sensitive-port-open';
  test.each([
    ['a rule without peers', rule('Ingress', 'ports: [{ port: 5432 }]'), 'Every pod and every address outside'],
    ['every address', inward(block('0.0.0.0/0'), '\n    ports: [{ port: 5432 }]'), 'Every address'],
    [
      'every namespace',
      inward('{ namespaceSelector: {} }', '\n    ports: [{ port: 5430, endPort: 5440 }]'),
      'Every pod of every namespace',
    ],
  ])('speaks of %s', (_name, text, who) => {
    expect(found(CODE, text, CLUSTER)).toHaveLength(1);
    expect(found(CODE, text, CLUSTER)[0]).toContain(
      `${who} can reach web (3 pods) on 5432/TCP, the port of PostgreSQL`,
    );
  });
  test.each([
    ['certain peers', inward('{ podSelector: { matchLabels: { app: db } } }', '\n    ports: [{ port: 5432 }]')],
    ['other ports', rule('Ingress', 'ports: [{ port: 8443 }]')],
    ['UDP', rule('Ingress', 'ports: [{ port: 5432, protocol: UDP }]')],
    ['egress', rule('Egress', 'ports: [{ port: 22 }]')],
    [
      'pods with a label of any namespace',
      inward(
        '{ namespaceSelector: {}, podSelector: { matchLabels: { role: db-client } } }',
        '\n    ports: [{ port: 5432 }]',
      ),
    ],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
});

describe('ingress-from-anywhere', () => {
  const CODE = 'ingress-from-anywhere';
  test.each([
    [
      'a rule without peers',
      rule('Ingress', 'ports: [{ port: 8080 }]'),
      '8 hint: Lets every pod and every address outside reach web (3 pods) on 8080/TCP',
    ],
    [
      'every address',
      inward(block('0.0.0.0/0')),
      '8 hint: Lets every address inside and outside reach web (3 pods) on every port',
    ],
  ])('speaks of %s', (_name, text, message) => {
    expect(found(CODE, text, CLUSTER)).toEqual([message]);
  });
  const open = rule('Ingress', 'ports: [{ port: 8080 }]');
  test.each([
    [
      'pods that serve the world',
      open,
      {
        ...CLUSTER,
        's.yaml': service('type: LoadBalancer, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]'),
      },
    ],
    ['a sensitive port, of which more is said', rule('Ingress', 'ports: [{ port: 22 }]'), CLUSTER],
    ['a policy of every pod', policy('  podSelector: {}\n  ingress: [{}]\n'), CLUSTER],
    ['exceptions', inward(block('0.0.0.0/0', ['10.0.0.0/8'])), CLUSTER],
    ['egress', rule('Egress', 'ports: [{ port: 8080 }]'), CLUSTER],
    ['rules that policyTypes leaves out', open.replace('[Ingress]', '[Egress]'), CLUSTER],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});
