import { describe, expect, it } from 'vitest';
import { decodeBulkheadYaml } from '../../../server/src/syntax/bulkheadYaml.ts';
import { lineIndex } from '../../../server/src/syntax/lineIndex.ts';

const CODES = ['egress-without-dns', 'namespace-without-default-deny'];

it('says everything that the contract lets it say', () => {
  const { configuration, problems } = decodeBulkheadYaml(
    `namespace: shop                 # for documents without one
exclude: ["vendor/**"]
checks: { egress-without-dns: warning, namespace-without-default-deny: { severity: off, reason: "sandbox" } }
overrides: [{ files: ["legacy/**"], checks: { egress-without-dns: "off" } }]
contexts: [{ files: ["clusters/prod/**"], context: prod-eu, namespace: shop }]
`,
    CODES,
  );
  expect(problems).toEqual([]);
  expect(configuration).toEqual({
    namespace: 'shop',
    exclude: ['vendor/**'],
    checks: {
      'egress-without-dns': { severity: 'warning' },
      'namespace-without-default-deny': { severity: 'off', reason: 'sandbox' },
    },
    overrides: [{ files: ['legacy/**'], checks: { 'egress-without-dns': { severity: 'off' } } }],
    contexts: [{ files: ['clusters/prod/**'], context: 'prod-eu', namespace: 'shop' }],
  });
});

it.each(['', '# nothing\n', '---\n'])('says nothing in %j', (text) => {
  expect(decodeBulkheadYaml(text, CODES)).toEqual({
    configuration: { exclude: [], checks: {}, overrides: [], contexts: [] },
    problems: [],
  });
});

describe('an unknown key or value has one fault, at its place', () => {
  it.each<[text: string, message: string, at: string]>([
    [
      'namespce: shop\n',
      'Unknown key namespce; known are namespace, exclude, checks, overrides, contexts.',
      'namespce',
    ],
    ['namespace: 8\n', 'namespace is a text; put it in quotes.', '8'],
    ['exclude: vendor\n', 'exclude is a list of texts, such as ["vendor/**"].', 'vendor'],
    [
      'checks: {egress-without-dns: wrning}\n',
      'Expected one of error, warning, information, hint, off for egress-without-dns.',
      'wrning',
    ],
    [
      'checks: {egress-without-dn: off}\n',
      `Unknown check egress-without-dn; known are ${CODES.join(', ')}.`,
      'egress-without-dn',
    ],
    ['checks: {strict: off}\n', 'Faults that the API server rejects cannot be switched off (strict).', 'strict'],
    ['overrides: [{file: ["a"]}]\n', 'Unknown key file; known are files, checks.', 'file'],
    ['- a\n', 'Expected keys and values here: namespace, exclude, checks, overrides, contexts.', '- a'],
    ['namespace: a\n---\nnamespace: b\n', 'bulkhead.yaml is one document.', ''],
  ])('%j', (text, message, at) => {
    const { problems } = decodeBulkheadYaml(text, CODES);
    expect(problems.map((problem) => problem.message)).toEqual([message]);
    const range = problems[0]?.range ?? { start: 0, end: 0 };
    expect(text.slice(range.start, range.end)).toBe(at);
  });

  it('with the place in the file, whatever stands before it', () => {
    const text = '# ours\n---\nchecks:\n  strict: off\n';
    const [problem] = decodeBulkheadYaml(text, CODES).problems;
    expect(lineIndex(text).position(problem?.range.start ?? 0)).toEqual({ line: 3, character: 2 });
  });
});
