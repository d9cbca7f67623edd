import { describe, expect, test } from 'vitest';
import {
  deployment,
  documents,
  fixed,
  fixTitles,
  found,
  networkPolicy as policy,
} from '../../../support/checkFindings.ts';

const SHOP = { 'workloads.yaml': documents(deployment('web', 'shop', 3), deployment('db')) };
const DENY = policy('  podSelector: {}\n  policyTypes: [Ingress, Egress]\n', 'default-deny');
const WEB = '  podSelector: { matchLabels: { app: web } }\n';
const TO_DB = '  egress:\n  - to: [{ podSelector: { matchLabels: { app: db } } }]\n';
const FROM_DB = '  ingress:\n  - from: [{ podSelector: { matchLabels: { app: db } } }]\n';

describe('policy-type-twice', () => {
  const twice = policy(`${WEB}  policyTypes:\n  - Ingress\n  - Ingress # and out\n${TO_DB}`);
  test('says what stays open, and that the rules for it do nothing', () => {
    expect(found('policy-type-twice', twice, SHOP)).toEqual([
      '8 warning: Egress of web (3 pods) stays open, and its egress rule does nothing: `policyTypes` has Ingress twice and no Egress',
    ]);
  });
  test('is information where no rule is lost, and the second may as well go', () => {
    const alone = policy(`${WEB}  policyTypes: [Egress, Egress]\n`);
    expect(found('policy-type-twice', alone, SHOP)).toEqual([
      '6 information: Ingress of web (3 pods) stays open: `policyTypes` has Egress twice and no Ingress',
    ]);
    expect(fixed('policy-type-twice', alone, SHOP, 'Remove')).toContain('policyTypes: [Egress]\n');
  });
  test('claims nothing of pods that it does not know or that another policy isolates', () => {
    const [unknown, isolated] = [
      found('policy-type-twice', twice),
      found('policy-type-twice', twice, { ...SHOP, 'deny.yaml': DENY }),
    ];
    expect(unknown[0]).toContain('This policy does not isolate egress of pods `app=web` of `shop`');
    expect(isolated[0]).toContain('This policy does not isolate egress of web (3 pods)');
  });
  test('is made the other one, its comment kept', () => {
    expect(fixTitles('policy-type-twice', twice, SHOP)).toEqual([
      '* Make the second one Egress: isolates egress of 3 pods',
      'Remove the second one: nothing changes',
    ]);
    const text = fixed('policy-type-twice', twice, SHOP, 'Make');
    expect(text).toBe(twice.replace('- Ingress # and out', '- Egress # and out'));
    expect(found('rules-without-effect', twice, SHOP)).toEqual([]);
  });
  test.each([['Ingress, Egress'], ['Egress'], ['Ingress, "${TYPE}"']])('is silent for [%s]', (types) => {
    expect(found('policy-type-twice', policy(`${WEB}  policyTypes: [${types}]\n`), SHOP)).toEqual([]);
  });
});

describe('rules-without-effect', () => {
  const egress = policy(`${WEB}  policyTypes: [Ingress]\n${TO_DB}`);
  test('egress rules without Egress leave egress open', () => {
    expect(found('rules-without-effect', egress, SHOP)).toEqual([
      '7 warning: Egress of web (3 pods) stays open, and its egress rule does nothing: `policyTypes` has only Ingress',
    ]);
    expect(fixTitles('rules-without-effect', egress, SHOP)).toEqual([
      '* Add Egress to policyTypes: isolates egress of 3 pods',
      'Remove the egress rules: nothing changes',
    ]);
    expect(fixed('rules-without-effect', egress, SHOP, 'Add')).toContain('policyTypes: [Ingress, Egress]\n');
  });
  test('ingress rules without Ingress do the same', () => {
    const ingress = policy(`${WEB}  policyTypes:\n  - Egress\n${FROM_DB}${FROM_DB.replace('  ingress:\n', '')}`);
    expect(found('rules-without-effect', ingress, SHOP)).toEqual([
      '8 warning: Ingress of web (3 pods) stays open, and its 2 ingress rules do nothing: `policyTypes` has only Egress',
    ]);
    expect(fixed('rules-without-effect', ingress, SHOP, 'Remove')).not.toContain('ingress:');
  });
  test.each([
    ['an absent policyTypes, which egress rules complete', `${WEB}${TO_DB}`],
    ['both types', `${WEB}  policyTypes: [Egress, Ingress]\n${TO_DB}${FROM_DB}`],
    ['an empty list of rules', `${WEB}  policyTypes: [Ingress]\n  egress: []\n`],
    ['a type that may be the missing one', `${WEB}  policyTypes: [Ingress, "$(TYPE)"]\n${TO_DB}`],
    ['a type that the API server refuses', `${WEB}  policyTypes: [Ingress, egress]\n${TO_DB}`],
  ])('is silent for %s', (_name, spec) => {
    expect(found('rules-without-effect', policy(spec), SHOP)).toEqual([]);
  });
});

