import { describe, expect, test } from 'vitest';
import {
  allFindings,
  deployment,
  documents,
  fixed,
  found,
  networkPolicy as policy,
  refactored,
} from '../../../support/checkFindings.ts';

const namespace = (name: string, team: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: { team: ${team} } }\n`;
const CLUSTER = {
  'cluster.yaml': documents(
    namespace('shop', 'b'),
    namespace('team-a', 'a'),
    deployment('web', 'shop', 3),
    deployment('frontend', 'team-a', 4),
    deployment('worker', 'team-a', 57),
    deployment('db', 'shop', 1),
  ),
};
const ingress = (rule: string): string => policy(`  podSelector: { matchLabels: { app: db } }\n  ingress:\n${rule}`);

describe('peers-may-be-meant-as-one', () => {
  const pair = (app: string, team = 'a'): string =>
    ingress(`  - from:
    # the frontend of team a
    - namespaceSelector:
        matchLabels: { team: ${team} }
    - podSelector: # and only that
        matchLabels: { app: ${app} }
`);
  const CODE = 'peers-may-be-meant-as-one';

  test('where no own pod has the labels, it says how many pods one peer would mean', () => {
    expect(found(CODE, pair('frontend'), CLUSTER)).toEqual([
      '11 warning: These are two peers: every pod of namespaces `team=a`, or pods `app=frontend` of `shop`, which has none. As one peer: 4 pods instead of 61',
    ]);
    expect(fixed(CODE, pair('frontend'), CLUSTER, 'Make them one peer: lets in 4 pods instead of 61')).toBe(
      pair('frontend').replace('    - podSelector: #', '      podSelector: #'),
    );
  });
  test('nothing else is said of the second peer then: one cause, one finding', () => {
    const codes = allFindings(pair('frontend'), CLUSTER).map(({ code }) => code);
    expect(codes).not.toContain('selector-matches-nothing');
  });
  test('where the first peer means the own namespace, the second adds nothing', () => {
    expect(found(CODE, pair('web', 'b'), CLUSTER)).toEqual([
      '11 warning: These are two peers: every pod of namespaces `team=b`, or pods `app=web` of `shop`, all of which the first means already. As one peer: 3 pods instead of 4',
    ]);
  });
  test('is information where both readings make sense', () => {
    const both = { ...CLUSTER, 'more.yaml': deployment('frontend', 'shop', 2) };
    expect(found(CODE, pair('frontend'), both)[0]).toMatch(/^11 information: .* As one peer: 4 pods instead of 63$/);
  });
  test('reads flow style and the other order', () => {
    const flow = ingress(
      '  - from: [ { podSelector: { matchLabels: { app: frontend } } }, {namespaceSelector: { matchLabels: { team: a } } } ]\n',
    );
    expect(fixed(CODE, flow, CLUSTER)).toContain(
      '[ { podSelector: { matchLabels: { app: frontend } }, namespaceSelector: { matchLabels: { team: a } } } ]',
    );
  });
  test.each([
    ['for one peer with both', pair('frontend').replace('    - podSelector', '      podSelector')],
    ['for pods that no selected namespace has', pair('web')],
    ['for a list of alternatives as in the documentation', `${pair('frontend')}    - ipBlock: { cidr: 10.0.0.0/8 }\n`],
    ['for every pod of the own namespace', pair('frontend').replace('{ app: frontend }', '{}')],
    ['for namespaces that are not known', pair('frontend', 'elsewhere')],
    ['for a placeholder', pair('"${APP}"')],
  ])('is silent %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
  test('is silent where pods are not known', () => expect(found(CODE, pair('frontend'))).toEqual([]));
});

describe('rules-may-be-meant-as-one', () => {
  const CODE = 'rules-may-be-meant-as-one';
  const two = ingress(`  - from:
    - podSelector: { matchLabels: { app: web } }
  - ports:
    - port: 5432
