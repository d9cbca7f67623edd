import { expect, test } from 'vitest';
import type { TextDocument } from 'vscode';
import { isServedDocument, SERVED_DOCUMENTS } from '../../../client/src/servedDocuments.ts';

const document = (scheme: string, languageId: string): TextDocument =>
  ({ uri: { scheme }, languageId }) as unknown as TextDocument;

test.each([
  ['a file', 'file', 'yaml', true],
  ['a file in JSON', 'file', 'json', true],
  ['JSON with comments', 'file', 'jsonc', true],
  ["a chart's template, as one extension calls it", 'file', 'helm', true],
  ["a chart's template, as another calls it", 'file', 'helm-template', true],
  ['a document that was never saved', 'untitled', 'yaml', true],
  ['a file of a virtual workspace', 'vscode-vfs', 'yaml', true],
  ['the old side of a diff view', 'git', 'yaml', true],
  ['a compose file', 'file', 'dockercompose', false],
  ["a person's settings", 'vscode-userdata', 'jsonc', false],
  ['what a command printed', 'output', 'yaml', false],
])('%s', (_name, scheme, language, served) => {
  expect(isServedDocument(document(scheme, language))).toBe(served);
  expect(SERVED_DOCUMENTS.some((filter) => filter.scheme === scheme && filter.language === language)).toBe(served);
});