describe('empty-list-denies-nothing', () => {
  const alone = policy(`${WEB}  egress: []\n`);
  test('without policyTypes it is a warning: only a denial can be meant', () => {
    expect(found('empty-list-denies-nothing', alone, SHOP)).toEqual([
      '6 warning: Egress of web (3 pods) stays open: an empty `egress` list denies nothing without Egress in `policyTypes`',
    ]);
    expect(fixTitles('empty-list-denies-nothing', alone, SHOP)).toEqual([
      '* Write both policy types: isolates egress of 3 pods',
      'Remove `egress`: nothing changes',
    ]);
    expect(fixed('empty-list-denies-nothing', alone, SHOP, 'Write')).toMatch(
      /policyTypes:\s+- Ingress\s+- Egress|policyTypes: \[Ingress, Egress\]/,
    );
  });
  test('beside the other type it is information: tools fill in every field', () => {
    const filled = policy(`${WEB}  policyTypes: [Ingress]\n${FROM_DB}  egress: []\n`);
    expect(found('empty-list-denies-nothing', filled, SHOP)).toEqual([
      '9 information: Egress of web (3 pods) stays open: an empty `egress` list denies nothing without Egress in `policyTypes`',
    ]);
    expect(fixed('empty-list-denies-nothing', filled, SHOP, 'Remove')).not.toContain('egress');
    expect(fixed('empty-list-denies-nothing', filled, SHOP, 'Add Egress')).toContain('[Ingress, Egress]');
  });
  test.each([
    ['a direction that is isolated', `${WEB}  policyTypes: [Ingress, Egress]\n  egress: []\n`],
    ['ingress without policyTypes, which is isolated always', `${WEB}  ingress: []\n`],
    ['an absent list', `${WEB}  policyTypes: [Ingress]\n`],
    ['a type that stands twice', `${WEB}  policyTypes: [Ingress, Ingress]\n  egress: []\n`],
  ])('is silent for %s', (_name, spec) => {
    expect(found('empty-list-denies-nothing', policy(spec), SHOP)).toEqual([]);
  });
});

describe('isolates-ingress-too', () => {
  const egressOnly = policy(`${WEB}${TO_DB}`);
  test('a policy of egress rules alone lets nobody in', () => {
    expect(found('isolates-ingress-too', egressOnly, SHOP)).toEqual([
      '6 warning: Nobody can reach web (3 pods): the policy isolates ingress too, because without `policyTypes` every policy does',
    ]);
    expect(fixTitles('isolates-ingress-too', egressOnly, SHOP)).toEqual([
      'Write policyTypes: [Egress]: opens ingress of 3 pods',
      'Write policyTypes: [Ingress, Egress]: nothing changes',
    ]);
    fixed('isolates-ingress-too', egressOnly, SHOP, 'Write policyTypes: [Egress]');
    fixed('isolates-ingress-too', egressOnly, SHOP, 'Write policyTypes: [Ingress');
  });
  test('is information where pods are not known, or the name says deny', () => {
    expect(found('isolates-ingress-too', egressOnly)).toEqual([
      '6 information: This policy isolates ingress of pods `app=web` of `shop` too and lets nobody in, because without `policyTypes` every policy does',
    ]);
    expect(found('isolates-ingress-too', egressOnly.replace('name: web', 'name: deny-all-allow-dns'), SHOP)[0]).toMatch(
      /^6 information/,
    );
  });
  test.each([
    ['where another policy isolates the same pods', { ...SHOP, 'deny.yaml': DENY }, `${WEB}${TO_DB}`],
    ['where ingress is written', SHOP, `${WEB}${TO_DB}  ingress: []\n`],
    ['where policyTypes is written', SHOP, `${WEB}  policyTypes: [Egress]\n${TO_DB}`],
    ['where no pod is selected', SHOP, `  podSelector: { matchLabels: { app: none } }\n${TO_DB}`],
    ['for ingress rules alone', SHOP, `${WEB}${FROM_DB}`],
  ])('is silent %s', (_name, others, spec) => {
    expect(found('isolates-ingress-too', policy(spec), others)).toEqual([]);
  });
});
