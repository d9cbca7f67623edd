import { describe, expect, it } from 'vitest';
import type { FieldPath } from '../../../server/src/model/manifest.ts';
import type { SourceMap } from '../../../server/src/syntax/manifestDocument.ts';
import { parseManifests } from '../../../server/src/syntax/parseManifests.ts';

const TEXT = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web   # the name
spec:
  podSelector:
  ingress:
  - from:
    - podSelector: {matchLabels: {app: "a\\tb"}}
      namespaceSelector:
    # a comment
    - &here
      ipBlock:
        cidr: 10.0.0.0/8

  - {}
  egress:
  -   to: [*here]
  note: |
    text
    more

  policyTypes: [Ingress]
`;

function mapOf(text: string): SourceMap {
  const placed = parseManifests(text).documents[0];
  if (placed === undefined) throw new Error('no document');
  return placed.document.sourceMap;
}

describe('a field path', () => {
  const map = mapOf(TEXT);
  const shown = (range: { start: number; end: number } | undefined): string | undefined =>
    range && TEXT.slice(range.start, range.end);

  it.each<[path: FieldPath, key: string, value: string]>([
    [['metadata', 'name'], 'name', 'web'],
    [['spec', 'podSelector'], 'podSelector', ''],
    [['spec', 'ingress', 0, 'from', 0, 'podSelector', 'matchLabels', 'app'], 'app', '"a\\tb"'],
    [['spec', 'ingress', 0, 'from', 1, 'ipBlock'], 'ipBlock', 'cidr: 10.0.0.0/8'],
    [['spec', 'ingress', 1], '{}', '{}'],
    [['spec', 'note'], 'note', '|\n    text\n    more'],
    [['spec', 'policyTypes', 0], 'Ingress', 'Ingress'],
  ])('%j has a key and a value', (path, key, value) => {
    expect([shown(map.key(path)), shown(map.value(path))]).toEqual([key, value]);
  });

  it('covers key and value, without what stands behind them', () => {
    expect(shown(map.entry(['metadata']))).toBe('metadata:\n  name: web');
    expect(shown(map.entry(['spec', 'egress']))).toBe('egress:\n  -   to: [*here]');
  });

  it('through an alias leads to where the text is written', () => {
    expect(shown(map.value(['spec', 'egress', 0, 'to', 0]))).toBe('*here');
    const aliased = map.value(['spec', 'egress', 0, 'to', 0, 'ipBlock', 'cidr']);
    expect(aliased).toEqual(map.value(['spec', 'ingress', 0, 'from', 1, 'ipBlock', 'cidr']));
  });

  it('that is not written has no range, but something near it', () => {
    expect(map.entry(['metadata', 'namespace'])).toBeUndefined();
    expect(shown(map.nearest(['metadata', 'namespace']))).toBe('metadata');
    expect(shown(map.nearest(['spec', 'ingress', 0, 'ports', 3]))).toBe('from');
    expect(shown(map.nearest(['status']))).toBe('apiVersion');
  });

  it('of a scalar gives its text before it is resolved', () => {
    const port = mapOf('port: 010\nname: "x"\nmap: {}\n');
    expect([port.scalar(['port']), port.scalar(['name']), port.scalar(['map'])]).toEqual(['010', 'x', undefined]);
  });

  it('of a key that is written twice is the later one', () => {
    const text = 'a: 1\nb: 2\na: 3\n';
    expect(mapOf(text).value(['a'])).toEqual({ start: text.indexOf('3'), end: text.indexOf('3') + 1 });
  });
});

describe('the path at the cursor', () => {
  /** `$0` marks the cursor. */
  const at = (marked: string): string => {
    const offset = marked.indexOf('$0');
    const found = mapOf(marked.replace('$0', '')).pathAt(offset);
    return `${found?.part} of ${found?.path.join('.')}`;
  };

  it.each<[marked: string, expected: string]>([
    ['met$0adata:\n  name: a\n', 'key of metadata'],
    ['metadata:\n  name: $0a\n', 'value of metadata.name'],
    ['metadata:\n  name: a$0\n', 'value of metadata.name'],
    ['metadata:\n  name: a   $0 # x\n', 'value of metadata.name'],
    ['spec:\n  podSelector: $0\n  ingress: []\n', 'value of spec.podSelector'],
    ['spec:\n  podSelector:\n  $0ingress: []\n', 'key of spec.ingress'],
    ['a:\n- b: 1\n- $0c: 2\n', 'key of a.1.c'],
    ['a: [x, {b: $0y}]\n', 'value of a.1.b'],
    ['a: [x, $0y]\n', 'value of a.1'],
    ['a: |\n  te$0xt\n', 'value of a'],
  ])('%j', (marked, expected) => {
    expect(at(marked)).toBe(expected);
  });

  it.each<[why: string, marked: string, expected: string]>([
    [
      'a key without its colon',
      'spec:\n  podSelector:\n    matchLabels:\n      ap$0\n',
      'value of spec.podSelector.matchLabels',
    ],
    ['a bracket that is not closed', 'spec:\n  policyTypes: [Ingr$0\n  ingress: []\n', 'value of spec.policyTypes.0'],
    [
      'a quote that is not closed',
      'spec:\n  podSelector:\n    matchLabels: {app: "we$0\n',
      'value of spec.podSelector.matchLabels.app',
    ],
    ['a value in the wrong column', 'spec:\n  podSelector: {}\n   ingress: $0[]\n', 'value of spec.ingress'],
    ['a dash with nothing behind it', 'spec:\n  ingress:\n  -$0\n', 'value of spec.ingress.0'],
  ])('is known in a half-typed text: %s', (_, marked, expected) => {
    expect(at(marked)).toBe(expected);
  });
});
