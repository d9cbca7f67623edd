import { describe, expect, test } from 'vitest';
import {
  LAST_APPLIED,
  lastAppliedText,
  mergedMetadata,
  newObject,
} from '../../../../server/src/cluster/apply/mergeMetadata.ts';
import type { JsonMap } from '../../../../server/src/syntax/objects/jsonAccess.ts';

/** Labels as JSON text, because a literal cannot hold `__proto__` as a key. */
const CASES = [
  [
    'keeps what others wrote, and has the document win',
    '{"a":"1"}',
    '{"a":"2"}',
    '{"a":"1","x":"1"}',
    '{"a":"2","x":"1"}',
  ],
  [
    'removes what the last document had and this one has not',
    '{"a":"1","b":"1"}',
    '{"a":"1"}',
    '{"a":"1","b":"2","x":"1"}',
    '{"a":"1","x":"1"}',
  ],
  ['removes nothing without a last document', undefined, '{"a":"2"}', '{"a":"1","b":"1"}', '{"a":"2","b":"1"}'],
  ['keeps all where neither document says anything', '{}', undefined, '{"a":"1"}', '{"a":"1"}'],
  ['takes a null for no label', '{"a":"1"}', 'null', '{"a":"1"}', undefined],
  [
    'takes hostile keys for keys',
    '{"constructor":"x"}',
    '{"__proto__":"p"}',
    '{"constructor":"x"}',
    '{"__proto__":"p"}',
  ],
] as const;

function json(text: string): JsonMap {
  return JSON.parse(text) as JsonMap;
}

describe('labels of an existing object', () => {
  test.each(CASES)('%s', (_what, base, written, live, merged) => {
    const annotations = base === undefined ? {} : { [LAST_APPLIED]: `{"metadata":{"labels":${base}}}` };
    const document = json(`{"metadata":{"name":"web"${written === undefined ? '' : `,"labels":${written}`}}}`);
    const { metadata } = mergedMetadata(document, { metadata: { ...json(`{"labels":${live}}`), annotations } });
    expect(metadata['labels'] === undefined ? undefined : JSON.stringify(metadata['labels'])).toBe(merged);
  });
});

describe('an existing object', () => {
  const live = json(`{"metadata":{"name":"web","uid":"u","resourceVersion":"7","creationTimestamp":"then",
    "finalizers":["example.com/kept"],"managedFields":[{"manager":"kubectl"}]}}`);

  test('keeps its other metadata, and is sent on the state that was read', () => {
    const document = json('{"metadata":{"name":"web","finalizers":["example.com/mine"],"uid":"copied"}}');
    expect(mergedMetadata(document, live)).toEqual({
      metadata: {
        name: 'web',
        uid: 'u',
        resourceVersion: '7',
        creationTimestamp: 'then',
        finalizers: ['example.com/kept'],
      },
      notSent: ['metadata.finalizers', 'metadata.uid'],
    });
  });

  test('gets fields that metadata does not have, for the server to refuse', () => {
    const { metadata } = mergedMetadata(json('{"metadata":{"name":"web","labells":{"a":"b"}}}'), live);
    expect(metadata['labells']).toEqual({ a: 'b' });
  });

  test('has its last applied document kept true, never the one that the document holds', () => {
    const kept = json(`{"metadata":{"annotations":{"${LAST_APPLIED}":"{}","note":"x"}}}`);
    const document = json(`{"metadata":{"name":"web","annotations":{"${LAST_APPLIED}":"a lie"}},"spec":{}}`);
    const { metadata } = mergedMetadata(document, kept);
    expect(metadata['annotations']).toEqual({
      [LAST_APPLIED]: '{"metadata":{"annotations":{},"name":"web"},"spec":{}}\n',
      note: 'x',
    });
    expect(mergedMetadata(document, live).metadata['annotations']).toBeUndefined();
  });

  test('loses no label where the last applied document cannot be read', () => {
    const torn = json(`{"metadata":{"labels":{"a":"1"},"annotations":{"${LAST_APPLIED}":"{\\"metadata\\":"}}}`);
    expect(mergedMetadata(json('{"metadata":{"name":"web"}}'), torn).metadata['labels']).toEqual({ a: '1' });
  });
});

test('a new object is sent without what the server decides', () => {
  const copied =
    json(`{"kind":"NetworkPolicy","metadata":{"name":"web","uid":"u","resourceVersion":"7","managedFields":[],
    "creationTimestamp":null,"annotations":{"${LAST_APPLIED}":"{}","note":"x"},"finalizers":["f"]},"spec":{},"status":{}}`);
  expect(newObject(copied)).toEqual({
    object: {
      kind: 'NetworkPolicy',
      metadata: { name: 'web', annotations: { note: 'x' }, finalizers: ['f'] },
      spec: {},
    },
    notSent: [
      'metadata.uid',
      'metadata.resourceVersion',
      'metadata.managedFields',
      'metadata.creationTimestamp',
      'status',
    ],
  });
});

// GetModifiedConfiguration of k8s.io/kubectl: keys in order, HTML's characters escaped, a line break at the end.
test('the last applied document is byte for byte what kubectl writes', () => {
  const document = json(
    '{"kind":"NetworkPolicy","apiVersion":"networking.k8s.io/v1","spec":{"podSelector":{},"ingress":[{}]},"metadata":{"namespace":"shop","name":"web","annotations":{"why":"a < b & c > d"}}}',
  );
  expect(lastAppliedText(document)).toBe(
    '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"annotations":{"why":"a \\u003c b \\u0026 c \\u003e d"},"name":"web","namespace":"shop"},"spec":{"ingress":[{}],"podSelector":{}}}\n',
  );
});
