/** The schema for other editors says what the decoder says, as far as a schema can. */
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { intentSchema } from '../../../server/src/intent/intentSchema.ts';
import { END_FIELDS, FILE_FIELDS, TEST_FIELDS } from '../../../server/src/intent/intentFields.ts';
import { parseManifests } from '../../../server/src/syntax/parseManifests.ts';
import { intentsIn } from '../../support/intents.ts';

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(intentSchema());

const test = (keys: string): string => `version: 1\ntests:\n- { name: it, ${keys} }\n`;
const end = (written: string): string => test(`from: ${written}, to: shop/db, expect: deny`);
const port = (written: string): string => test(`from: shop/web, to: shop/db, ports: ${written}, expect: deny`);

const TEXTS: readonly string[] = [
  'version: 1\n',
  'version: 2\n',
  'tests: []\n',
  'version: 1\ntests:\n',
  'version: 1\ntests: {}\n',
  'version: 1\nother: x\n',
  ...[
    'shop/web',
    'shop/web[Deployment]',
    'shop/*',
    'any pod',
    'internet',
    'anywhere',
    '10.0.0.1',
    '10.0.0.0/8',
    '"2001:db8::/32"',
    '[shop/web, { namespace: pay }]',
    '{ namespace: [shop, pay], labels: { app: [web, api], tier: "*" } }',
    '{ namespaceLabels: { team: a } }',
    '{ service: shop/db }',
    '{ cidr: [10.0.0.0/8] }',
    '{ outside: payments, except: [monitoring/*, { labels: { app: probe } }] }',
    '{ who: [any pod, internet], except: shop/* }',
    // None of these is an end.
    'web',
    '[]',
    '{}',
    '1',
    '{ namespace: "*" }',
    '{ labels: {} }',
    '{ labels: { app: true } }',
    '{ service: db }',
    '{ who: shop/web, service: shop/db }',
    '{ except: shop/web }',
    '{ who: any pod, except: { who: shop/*, except: shop/web } }',
    '{ nobody: x }',
  ].map(end),
  ...['5432', '5432/TCP', '[80, 8000-8080/udp, http]', 'all', '[]', '[all/TCP/x]', '80/ICMP', '0'].map(port),
  test('to: shop/db, expect: deny'),
  test('from: shop/web, to: shop/db'),
  test('from: shop/web, to: shop/db, expect: permit'),
  test('from: shop/web, to: shop/db, expect: deny, extra: 1'),
];

describe('the schema and the decoder agree on', () => {
  it.each(TEXTS)('%s', (text) => {
    const { value } = parseManifests(text).documents[0]?.document ?? {};
    expect(validate(value)).toBe(intentsIn(text).faults.length === 0);
  });
});

it('documents every key', () => {
  const text = JSON.stringify(intentSchema());
  for (const doc of Object.values({ ...FILE_FIELDS, ...TEST_FIELDS, ...END_FIELDS })) {
    expect(text).toContain(JSON.stringify(doc));
  }
});
