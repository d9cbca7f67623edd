import type { CancellationToken, Uri } from 'vscode';
import { expect, test } from 'vitest';
import { objectTexts } from '../../../client/src/objectDocuments.ts';
import { objectUri } from '../../../server/src/protocol/objects.ts';
import { EventEmitter } from '../../support/fakeVscode.ts';

const NO_TOKEN = {} as CancellationToken;

async function shown(query: string): Promise<{ readonly text: unknown; readonly asked: readonly unknown[] }> {
  const asked: unknown[] = [];
  const request = (_: unknown, params: unknown): Promise<never> => {
    asked.push(params);
    return Promise.resolve({ text: 'kind: Pod\n' } as never);
  };
  const provider = objectTexts({ request }, new EventEmitter<Uri>() as never);
  return { text: await provider.provideTextDocumentContent({ query } as Uri, NO_TOKEN), asked };
}

test('a document shows what the server knows of the object that its address names', async () => {
  const object = { document: 'file:///w/policy.yaml', kind: 'Deployment', namespace: 'shop', name: 'we/b' };
  const query = decodeURIComponent(objectUri(object).split('?')[1] ?? '');
  expect(await shown(query)).toEqual({ text: 'kind: Pod\n', asked: [object] });
});

test('an address that names none asks nobody', async () => {
  expect(await shown('../../etc')).toEqual({ text: '# This address names no object.\n', asked: [] });
});
