import { END_FIELDS, END_WORDS, EXPECTATIONS, FILE_FIELDS, TEST_FIELDS } from './intentFields.ts';

/**
 * The JSON schema of `*.bulkhead-test.yaml`, for editors that know no more of it than that. It says what the decoder
 * says, as far as a schema can; a test holds the two to each other.
 */
export function intentSchema(): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Bulkhead intent tests',
    description: 'Who may reach whom in a cluster, and who may not.',
    type: 'object',
    required: ['version'],
    additionalProperties: false,
    properties: described(FILE_FIELDS, {
      version: { const: 1 },
      tests: { type: ['array', 'null'], items: { $ref: '#/definitions/test' } },
    }),
    definitions: {
      test: {
        type: 'object',
        required: ['name', 'from', 'to', 'expect'],
        additionalProperties: false,
        properties: described(TEST_FIELDS, {
          name: { type: 'string', pattern: '\\S' },
          from: { $ref: '#/definitions/ends' },
          to: { $ref: '#/definitions/ends' },
          ports: { anyOf: [{ $ref: '#/definitions/port' }, listOf('port'), { const: 'all' }] },
          expect: { enum: EXPECTATIONS },
        }),
      },
      ends: { anyOf: [{ $ref: '#/definitions/end' }, listOf('end')] },
      end: { anyOf: [{ $ref: '#/definitions/who' }, ...END_GROUPS.map((keys) => endObject(keys, true))] },
      excepted: { anyOf: [{ $ref: '#/definitions/exception' }, listOf('exception')] },
      exception: { anyOf: [{ $ref: '#/definitions/who' }, ...END_GROUPS.map((keys) => endObject(keys, false))] },
      who: {
        anyOf: [
          { enum: Object.keys(END_WORDS) },
          { type: 'string', pattern: `^${NAME}/(\\*|[^/\\[\\]]+(\\[[A-Za-z]+\\])?)$`, description: 'shop/web, shop/*' },
          { type: 'string', pattern: ADDRESS, description: 'an address or a range of them' },
        ],
      },
      whos: { anyOf: [{ $ref: '#/definitions/who' }, listOf('who')] },
      namespace: { type: 'string', pattern: `^${NAME}$`, maxLength: 63 },
      namespaces: { anyOf: [{ $ref: '#/definitions/namespace' }, listOf('namespace')] },
      labels: {
        type: 'object',
        minProperties: 1,
        additionalProperties: {
          anyOf: [{ type: 'string' }, { type: 'array', minItems: 1, items: { type: 'string' } }],
        },
      },
      service: { type: 'string', pattern: '^[^/]+/[^/]+$' },
      cidr: { type: 'string', pattern: ADDRESS },
      cidrs: { anyOf: [{ $ref: '#/definitions/cidr' }, listOf('cidr')] },
      port: {
        anyOf: [
          { type: 'integer', minimum: 1, maximum: 65_535 },
          {
            type: 'string',
            pattern: '^([0-9]+(-[0-9]+)?|[a-z0-9-]*[a-z][a-z0-9-]*)(/([Tt][Cc][Pp]|[Uu][Dd][Pp]|[Ss][Cc][Tt][Pp]))?$',
          },
        ],
      },
    },
  };
}

const NAME = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
/** Only what tells it from a name: whether it is one, the decoder says. */
const ADDRESS = '^([0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(/[0-9]+)?$';

/** Keys that say together who is meant. */
const END_GROUPS: readonly (readonly string[])[] = [
  ['who'],
  ['namespace', 'labels', 'namespaceLabels'],
  ['service'],
  ['cidr'],
  ['outside'],
];

const END_SCHEMAS: Readonly<Record<string, object>> = {
  who: { $ref: '#/definitions/whos' },
  namespace: { $ref: '#/definitions/namespaces' },
  labels: { $ref: '#/definitions/labels' },
  namespaceLabels: { $ref: '#/definitions/labels' },
  service: { $ref: '#/definitions/service' },
  cidr: { $ref: '#/definitions/cidrs' },
  outside: { $ref: '#/definitions/namespaces' },
  except: { $ref: '#/definitions/excepted' },
};

function endObject(keys: readonly string[], isExceptable: boolean): object {
  const all = isExceptable ? [...keys, 'except'] : keys;
  return {
    type: 'object',
    additionalProperties: false,
    anyOf: keys.map((key) => ({ required: [key] })),
    properties: described(END_FIELDS, Object.fromEntries(all.map((key) => [key, END_SCHEMAS[key] ?? {}]))),
  };
}

/** Beside a reference nothing counts in draft 7, so that it stands in a list of its own. */
function described(docs: Readonly<Record<string, string>>, schemas: Readonly<Record<string, object>>): object {
  return Object.fromEntries(
    Object.entries(schemas).map(([key, schema]) => [
      key,
      '$ref' in schema ? { description: docs[key], allOf: [schema] } : { description: docs[key], ...schema },
    ]),
  );
}

function listOf(definition: string): object {
  return { type: 'array', minItems: 1, items: { $ref: `#/definitions/${definition}` } };
}