`);
  test('says that everyone gets the ports', () => {
    expect(found(CODE, two, CLUSTER)).toEqual([
      '9 warning: Everyone can reach db (1 pod) on 5432/TCP, and the peers of the rule before on every port: these are two rules. As one: those peers on 5432/TCP',
    ]);
    expect(fixed(CODE, two, CLUSTER)).toBe(two.replace('  - ports', '    ports'));
  });
  test('is all that is said of the two: one cause, one finding', () => {
    const codes = allFindings(two, CLUSTER).map(({ code }) => code);
    expect(codes.filter((code) => ['ingress-from-anywhere', 'all-ports-open'].includes(code))).toEqual([]);
  });
  test('says the same of egress', () => {
    const egress = two.replace('ingress:', 'egress:').replace('from:', 'to:');
    expect(found(CODE, egress, CLUSTER)[0]).toContain('db (1 pod) can reach everyone on 5432/TCP');
  });
  test.each([
    ['in one rule', two.replace('  - ports', '    ports')],
    ['where the whole namespace is let in on every port', two.replace('{ matchLabels: { app: web } }', '{}')],
    [
      'where the ports come first',
      ingress('  - ports: [{ port: 5432 }]\n  - from: [{ podSelector: { matchLabels: { app: web } } }]\n'),
    ],
    ['where the second has peers too', `${two}    from: [{ ipBlock: { cidr: 10.0.0.0/8 } }]\n`],
    [
      'where the rules have no effect',
      two
        .replace('ingress:', 'egress:')
        .replace('from:', 'to:')
        .replace('spec:\n', 'spec:\n  policyTypes: [Ingress]\n'),
    ],
  ])('is silent %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
});

describe('protocol-without-port', () => {
  const CODE = 'protocol-without-port';
  const ports = (list: string): string =>
    ingress(`  - from: [{ podSelector: { matchLabels: { app: web } } }]\n    ports:\n${list}`);
  test('a protocol and a port in two entries open every port of the one', () => {
    const two = ports('    - protocol: UDP\n    - port: 53\n');
    expect(found(CODE, two, CLUSTER)).toEqual([
      '9 warning: The peers of this rule can reach db (1 pod) on every UDP port, 53/TCP: these are two entries. As one: 53/UDP',
    ]);
    expect(fixed(CODE, two, CLUSTER)).toContain('    - protocol: UDP\n      port: 53\n');
  });
  test('a protocol alone is a hint', () => {
    expect(found(CODE, ports('    - protocol: TCP\n'), CLUSTER)).toEqual([
      '9 hint: The peers of this rule can reach db (1 pod) on every TCP port: the entry names no port',
    ]);
  });
  test.each([
    ['an entry with both', '    - protocol: UDP\n      port: 53\n'],
    ['several protocols, which nobody writes by mistake', '    - protocol: TCP\n    - protocol: UDP\n'],
    ['a port alone', '    - port: 5432\n'],
  ])('is silent for %s', (_name, list) => {
    expect(found(CODE, ports(list), CLUSTER)).toEqual([]);
  });
});

describe('a peer as two and back', () => {
  const both = ingress(`  - from:
    - namespaceSelector: { matchLabels: { team: a } } # of team a
      podSelector: { matchLabels: { app: web } }
`);
  const two = both.replace('      podSelector', '    - podSelector');
  const flow = ingress(
    '  - from: [{ namespaceSelector: { matchLabels: { team: a } }, podSelector: { matchLabels: { app: web } } }]\n',
  );
  test.each([
    ['one peer becomes two', both, 'team: a', two, 'Make them two peers: either selector is enough'],
    ['two become one, from the first', two, 'team: a', both, 'Make them one peer: both selectors must match'],
    ['or from the second', two, 'app: web', both, 'Make them one peer: both selectors must match'],
    [
      'also in flow style',
      flow,
      'app: web',
      flow.replace('} }, podSelector', '} } }, { podSelector'),
      'Make them two peers: either selector is enough',
    ],
  ])('%s', (_name, text, cursor, changed, title) => {
    expect(refactored(text, cursor)).toEqual([[title, changed]]);
  });
  test.each([
    [
      'an address block',
      ingress('  - from: [{ ipBlock: { cidr: 10.0.0.0/8 } }, { podSelector: { matchLabels: { app: web } } }]\n'),
    ],
    ['two of a kind', ingress('  - from: [{ podSelector: {} }, { podSelector: { matchLabels: { app: web } } }]\n')],
    ['the policy itself', both.replace('app: db', 'app: web')],
  ])('is not offered for %s', (_name, text) => {
    expect(refactored(text, 'app: web')).toEqual([]);
  });
});
