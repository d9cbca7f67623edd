import { expect, test } from 'vitest';
import { contextItems } from '../../../client/src/contextItems.ts';
import type { ContextSummary } from '../../../server/src/protocol/contexts.ts';

function context(name: string, server: string, more: Partial<ContextSummary> = {}): ContextSummary {
  return { name, server, cluster: `${name}-cluster`, user: 'me', identity: `${server}#ca`, ...more };
}

/** One line a row: the label, then what stands beside and below it. */
function shown(...args: Parameters<typeof contextItems>): string[] {
  return contextItems(...args).map((item) =>
    item.context === undefined
      ? `── ${item.label}`
      : [item.label, item.description, item.detail].filter(Boolean).join(' | '),
  );
}

const LIST = {
  files: ['/home/me/.kube/config'],
  current: 'staging',
  contexts: [
    context('prod-eu-admin', 'https://eu.example:6443'),
    context('dev', 'https://127.0.0.1:6443', { namespace: 'shop' }),
    context('prod-eu', 'https://eu.example:6443'),
    context('staging', 'https://staging.example:6443'),
  ],
};

test('contexts stand under their server, the current one first', () => {
  expect(shown(LIST, undefined)).toEqual([
    '── https://staging.example:6443',
    '$(server-environment) staging | me · current context',
    '── https://127.0.0.1:6443',
    '$(server-environment) dev | me · namespace shop',
    '── https://eu.example:6443',
    '$(server-environment) prod-eu | me',
    '$(server-environment) prod-eu-admin | me',
  ]);
});

test('the one chosen for this folder stands first and is marked', () => {
  const rows = shown(LIST, { context: 'prod-eu', identity: 'https://eu.example:6443#ca' });
  expect(rows.slice(0, 3)).toEqual([
    '── https://eu.example:6443',
    '$(check) prod-eu | me',
    '$(server-environment) prod-eu-admin | me',
  ]);
});

test('the one that the open file is meant for stands before the chosen one, and those of other files before the rest', () => {
  const bound = [
    { context: 'dev', files: ['clusters/dev/**', 'sandbox/**'] },
    { context: 'prod-eu-admin', files: ['clusters/prod/**'] },
  ];
  const chosen = { context: 'staging', identity: 'https://staging.example:6443#ca' };
  expect(shown({ ...LIST, bound, boundTo: 'prod-eu-admin' }, chosen)).toEqual([
    '── https://eu.example:6443',
    '$(server-environment) prod-eu-admin | me | bulkhead.yaml: this file',
    '$(server-environment) prod-eu | me',
    '── https://staging.example:6443',
    '$(check) staging | me · current context',
    '── https://127.0.0.1:6443',
    '$(server-environment) dev | me · namespace shop | bulkhead.yaml: clusters/dev/**, sandbox/**',
  ]);
});

test('a chosen name that points elsewhere now is said to do so', () => {
  const rows = shown(LIST, { context: 'prod-eu', identity: 'https://old.example:6443#ca' });
  expect(rows[1]).toBe('$(warning) prod-eu | me | points to another server than when you chose it');
});

test('a program that signs in is named before anything is chosen', () => {
  const exec = { command: 'aws', args: [], env: [], identity: 'x' };
  const rows = shown({ files: [], contexts: [context('eks', 'https://eks.example', { exec })] }, undefined);
  expect(rows[1]).toBe('$(server-environment) eks | me | signs in by running aws');
});

test('what cannot work is said before it is tried', () => {
  const problem = 'The context broken names no cluster.';
  expect(shown({ files: [], contexts: [context('broken', '', { problem })] }, undefined)).toEqual([
    '── no server',
    `$(warning) broken | me | ${problem}`,
  ]);
});

test('names from a kubeconfig cannot draw icons or hide text', () => {
  const rows = shown({ files: [], contexts: [context('$(check) prod\u202e', 'https://x\n')] }, undefined);
  expect(rows[0]).toBe('── https://x\\u{a}');
  expect(rows[1]).toContain('\\$(check) prod\\u{202e}');
});

test('no context, no rows', () => expect(contextItems({ files: [], contexts: [] }, undefined)).toEqual([]));

test('contexts that stay connected for their files are ticked, too', () => {
  const others = [{ context: 'dev', identity: 'https://127.0.0.1:6443#ca' }];
  const rows = shown(LIST, { context: 'prod-eu', identity: 'https://eu.example:6443#ca', others });
  expect(rows.filter((row) => row.startsWith('$(check)'))).toEqual([
    '$(check) prod-eu | me',
    '$(check) dev | me · namespace shop',
  ]);
});
