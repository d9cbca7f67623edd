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

const SHOP = { 'workloads.yaml': documents(deployment('web', 'shop', 3), deployment('db')) };
const WEB = '  podSelector: { matchLabels: { app: web } }\n';
const EVERY = '  podSelector: {}\n';
const DENY = policy(`${EVERY}  policyTypes: [Ingress, Egress]\n`, 'default-deny');

describe('name-says-deny', () => {
  const CODE = 'name-says-deny';
  test('the rule of a public article opens every namespace', () => {
    const text = policy(
      `${EVERY}  policyTypes:\n  - Egress\n  egress:\n  - to:\n    - namespaceSelector: {}\n`,
      'deny-other-namespaces',
    );
    expect(found(CODE, text, SHOP)).toEqual([
      '9 warning: This rule lets all 5 pods of `shop` reach every pod of every namespace: no rule denies, whatever the policy is called',
    ]);
    expect(fixTitles(CODE, text, SHOP)).toEqual(['Allow pods of shop only']);
    expect(fixed(CODE, text, SHOP)).toContain('podSelector: {}\n');
  });
  test('a rule for everyone denies nobody', () => {
    expect(found(CODE, policy(`${WEB}  ingress:\n  - {}\n`, 'web-deny-all'), SHOP)).toEqual([
      '7 warning: This rule lets every pod and every address outside reach web (3 pods): no rule denies, whatever the policy is called',
    ]);
  });
  test('deny-egress without Egress among the policy types denies no egress', () => {
    const text = policy(`${WEB}  policyTypes: [Ingress]\n`, 'web-deny-egress');
    expect(found(CODE, text, SHOP)).toEqual([
      '3 warning: This policy denies no egress of web (3 pods): Egress is not among its policy types',
    ]);
    expect(fixed(CODE, text, SHOP)).toContain('[Ingress, Egress]');
  });
  test.each([
    ['a denial without rules', 'deny-all', `${WEB}  ingress: []\n`],
    [
      'what a denial spares',
      'default-deny',
      `${EVERY}  policyTypes: [Egress]\n  egress: [{ ports: [{ port: 53, protocol: UDP }] }]\n`,
    ],
    [
      'other namespaces that are denied',
      'deny-from-other-namespaces',
      `${EVERY}  ingress: [{ from: [{ podSelector: {} }] }]\n`,
    ],
    [
      'the outside that is denied',
      'web-deny-external-egress',
      `${WEB}  policyTypes: [Egress]\n  egress: [{ to: [{ namespaceSelector: {} }] }]\n`,
    ],
    [
      'addresses with exceptions',
      'block-metadata',
      `${WEB}  policyTypes: [Egress]\n  egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [169.254.169.254/32] } }] }]\n`,
    ],
    [
      'the other direction than the named one',
      'deny-egress',
      `${WEB}  policyTypes: [Ingress, Egress]\n  ingress: [{}]\n`,
    ],
    [
      'a name that says what is allowed too',
      'allow-egress-deny-ingress',
      `${WEB}  policyTypes: [Ingress, Egress]\n  egress: [{}]\n`,
    ],
    ['a name that says nothing of it', 'deny1', `${WEB}  ingress: [{}]\n`],
  ])('is silent for %s', (_what, name, spec) => {
    expect(found(CODE, policy(spec, name), SHOP)).toEqual([]);
  });
});

describe('allow-all-voids-default-deny', () => {
  const CODE = 'allow-all-voids-default-deny';
  const allowAll = policy(`${EVERY}  ingress:\n  - {}\n`, 'allow-all');
  test('names the policy that denies nothing any more, wherever it is written', () => {
    expect(found(CODE, allowAll, { ...SHOP, 'deny.yaml': DENY })).toEqual([
      '7 warning: Every pod and every address outside can reach all 5 pods of `shop`: this rule allows everything, and what `default-deny` denies it allows again',
    ]);
    const [finding] = allFindings(allowAll, { ...SHOP, 'deny.yaml': DENY }).filter(({ code }) => code === CODE);
    expect(finding?.related?.map(({ file }) => file)).toEqual(['file:///deny.yaml']);
    expect(fixed(CODE, allowAll, { ...SHOP, 'deny.yaml': DENY })).toMatch(/ingress: *\[\]|ingress:\s+\[\]/);
  });
  test.each([
    ['where only some pods are opened', allowAll.replace('{}', '{ matchLabels: { app: web } }'), DENY],
    ['where the rule has ports', allowAll.replace('- {}', '- ports: [{ port: 8080 }]'), DENY],
    ['where the other policy denies another direction', allowAll, DENY.replace('Ingress, Egress', 'Egress')],
    ['where the other policy is of another namespace', allowAll, DENY.replace('shop', 'billing')],
    ['alone', allowAll, ''],
  ])('is silent %s', (_name, text, other) => {
    expect(found(CODE, text, { ...SHOP, 'other.yaml': other })).toEqual([]);
  });
});

describe('policy-name-twice', () => {
  const CODE = 'policy-name-twice';
  const web = policy(`${WEB}  policyTypes: [Ingress]\n`);
  const other = policy('  podSelector: { matchLabels: { app: db } }\n');
  test('the earlier of two in a file never takes effect', () => {
    const text = documents(web, other);
    expect(found(CODE, text, SHOP)).toEqual([
      '3 warning: This policy isolates nobody: further down another `shop/web` replaces it',
    ]);
    expect(fixed(CODE, text, SHOP)).toBe(text.replace('name: web, namespace', 'name: web-2, namespace'));
  });
  test('is a hint where both say the same', () => {
    expect(found(CODE, documents(web, web), SHOP)).toEqual([
      '3 hint: This policy stands twice: further down `shop/web` says the same again',
    ]);
  });
  test('is information where a file of the same folder replaces it', () => {
    expect(found(CODE, web, { ...SHOP, 'z.yaml': other })).toEqual([
      '3 information: This policy isolates nobody: in z.yaml another `shop/web` replaces it',
    ]);
    expect(found(CODE, web, { ...SHOP, 'overlays/z.yaml': other })).toEqual([]);
  });
  test.each([
    ['other namespaces', documents(web, other.replace('namespace: shop', 'namespace: billing'))],
    ['other names', documents(web, other.replace('name: web', 'name: db'))],
    ['other kinds', documents(web, deployment('web'))],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, SHOP)).toEqual([]);
  });
});

describe('namespace-left-out', () => {
  const CODE = 'namespace-left-out';
  const web = policy(WEB).replace(', namespace: shop', '');
  test('where the pods are elsewhere it names their namespace', () => {
    expect(found(CODE, web, SHOP)).toEqual([
      '3 information: This policy isolates pods of whichever namespace is current when it is applied: it names none, and the pods with these labels are in `shop`',
    ]);
    expect(fixed(CODE, web, SHOP, 'Write namespace: shop')).toContain('metadata: { name: web, namespace: shop }');
  });
  test('where the rest of the file has a namespace it names that', () => {
    const text = documents(policy(EVERY, 'one'), policy(EVERY, 'two').replace(', namespace: shop', ''));
    expect(found(CODE, text)[0]).toContain('other objects of this file are in `shop`');
  });
  test.each([
    ['where workloads name none either', web, { 'web.yaml': deployment('web').replace(', namespace: shop', '') }],
    ['alone: something else may set it', web, {}],
    ['where it is written', policy(WEB), SHOP],
  ])('is silent %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
  test('is silent where something else gives the namespace', () => {
    expect(found(CODE, web, SHOP, { namespace: { name: 'billing', from: 'bulkhead.yaml' } })).toEqual([]);
  });
});
