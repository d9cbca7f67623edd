/** Completion as an editor asks for it: the built server, over standard input and output. */
import { describe, expect, test } from 'vitest';
import type { CompletionItem, CompletionList, Position } from 'vscode-languageserver/node';
import { applied } from '../support/completions.ts';
import type { OpenFolder } from '../support/openFolder.ts';
import { policy } from '../support/shopManifests.ts';
import { useShop } from '../support/useFolders.ts';

const openShop = useShop();

async function shop(options = {}): Promise<OpenFolder> {
  return openShop({}, options);
}

/** The list at the end of a piece of the document's text. */
async function listAt({ lsp }: OpenFolder, uri: string, piece: string): Promise<CompletionList | null> {
  const text = lsp.textOf(uri);
  const before = text.slice(0, text.indexOf(piece) + piece.length).split('\n');
  const position: Position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return lsp.connection.sendRequest<CompletionList | null>('textDocument/completion', {
    textDocument: { uri },
    position,
  });
}

function labelled(list: CompletionList | null, label: string): CompletionItem {
  const item = list?.items.find((one) => one.label === label);
  if (item === undefined) throw new Error(`"${label}" is not among ${list?.items.map((one) => one.label).join(', ')}`);
  return item;
}

const SNIPPETS = {
  capabilities: {
    textDocument: {
      completion: { completionItem: { snippetSupport: true, insertTextModeSupport: { valueSet: [1, 2] } } },
    },
  },
};

describe('in a policy', () => {
  const text = policy('podSelector: { matchLabels: { app:  } }');

  test('offers the labels of the manifests beside it, and after an edit those that fit then', async () => {
    const folder = await shop();
    const uri = folder.uri('web.yaml');
    await folder.lsp.open(uri, text);
    expect((await listAt(folder, uri, 'app: '))?.items.map(({ label }) => label)).toEqual(['web', 'db', 'webapp']);
    await folder.lsp.replace(uri, 'app: ', 'track: ');
    expect((await listAt(folder, uri, 'track: '))?.items.map(({ label }) => label)).toEqual(['stable', 'canary']);
  });

  test('documents a field once it is looked at', async () => {
    const folder = await shop();
    const uri = folder.uri('web.yaml');
    await folder.lsp.open(uri, policy('podSelector: {}\n'));
    await folder.lsp.replace(uri, 'podSelector: {}', 'podSelector: {}\n  po');
    const item = labelled(await listAt(folder, uri, '{}\n  po'), 'policyTypes');
    const resolved = await folder.lsp.connection.sendRequest<CompletionItem>('completionItem/resolve', item);
    expect(resolved.documentation).toMatchObject({ kind: 'markdown' });
    expect(resolved.textEdit).toEqual(item.textEdit);
  });

  test('writes plain text for a client without snippets, and snippets for one that has them', async () => {
    for (const [options, expected] of [
      [{}, 'policyTypes:\n  - Ingress'],
      [SNIPPETS, 'policyTypes:\n  - ${1|Ingress,Egress|}'],
    ] as const) {
      const folder = await shop(options);
      const uri = folder.uri('web.yaml');
      await folder.lsp.open(uri, `${policy('podSelector: {}')}  `);
      expect(labelled(await listAt(folder, uri, '{}\n  '), 'policyTypes').textEdit?.newText).toBe(expected);
    }
  });
});

test('an empty document becomes a policy without a fault', async () => {
  const folder = await shop();
  const uri = folder.uri('new.yaml');
  await folder.lsp.open(uri, '');
  const finished = applied('', labelled(await listAt(folder, uri, ''), 'allow Prometheus scraping'));
  await folder.lsp.edit(uri, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, finished);
  const serious = (await folder.lsp.diagnostics(uri)).filter(({ severity }) => severity === 1);
  expect(serious).toEqual([]);
  expect(finished).toContain('app: prometheus');
});

test('bulkhead.yaml has its keys', async () => {
  const folder = await shop();
  const uri = folder.uri('bulkhead.yaml');
  await folder.lsp.open(uri, 'checks:\n  egress-without-dns: \n');
  expect((await listAt(folder, uri, 'dns: '))?.items.map(({ label }) => label)).toContain('off');
});

test('every place of a broken text has an answer, also while it is being typed', async () => {
  const folder = await shop();
  const uri = folder.uri('web.yaml');
  const whole = policy(
    'podSelector: { matchLabels: { app: web } }\ningress:\n- from:\n  - podSelector: {}\n  ports: [{ port: 80 }]',
  );
  await folder.lsp.open(uri, '');
  const answers: Promise<unknown>[] = [];
  for (const [index, letter] of whole.split('').entries()) {
    const before = whole.slice(0, index).split('\n');
    const end = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    await folder.lsp.edit(uri, { start: end, end }, letter);
    answers.push(listAt(folder, uri, whole.slice(0, index + 1)));
  }
  expect(await Promise.all(answers)).toHaveLength(whole.length);
  expect(folder.lsp.errors).toEqual([]);
});
