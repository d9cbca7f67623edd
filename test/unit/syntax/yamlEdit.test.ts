import { describe, expect, it } from 'vitest';
import type { FieldPath, JsonValue } from '../../../server/src/model/manifest.ts';
import { readDocument } from '../../../server/src/syntax/readDocument.ts';
import { applyChanges } from '../../../server/src/syntax/textChange.ts';
import { appendItem, removeAt, renameKey, setField } from '../../../server/src/syntax/yamlEdit.ts';

interface Case {
  readonly what: string;
  readonly text: string;
  readonly path: FieldPath;
  readonly value: JsonValue;
  readonly becomes: string | undefined;
}

function set(text: string, path: FieldPath, value: JsonValue): string | undefined {
  const changes = setField(readDocument(text), path, value);
  return changes && applyChanges(text, changes);
}

function append(text: string, path: FieldPath, value: JsonValue): string | undefined {
  const changes = appendItem(readDocument(text), path, value);
  return changes && applyChanges(text, changes);
}

function remove(text: string, path: FieldPath): string | undefined {
  const changes = removeAt(readDocument(text), path);
  return changes && applyChanges(text, changes);
}

const DNS = { to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] };

describe('setting a field', () => {
  it.each<Case>([
    { what: 'a plain scalar', text: 'a: 1 # one\nb: 2\n', path: ['a'], value: 'x', becomes: 'a: x # one\nb: 2\n' },
    {
      what: 'a quoted scalar, in its quotes',
      text: `a: 'x'\nb: "x"\n`,
      path: ['a'],
      value: 'it',
      becomes: `a: 'it'\nb: "x"\n`,
    },
    {
      what: 'a quoted port',
      text: '- port: "80"   # http\n',
      path: [0, 'port'],
      value: 80,
      becomes: '- port: 80   # http\n',
    },
    {
      what: 'a string that YAML 1.1 reads otherwise',
      text: 'a: 1\n',
      path: ['a'],
      value: 'on',
      becomes: 'a: "on"\n',
    },
    {
      what: 'a missing field at the end of its map, in front of the comment that follows',
      text: 'spec:\n  podSelector: {}\n  # the rest\nother: 1\n',
      path: ['spec', 'policyTypes'],
      value: ['Ingress'],
      becomes: 'spec:\n  podSelector: {}\n  policyTypes:\n    - Ingress\n  # the rest\nother: 1\n',
    },
    {
      what: 'a missing field where people look for it',
      text: 'spec:\n  podSelector: {} # all\n  ingress:\n  - from: []\n',
      path: ['spec', 'policyTypes'],
      value: ['Ingress'],
      becomes: 'spec:\n  podSelector: {} # all\n  policyTypes:\n  - Ingress\n  ingress:\n  - from: []\n',
    },
    {
      what: 'a field in front of all others of a rule',
      text: 'ingress:\n  - ports:\n      - port: 80\n',
      path: ['ingress', 0, 'from'],
      value: [{ podSelector: {} }],
      becomes: 'ingress:\n  - from:\n      - podSelector: {}\n    ports:\n      - port: 80\n',
    },
    {
      what: 'a missing field with the parents that it lacks',
      text: 'kind: x',
      path: ['metadata', 'labels', 'a/b'],
      value: 'c',
      becomes: 'kind: x\nmetadata:\n  labels:\n    a/b: c',
    },
    {
      what: 'a field below an empty key with a comment',
      text: 'metadata: # who\nspec:\n    x: 1\n',
      path: ['metadata', 'name'],
      value: 'web',
      becomes: 'metadata: # who\n    name: web\nspec:\n    x: 1\n',
    },
    {
      what: 'a field of an empty flow map, as a block',
      text: 'spec:\n  podSelector: {}  # all\n',
      path: ['spec', 'podSelector', 'matchLabels', 'app'],
      value: 'web',
      becomes: 'spec:\n  podSelector:  # all\n    matchLabels:\n      app: web\n',
    },
    {
      what: 'a field of a flow map, in its padding',
      text: 'spec: {podSelector: {matchLabels: {app: web}}, x: [1]} # c\n',
      path: ['spec', 'podSelector', 'matchLabels', 'tier'],
      value: 'front',
      becomes: 'spec: {podSelector: {matchLabels: {app: web, tier: front}}, x: [1]} # c\n',
    },
    {
      what: 'a field of an empty rule',
      text: 'ingress:\n- {}\n- {}\n',
      path: ['ingress', 0, 'ports'],
      value: [{ port: 80 }],
      becomes: 'ingress:\n- ports:\n  - port: 80\n- {}\n',
    },
    {
      what: 'a block by a scalar',
      text: 'a: # why\n  b: 1\n  c: 2 # two\nd: 3\n',
      path: ['a'],
      value: 1,
      becomes: 'a: 1 # why # two\nd: 3\n',
    },
    {
      what: 'a block by another block',
      text: '- a:\n    b: 1\n  c: 2\n',
      path: [0, 'a'],
      value: { x: [1, { z: 2 }] },
      becomes: '- a:\n    x:\n      - 1\n      - z: 2\n  c: 2\n',
    },
    {
      what: 'a block scalar',
      text: 'a: |\n  one\n  two\n\nb: 1\n',
      path: ['a'],
      value: 'x',
      becomes: 'a: x\n\nb: 1\n',
    },
    { what: 'nothing, where the value is the same', text: 'a: 0x10\n', path: ['a'], value: 16, becomes: 'a: 0x10\n' },
    {
      what: 'a field of a text with Windows line ends',
      text: 'a:\r\n  b: 1\r\nc: 2\r\n',
      path: ['a', 'd'],
      value: [1],
      becomes: 'a:\r\n  b: 1\r\n  d:\r\n    - 1\r\nc: 2\r\n',
    },
    {
      what: 'a field of JSON of many lines',
      text: '{\n    "a": {\n        "b": 1\n    }\n}\n',
      path: ['a', 'c'],
      value: { d: ['x'] },
      becomes:
        '{\n    "a": {\n        "b": 1,\n        "c": {\n            "d": [\n                "x"\n            ]\n        }\n    }\n}\n',
    },
    {
      what: 'a field of JSON of one line',
      text: '{"a":{"b":1}}',
      path: ['a', 'c'],
      value: ['x', { y: 'z' }],
      becomes: '{"a":{"b":1,"c":["x",{"y":"z"}]}}',
    },
    {
      what: 'a field behind a comment in flow style',
      text: 'a: {\n  b: 1, # one\n  c: 2 # two\n}\n',
      path: ['a', 'd'],
      value: 3,
      becomes: 'a: {\n  b: 1, # one\n  c: 2, # two\n  d: 3\n}\n',
    },
    { what: 'no field of an alias', text: 'a: &x {b: 1}\nc: *x\n', path: ['c', 'b'], value: 2, becomes: undefined },
    {
      what: 'no value that an alias repeats',
      text: 'a: &x {b: 1}\nc: *x\n',
      path: ['a', 'b'],
      value: 2,
      becomes: undefined,
    },
    {
      what: 'no field that a merge brings in',
      text: 'a: &x\n  b: 1\nc:\n  <<: *x\n',
      path: ['c', 'b'],
      value: 2,
      becomes: undefined,
    },
    { what: 'nothing in broken text', text: 'a: [1\nb: 2\n', path: ['b'], value: 3, becomes: undefined },
    {
      what: 'beside a key that objects have by themselves',
      text: 'a:\n  __proto__: {b: 1}\n',
      path: ['a', 'c'],
      value: 'x',
      becomes: 'a:\n  __proto__: {b: 1}\n  c: x\n',
    },
    { what: 'no placeholder', text: 'a: ${NAME}\n', path: ['a'], value: 'x', becomes: undefined },
    { what: 'no field of a scalar', text: 'a: 1\n', path: ['a', 'b'], value: 'x', becomes: undefined },
    { what: 'nothing in an empty document', text: '# nothing\n', path: ['a'], value: 'x', becomes: undefined },
  ])('writes $what', ({ text, path, value, becomes }) => {
    expect(set(text, path, value)).toBe(becomes);
  });
});

