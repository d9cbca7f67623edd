import { describe, expect, it } from 'vitest';
import { lineIndex } from '../../../server/src/syntax/lineIndex.ts';
import { intentsIn } from '../../support/intents.ts';

const test = (keys: string): string => `version: 1\ntests:\n- { name: it, ${keys} }\n`;

it('says who may reach whom, on which ports, and who may not', () => {
  const { intents, faults } = intentsIn(`version: 1
tests:
  - name: web may reach db
    from: shop/web
    to: shop/db[StatefulSet]
    ports: [5432/TCP, 8000-8010/udp, 53, http]
    expect: allow
  - name: nothing outside payments may reach vault
    from: { outside: payments }
    to: { service: payments/vault }
    expect: deny
`);
  expect(faults).toEqual([]);
  expect(intents).toMatchObject([
    {
      index: 0,
      name: 'web may reach db',
      intent: {
        from: { parts: [{ who: [{ kind: 'named', namespace: 'shop', name: 'web' }], except: [] }] },
        to: { parts: [{ who: [{ kind: 'named', namespace: 'shop', name: 'db', workloadKind: 'StatefulSet' }] }] },
        ports: [
          { protocol: 'TCP', from: 5432, to: 5432 },
          { protocol: 'UDP', from: 8000, to: 8010 },
          { protocol: 'TCP', from: 53, to: 53 },
          { name: 'http' },
        ],
        expect: 'allow',
      },
    },
    {
      index: 1,
      name: 'nothing outside payments may reach vault',
      intent: {
        from: { parts: [{ who: [{ kind: 'outside', namespaces: ['payments'] }] }] },
        to: { parts: [{ who: [{ kind: 'service', namespace: 'payments', name: 'vault' }] }] },
        ports: 'all',
        expect: 'deny',
      },
    },
  ]);
});

it.each<[end: string, who: readonly object[], except?: readonly object[]]>([
  ['shop/*', [{ kind: 'pods', namespaces: ['shop'] }]],
  ['any pod', [{ kind: 'pods' }]],
  ['internet', [{ kind: 'internet' }]],
  ['anywhere', [{ kind: 'anywhere' }]],
  ['203.0.113.9', [{ kind: 'address', address: '203.0.113.9' }]],
  ['10.0.0.0/8', [{ kind: 'cidr', cidr: '10.0.0.0/8' }]],
  ['"2001:db8::/32"', [{ kind: 'cidr', cidr: '2001:db8::/32' }]],
  ['{ namespace: [shop, pay] }', [{ kind: 'pods', namespaces: ['shop', 'pay'] }]],
  [
    '{ labels: { app: [web, api], track: canary, tier: "*" }, namespaceLabels: { team: a } }',
    [
      {
        kind: 'pods',
        labels: {
          matchLabels: { track: 'canary' },
          matchExpressions: [
            { key: 'app', operator: 'In', values: ['web', 'api'] },
            { key: 'tier', operator: 'Exists', values: [] },
          ],
        },
        namespaceLabels: { matchLabels: { team: 'a' }, matchExpressions: [] },
      },
    ],
  ],
  [
    '{ who: [any pod, internet], except: [monitoring/*, { labels: { app: probe } }] }',
    [{ kind: 'pods' }, { kind: 'internet' }],
    [
      { kind: 'pods', namespaces: ['monitoring'] },
      { kind: 'pods', labels: { matchLabels: { app: 'probe' }, matchExpressions: [] } },
    ],
  ],
])('takes %s for an end', (end, who, except = []) => {
  const { intents, faults } = intentsIn(test(`from: ${end}, to: shop/db, expect: deny`));
  expect(faults).toEqual([]);
  expect(intents[0]?.intent?.from).toEqual({ parts: [{ who, except }] });
});

it.each(['', '# nothing\n', '---\n', 'version: 1\n', 'version: 1\ntests:\n'])('has no test in %j', (text) => {
  expect(intentsIn(text)).toEqual({ intents: [], faults: [] });
});

