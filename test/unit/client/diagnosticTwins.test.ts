import { expect, test } from 'vitest';
import { DiagnosticSeverity, type Diagnostic } from 'vscode';
import { withoutTwins } from '../../../client/src/diagnosticTwins.ts';

const at = (line: number, more: Partial<Diagnostic>): Diagnostic =>
  ({ range: { start: { line } }, severity: DiagnosticSeverity.Error, message: '', ...more }) as unknown as Diagnostic;

const NO_YAML = at(3, { source: 'bulkhead', code: 'yaml' });
/** As the client makes it of a code that leads to a page. */
const LINKED = at(3, { source: 'bulkhead', code: { value: 'yaml', target: {} as never } });
const REJECTED = at(3, { source: 'bulkhead', code: 'decode' });

test.each([
  ['no other extension', [], [NO_YAML, REJECTED]],
  ['the YAML extension, of the same line', [at(3, { source: 'YAML' })], [REJECTED]],
  ['the YAML extension, of another line', [at(4, { source: 'YAML' })], [NO_YAML, REJECTED]],
  ['its warning', [at(3, { source: 'YAML', severity: DiagnosticSeverity.Warning })], [NO_YAML, REJECTED]],
  ['its judgement by a schema', [at(3, { source: 'yaml-schema: kubernetes' })], [NO_YAML, REJECTED]],
])('beside %s', (_name, others, left) => {
  expect(withoutTwins([NO_YAML, REJECTED], [NO_YAML, REJECTED, ...others])).toEqual(left);
});

test('a code that leads to a page is the same code', () => {
  expect(withoutTwins([LINKED, REJECTED], [LINKED, REJECTED, at(3, { source: 'YAML' })])).toEqual([REJECTED]);
});
