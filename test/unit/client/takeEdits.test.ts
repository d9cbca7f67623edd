import { afterEach, describe, expect, it, vi } from 'vitest';
import { takeEdits } from '../../../client/src/preview/takeEdits.ts';
import { messages, Uri, workspace } from '../../support/fakeVscode.ts';

vi.mock('../../../client/src/preview/showDocument.ts', () => ({ showDocument: async () => undefined }));

const FOLDER = { uri: new Uri('file:///w') };

function open(uri: string, state: { version?: number; isDirty?: boolean; languageId?: string } = {}): void {
  workspace.textDocuments.push({ uri: new Uri(uri), version: 1, isDirty: false, languageId: 'yaml', ...state });
}

async function take(uri: string, version?: number): Promise<boolean> {
  workspace.workspaceFolders = [FOLDER];
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  await takeEdits([{ uri, ...(version !== undefined && { version }), edits: [{ range, newText: 'x' }] }]);
  return workspace.edited.length > 0;
}

afterEach(() => {
  workspace.textDocuments.length = 0;
  workspace.edited.length = 0;
  workspace.workspaceFolders = undefined;
  messages.length = 0;
});

describe('a proposal that is taken into the editor', () => {
  it('is written where the document still is what it was made for', async () => {
    open('file:///w/db.yaml', { version: 7, isDirty: true });
    expect(await take('file:///w/db.yaml', 7)).toBe(true);
  });

  it('is written into a file of the window that is not open', async () => {
    expect(await take('file:///w/db.yaml')).toBe(true);
  });

  it.each([
    ['somebody has typed since', { version: 8 }, 7],
    ['it was opened and changed since', { version: 2, isDirty: true }, undefined],
  ])('is not written where %s', async (_, state, version) => {
    open('file:///w/db.yaml', state);
    expect(await take('file:///w/db.yaml', version)).toBe(false);
    expect(messages).toEqual(['The edit could not be made: the document has changed meanwhile.']);
  });

  it('is not written where the document was closed since', async () => {
    expect(await take('file:///w/db.yaml', 7)).toBe(false);
  });

  it.each([
    'file:///w/.vscode/tasks.json',
    'file:///w/deploy.sh',
    'file:///elsewhere/db.yaml',
    'file:///w/.github/workflows/ci.yaml',
  ])('is no manifest of the window: %s', async (uri) => {
    expect(await take(uri)).toBe(false);
    expect(messages).toHaveLength(1);
  });
});
