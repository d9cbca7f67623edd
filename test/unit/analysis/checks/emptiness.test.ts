import { describe, expect, test } from 'vitest';
import {
  allFindings,
  deployment,
  documents,
  fixed,
  found,
  networkPolicy as policy,
} from '../../../support/checkFindings.ts';

const SHOP = { 'workloads.yaml': documents(deployment('web', 'shop', 3), deployment('db')) };
const WEB = '  podSelector: { matchLabels: { app: web } }\n';

describe('empty-list-means-all', () => {
  const CODE = 'empty-list-means-all';
  test.each([
    [
      'from: []',
      '7 information: Every pod and every address outside can reach web (3 pods) on 8080/TCP: an empty `from` means everyone',
    ],
    [
      'from:',
      '7 information: Every pod and every address outside can reach web (3 pods) on 8080/TCP: an empty `from` means everyone',
    ],
  ])('an empty list of peers means everyone: %s', (peers, finding) => {
    const text = policy(`${WEB}  ingress:\n  - ${peers}\n    ports: [{ port: 8080 }]\n`);
    expect(found(CODE, text, SHOP)).toEqual([finding]);
    expect(fixed(CODE, text, SHOP)).toContain('  ingress:\n  - ports: [{ port: 8080 }]\n');
  });
  test('also of an egress rule, and an empty list of ports means every port', () => {
    const text = policy(
      `${WEB}  policyTypes: [Egress]\n  egress: [{ to: [] }, { to: [{ podSelector: {} }], ports: [] }]\n`,
    );
    expect(found(CODE, text, SHOP)).toEqual([
      '7 information: This rule lets web (3 pods) reach every pod and every address outside on every port: an empty `to` means everyone',
      '7 information: This rule lets out to its peers on every port: an empty `ports` list means all of them',
    ]);
  });
  test('is all that is said of the list: one cause, one finding', () => {
    const text = policy(
      `${WEB}  ingress:\n  - from: []\n  - from: [{ podSelector: { matchLabels: { app: db } } }]\n    ports: []\n`,
    );
    const codes = allFindings(text, SHOP).map(({ code }) => code);
    expect(codes.filter((code) => ['ingress-from-anywhere', 'all-ports-open'].includes(code))).toEqual([]);
  });
  test('leaves a rule for everyone where nothing else is in it', () => {
    expect(fixed(CODE, policy(`${WEB}  ingress:\n  - from: []\n`), SHOP)).toMatch(/ingress:\s+- \{\}/);
  });
  test.each([
    ['no rules', '  ingress: []\n'],
    ['a rule for everyone that says so', '  ingress: [{}]\n'],
    ['peers that select everything', '  ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: {} }] }]\n'],
    ['rules without effect', '  policyTypes: [Ingress]\n  egress: [{ to: [] }]\n'],
  ])('is silent for %s', (_name, rules) => {
    expect(found(CODE, policy(WEB + rules), SHOP)).toEqual([]);
  });
});

describe('pod-selector-left-out', () => {
  const CODE = 'pod-selector-left-out';
  test('a policy without podSelector selects every pod', () => {
    const text = policy('  policyTypes: [Ingress] # nobody\n');
    expect(found(CODE, text, SHOP)).toEqual([
      '4 information: This policy selects all 5 pods of `shop`: it has no `podSelector`',
    ]);
    expect(fixed(CODE, text, SHOP)).toBe(text.replace('spec:\n', 'spec:\n  podSelector: {}\n'));
  });
  test('so does one whose podSelector or labels were left out', () => {
    expect(found(CODE, policy('  podSelector:\n  policyTypes: [Ingress]\n'), SHOP)).toEqual([
      '5 information: This policy selects all 5 pods of `shop`: it has no `podSelector`',
    ]);
    const noLabels = policy('  podSelector:\n    matchLabels:\n  policyTypes: [Ingress]\n');
    expect(found(CODE, noLabels, SHOP)).toEqual([
      '6 hint: This policy selects all 5 pods of `shop`: the `matchLabels` of its `podSelector` has no entry',
    ]);
    fixed(CODE, noLabels, SHOP);
  });
  test.each([
    ['an empty selector, which says what it does', policy('  podSelector: {}\n')],
    ['labels', policy(WEB)],
    ['a policy that the API server refuses for another reason', policy('  podselector: {}\n')],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, SHOP)).toEqual([]);
  });
});
