import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../server/src/model/manifest.ts';
import { parseManifests } from '../../../server/src/syntax/parseManifests.ts';

const values = (text: string): (JsonValue | undefined)[] =>
  parseManifests(text).documents.map(({ document }) => document.value);
const messages = (text: string): string[] =>
  parseManifests(text).documents.flatMap(({ document }) => document.problems.map(({ message }) => message));

describe('a text', () => {
  it.each<[why: string, text: string, expected: (JsonValue | undefined)[]]>([
    ['of several documents, one of them empty', 'a: 1\n---\n# nothing\n---\nb: 2\n', [{ a: 1 }, undefined, { b: 2 }]],
    ['with a byte order mark and Windows line ends', '\uFEFFa: 1\r\nb: |\r\n  x\r\n  y\r\n', [{ a: 1, b: 'x\ny\n' }]],
    [
      'of JSON, in several lines and with tabs',
      '{\n\t"a": [1, "\\ud83d\\ude00"],\n\t"__proto__": {}\n}\n',
      [JSON.parse('{"a":[1,"😀"],"__proto__":{}}') as JsonValue],
    ],
    [
      'with anchors, aliases and merges',
      'a: &a {x: 1, z: 2}\nb: {<<: *a, z: 3}\nc: {z: 3, <<: *a}\n',
      [{ a: { x: 1, z: 2 }, b: { x: 1, z: 3 }, c: { z: 2, x: 1 } }],
    ],
    ['with keys that are no strings', 'on: 1\n80: 2\n1.5: 3\n"y": 4\n', [{ true: 1, '80': 2, '1.5': 3, y: 4 }]],
    ['with tags', 'a: !!str 80\nb: !!int "80"\nc: !own x\n', [{ a: '80', b: 80, c: 'x' }]],
    ['whose last block scalar has no line break', 'a: |\n  x', [{ a: 'x' }]],
    [
      'with JSON pasted below its key',
      'config: \'{\n"a": 1\n}\'\nflow: {\na: 1\n}\n',
      [{ config: '{ "a": 1 }', flow: { a: 1 } }],
    ],
  ])('%s', (_, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it('keeps a key called __proto__ as a key', () => {
    const [value] = values('metadata:\n  labels:\n    __proto__: x\n    constructor: z\n');
    expect(JSON.stringify(value)).toBe('{"metadata":{"labels":{"__proto__":"x","constructor":"z"}}}');
  });

  it.each<[why: string, text: string, expected: string]>([
    ['an alias without its anchor', 'a: *b\n', "unknown anchor 'b' referenced"],
    ['an anchor within itself', 'a: &a [*a]\n', "anchor 'a' value contains itself"],
    ['a merge of what is no map', 'a: &a 1\nb: {<<: *a}\n', 'map merge requires map or sequence of maps as the value'],
    ['a tag that its value does not fit', 'a: !!int x\n', 'cannot decode !!str `x` as a !!int'],
    ['a directive of YAML 1.2', '%YAML 1.2\n---\na: 1\n', 'found incompatible YAML document'],
    ['a tab as indentation', 'a:\n\tb: 1\n', 'Tabs are not allowed as indentation'],
    ['a tab behind a dash', 'a:\n-\tb\n', 'found a tab where YAML wants spaces: character that cannot start any token'],
    ['a control character', 'a: "\u0001"\n', 'control characters are not allowed'],
  ])('is refused for %s', (_, text, expected) => {
    expect(messages(text)).toContain(expected);
  });

  it('of aliases of aliases does not grow beyond what the API server would read', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`,
    );
    expect(messages(`l0: &l0 [x, x, x, x, x, x, x, x, x]\n${levels.join('\n')}\n`)).toEqual([
      'document contains excessive aliasing',
    ]);
  });

  it('of a hundred thousand brackets is refused, not fatal', () => {
    expect(messages('['.repeat(100_000)).length).toBeGreaterThan(0);
    expect(messages('- '.repeat(100_000)).length).toBeGreaterThan(0);
  });

  it('names a key that is written twice, and takes the later one', () => {
    const { document } = parseManifests('a: 1\nb:\n  c: 1\n  c:\n    d: 1\n').documents[0]!;
    expect(document.value).toEqual({ a: 1, b: { c: { d: 1 } } });
    expect(document.duplicateKeys).toEqual([{ path: ['b', 'c'], key: '"c"', line: 5, range: { start: 17, end: 18 } }]);
  });
});

describe('a text that changes', () => {
  const text = (middle: string): string => `a: 1\n---\n${middle}\n---\nc: 3\n`;
  const documents = (state: ReturnType<typeof parseManifests>): unknown[] =>
    state.documents.map(({ document }) => document);

  it('has only the changed document read again, wherever the others have moved', () => {
    const before = parseManifests(text('b: 2'));
    const after = parseManifests(text('b: 22'), { text: text('b: 2'), parsed: before });
    expect(documents(after)[0]).toBe(documents(before)[0]);
    expect(documents(after)[2]).toBe(documents(before)[2]);
    expect(after.documents[1]?.document.value).toEqual({ b: 22 });
    expect(after.documents.map(({ start }) => start)).toEqual([0, 5, 15]);
    const moved = parseManifests(`---\nc: 3\n---\nnew: 4\na: 1\n`, { text: text('b: 22'), parsed: after });
    expect(documents(moved)[0]).toBe(documents(before)[2]);
  });
});

describe('templates', () => {
  it.each([
    ['name: {{ .Values.name }}\n'],
    ['{{- if .Values.on }}\na: 1\n{{- end }}\n'],
    ['name: web-{{ .Values.name }}\n'],
    ['list: [{{ .Values.a }}]\n'],
    ['name: <%= name %>\n'],
    ['a: 1\n---\nname: {{ .Values.name }}\n'],
    ['name: "{{ include "chart.name" . }}"\n'],
  ])('%j needs a template engine: nothing of it is evaluated', (text) => {
    expect(parseManifests(text)).toEqual({ documents: [], template: true });
  });

  it.each([
    ['a: "{{ .Values.name }}"\n'],
    ["a: '<%= name %>'\n"],
    ['# {{ a comment }}\na: 1\n'],
    ['a: 1 # {{ x }}\n'],
    ['a: |\n  {{ text for another program }}\n'],
    ['port: ${{PORT}}\n'],
    ['a: "b {c: {d: e}}"\n'],
    ['a: {b: {c: d}}\n'],
  ])('%j is YAML as it stands', (text) => {
    const { template, documents } = parseManifests(text);
    expect(template).toBe(false);
    expect(documents.flatMap(({ document }) => document.problems)).toEqual([]);
  });

  it('are not looked for where a fault has nothing to do with them', () => {
    expect(parseManifests('a: "{{ x }}"\nb: [\n').template).toBe(false);
  });
});
