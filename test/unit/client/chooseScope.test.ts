import { expect, test } from 'vitest';
import { scopeItems, scopeMemory } from '../../../client/src/chooseScope.ts';
import type { ScopeList } from '../../../server/src/protocol/scopes.ts';
import { FakeMemento } from '../../support/fakeVscode.ts';

const LIST: ScopeList = {
  folder: 'file:///w',
  scopes: [
    { scope: '/w/base', label: 'Overlay base', because: 'kustomization.yaml' },
    { scope: '/w/prod', label: 'Overlay $(zap) prod', because: 'kustomization.yaml' },
    { scope: '', label: 'Whole folder', because: '' },
  ],
  current: '/w/base',
};

test('without a choice each file has its own scope, and the picker says which that is', () => {
  expect(scopeItems(LIST)).toEqual([
    { label: '$(check) Each file in its own', description: 'Overlay base' },
    { label: 'Overlay base', description: 'kustomization.yaml', scope: '/w/base' },
    // A folder's name is text, never an icon.
    { label: 'Overlay \\$(zap) prod', description: 'kustomization.yaml', scope: '/w/prod' },
    { label: 'Whole folder', scope: '' },
  ]);
});

test.each([
  ['/w/prod', 2],
  ['', 3],
])('the choice %j is marked', (chosen, position) => {
  const marked = scopeItems({ ...LIST, chosen }).map(({ label }) => label.startsWith('$(check) '));
  expect(marked.indexOf(true)).toBe(position);
  expect(marked.lastIndexOf(true)).toBe(position);
});

test('a choice is kept per folder, everything included, until it is taken back', async () => {
  const memory = scopeMemory(new FakeMemento());
  await memory.set('file:///w', '');
  await memory.set('file:///v', '/v/prod');
  expect([memory.get('file:///w'), memory.get('file:///v'), memory.get('file:///u')]).toEqual([
    '',
    '/v/prod',
    undefined,
  ]);
  await memory.set('file:///w', undefined);
  expect(memory.get('file:///w')).toBeUndefined();
});