describe('appending an item', () => {
  it.each<Case>([
    {
      what: 'behind dashes in their key’s column',
      text: 'spec:\n  egress:\n  - to: [] # nobody\n  # end\n',
      path: ['spec', 'egress'],
      value: DNS,
      becomes:
        'spec:\n  egress:\n  - to: [] # nobody\n  - to:\n    - namespaceSelector: {}\n    ports:\n    - protocol: UDP\n      port: 53\n  # end\n',
    },
    {
      what: 'behind indented dashes',
      text: 'spec:\n    egress:\n        - to: []',
      path: ['spec', 'egress'],
      value: { ports: [{ port: 53 }] },
      becomes: 'spec:\n    egress:\n        - to: []\n        - ports:\n              - port: 53',
    },
    {
      what: 'behind dashes with room behind them',
      text: 'spec:\n    egress:\n    -   to:\n        -   podSelector: {}\n',
      path: ['spec', 'egress'],
      value: { to: [{ podSelector: {} }], ports: [{ port: 53 }] },
      becomes:
        'spec:\n    egress:\n    -   to:\n        -   podSelector: {}\n    -   to:\n        -   podSelector: {}\n        ports:\n        -   port: 53\n',
    },
    {
      what: 'to a flow list',
      text: 'policyTypes: [Ingress]\n',
      path: ['policyTypes'],
      value: 'Egress',
      becomes: 'policyTypes: [Ingress, Egress]\n',
    },
    {
      what: 'to an empty list',
      text: 'spec:\n  egress: []\n  x: 1\n',
      path: ['spec', 'egress'],
      value: { to: [] },
      becomes: 'spec:\n  egress:\n    - to: []\n  x: 1\n',
    },
    { what: 'to a null', text: 'a: ~\n', path: ['a'], value: 1, becomes: 'a:\n  - 1\n' },
    { what: 'to nothing', text: 'a: 1\n', path: ['b'], value: 1, becomes: 'a: 1\nb:\n  - 1\n' },
    { what: 'not to a map', text: 'a: {b: 1}\n', path: ['a'], value: 1, becomes: undefined },
    {
      what: 'to a list of JSON',
      text: '{\n  "a": [\n    "x"\n  ]\n}\n',
      path: ['a'],
      value: 'y',
      becomes: '{\n  "a": [\n    "x",\n    "y"\n  ]\n}\n',
    },
    {
      what: 'behind an item without a value',
      text: 'a:\n-\n-\nb: 1\n',
      path: ['a'],
      value: 1,
      becomes: 'a:\n-\n-\n- 1\nb: 1\n',
    },
  ])('goes $what', ({ text, path, value, becomes }) => {
    expect(append(text, path, value)).toBe(becomes);
  });
});