describe('a fault is one sentence with its remedy, at its place', () => {
  it.each<[text: string, message: RegExp, at: string]>([
    ['tests: []\n', /^Say which format this is: version: 1\.$/, 'tests: []'],
    ['version: 2\n', /^This version of Bulkhead reads version 1/, '2'],
    ['version: 1\nchecks: {}\n', /^Unknown key checks; known are version, tests\.$/, 'checks'],
    ['version: 1\ntests: {}\n', /^tests is a list/, '{}'],
    [test('form: shop/web, to: shop/db, expect: deny'), /^Unknown key form; known are name, from/, 'form'],
    [test('to: shop/db, expect: deny'), /^Say who begins the connection/, '{ name: it, to: shop/db, expect: deny }'],
    [test('from: web, to: shop/db, expect: deny'), /such as shop\/web\.$/, 'web'],
    [
      test('from: shop/web, to: shop/db'),
      /^Say what is meant: expect: allow/,
      '{ name: it, from: shop/web, to: shop/db }',
    ],
    [test('from: shop/web, to: shop/db, expect: permit'), /^Expected allow or deny\.$/, 'permit'],
    [test('from: shop/web, to: shop/db, ports: [99999], expect: deny'), /^99999 is no port/, '99999'],
    [test('from: shop/web, to: shop/db, ports: [80/ICMP], expect: deny'), /^Expected a port such as/, '80/ICMP'],
    [test('from: shop/web, to: shop/db, ports: [], expect: deny'), /^This list has no port/, '[]'],
    [test('from: shop/web, to: [], expect: deny'), /^This list names nobody/, '[]'],
    [test('from: { service: db }, to: shop/db, expect: deny'), /^A Service is written as namespace\/name/, 'db'],
    [test('from: { labels: { app: true } }, to: shop/db, expect: deny'), /^Expected a value of app/, 'true'],
    [test('from: { labels: { -a: b } }, to: shop/db, expect: deny'), /^-a is no label’s key\.$/, '-a'],
    [test('from: { namespace: a, service: b/c }, to: shop/db, expect: deny'), /cannot stand together/, 'service'],
    [
      test('from: { except: shop/web }, to: shop/db, expect: deny'),
      /^Say who is meant: who, namespace/,
      '{ except: shop/web }',
    ],
    [test('from: { cidr: 10.0.0.0 / 8 }, to: shop/db, expect: deny'), /^Expected a range of addresses/, '10.0.0.0 / 8'],
  ])('%s', (text, message, at) => {
    const { intents, faults } = intentsIn(text);
    expect(faults.map((fault) => fault.message)).toEqual([expect.stringMatching(message)]);
    expect(faults.map(({ range }) => text.slice(range.start, range.end))).toEqual([at]);
    expect(intents.every(({ intent }) => intent === undefined)).toBe(true);
  });

  it('asks for ports where something has to be open, since “can reach” means nothing without them', () => {
    const without = test('from: shop/web, to: shop/db, expect: allow');
    expect(intentsIn(without).faults.map(({ message }) => message)).toEqual([
      'Say which ports have to be open, such as ports: [5432/TCP], or ports: all.',
    ]);
    expect(intentsIn(test('from: shop/web, to: { service: shop/db }, expect: allow')).faults).toEqual([]);
  });

  it('leaves the other tests alone', () => {
    const text = `version: 1
tests:
- { name: broken, from: shop/web, to: shop/db, expect: maybe }
- { name: sound, from: shop/web, to: shop/db, expect: deny }
- { name: sound, from: shop/api, to: shop/db, expect: deny }
`;
    const { intents, faults } = intentsIn(text);
    expect(intents.map(({ name, intent }) => [name, intent !== undefined])).toEqual([
      ['broken', false],
      ['sound', true],
      ['sound', false],
    ]);
    expect(faults.map(({ index, range }) => [index, lineIndex(text).position(range.start).line])).toEqual([
      [0, 2],
      [2, 4],
    ]);
  });

  it('reads what it can of broken YAML, a second document, and a key that stands twice', () => {
    expect(intentsIn('version: 1\ntests: [\n').faults.length).toBeGreaterThan(0);
    expect(intentsIn('version: 1\n---\nversion: 1\n').faults).toMatchObject([
      { message: expect.stringMatching(/one document/) },
    ]);
    const twice = intentsIn(test('from: shop/web, from: shop/api, to: shop/db, expect: deny'));
    expect(twice.faults).toMatchObject([{ message: '"from" stands here twice: keep one of them.', index: 0 }]);
  });
});

it('never throws, whatever the text', () => {
  const hostile = [
    'version: 1\ntests:\n- __proto__: 1\n',
    'version: 1\ntests: [null, 1, [], {}]\n',
    `version: 1\ntests: ${'['.repeat(20_000)}`,
    'version: &a 1\ntests: *a\n',
    '{{ template }}\nversion: 1\n',
    test('from: { labels: { __proto__: x } }, to: constructor/__proto__, expect: deny'),
  ];
  for (const text of hostile) expect(() => intentsIn(text)).not.toThrow();
});