describe('removing', () => {
  it.each<Omit<Case, 'value'>>([
    { what: 'an entry with its line', text: 'a: 1\nb: 2 # two\nc: 3\n', path: ['b'], becomes: 'a: 1\nc: 3\n' },
    { what: 'the last entry of a text without an end', text: 'a: 1\nb: 2', path: ['b'], becomes: 'a: 1' },
    { what: 'an item', text: 'a:\n  - x: 1\n    y: 2\n  - z: 3\n', path: ['a', 0], becomes: 'a:\n  - z: 3\n' },
    {
      what: 'the first entry behind a dash',
      text: '- a: 1 # one\n  # two\n  b: 2\n',
      path: [0, 'a'],
      becomes: '- # two\n  b: 2\n',
    },
    { what: 'the only entry', text: 'a:\n  b: 1\nc: 2\n', path: ['a', 'b'], becomes: 'a: {}\nc: 2\n' },
    { what: 'the only item', text: 'a:\n- b: 1\n', path: ['a', 0], becomes: 'a: []\n' },
    { what: 'from a flow list', text: 'a: [x, y, z]\n', path: ['a', 1], becomes: 'a: [x, z]\n' },
    { what: 'the last of a flow map', text: 'a: { x: 1, z: 2 }\n', path: ['a', 'z'], becomes: 'a: { x: 1 }\n' },
    { what: 'nothing that is not written', text: 'a: 1\n', path: ['b'], becomes: undefined },
    { what: 'no key that is written twice', text: 'a: 1\na: 2\nb: 3\n', path: ['a'], becomes: undefined },
  ])('takes $what', ({ text, path, becomes }) => {
    expect(remove(text, path)).toBe(becomes);
  });
});

describe('renaming a key', () => {
  it.each([
    { text: 'name: shop # the shop\n', becomes: 'kubernetes.io/metadata.name: shop # the shop\n' },
    { text: '{"name": "shop"}', becomes: '{"kubernetes.io/metadata.name": "shop"}' },
    { text: `'name': shop\n`, becomes: `'kubernetes.io/metadata.name': shop\n` },
    { text: 'name: a\nkubernetes.io/metadata.name: b\n', becomes: undefined },
  ])('makes $text to $becomes', ({ text, becomes }) => {
    const changes = renameKey(readDocument(text), ['name'], 'kubernetes.io/metadata.name');
    expect(changes && applyChanges(text, changes)).toBe(becomes);
  });
});
