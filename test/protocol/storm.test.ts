/**
 * A person who types without waiting: random edits with requests of every kind in flight, some cancelled, some on
 * documents that have just been closed. The server answers each, logs no fault, stays up, and never answers from a text
 * that it has replaced.
 */
import { describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import type { OpenFolder } from '../support/openFolder.ts';
import { randomNumbers, type Random } from '../support/random.ts';
import { useShop } from '../support/useFolders.ts';

const openShop = useShop();

const TEXT = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: { matchLabels: { app: frontend } }
    ports: [{ port: http }]
`;

const PIECES = [
  '\n',
  ' ',
  '  - ',
  '{',
  '}',
  '[',
  ']',
  ': ',
  '"',
  '#',
  '---\n',
  'app: web\n',
  'kind: Pod\n',
  '\t',
  '&a ',
  '*a',
  '\r\n',
  '{{ x }}',
  '🦺',
];

const REQUESTS: readonly ((uri: string, position: object) => readonly [method: string, params: object])[] = [
  (uri, position) => ['textDocument/hover', { textDocument: { uri }, position }],
  (uri, position) => ['textDocument/completion', { textDocument: { uri }, position }],
  (uri, position) => ['textDocument/definition', { textDocument: { uri }, position }],
  (uri, position) => [
    'textDocument/references',
    { textDocument: { uri }, position, context: { includeDeclaration: true } },
  ],
  (uri, position) => ['textDocument/documentHighlight', { textDocument: { uri }, position }],
  (uri, position) => ['textDocument/selectionRange', { textDocument: { uri }, positions: [position] }],
  (uri, position) => [
    'textDocument/codeAction',
    { textDocument: { uri }, range: { start: position, end: position }, context: { diagnostics: [] } },
  ],
  (uri) => ['textDocument/codeLens', { textDocument: { uri } }],
  (uri) => ['textDocument/diagnostic', { textDocument: { uri } }],
  (uri) => ['textDocument/documentSymbol', { textDocument: { uri } }],
  (uri) => ['textDocument/foldingRange', { textDocument: { uri } }],
  (uri) => ['textDocument/semanticTokens/full', { textDocument: { uri } }],
  (uri) => [
    'textDocument/inlayHint',
    { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } } },
  ],
  (uri) => ['textDocument/documentLink', { textDocument: { uri } }],
  () => ['workspace/symbol', { query: 'web' }],
];

describe('random edits with requests in flight', () => {
  test.each([1, 2, 3, 4])('seed %d', async (seed) => {
    const random = randomNumbers(seed);
    const folder = await openShop({ 'a.yaml': TEXT });
    const { lsp, uri } = folder;
    const flying: Promise<unknown>[] = [];
    await lsp.open(uri('a.yaml'), TEXT);
    for (let step = 0; step < 150; step++) {
      await edit(folder, random);
      for (let each = random.below(4); each > 0; each--) flying.push(ask(folder, random));
      if (random.chance(0.05)) {
        await lsp.close(uri('a.yaml'));
        flying.push(ask(folder, random));
        await lsp.open(uri('a.yaml'), TEXT);
      }
    }
    const answers = await Promise.all(flying);
    expect(answers.filter((answer) => answer !== 'cancelled' && answer !== 'answered')).toEqual([]);
    // It is as well as at the start: the same text has the same answers.
    await lsp.close(uri('a.yaml'));
    await lsp.open(uri('a.yaml'), TEXT);
    expect(await lsp.hover(uri('a.yaml'), 'podSelector')).toContain('web');
  });

  test('an answer is that of the text that the client has sent last', async () => {
    const { lsp, uri } = await openShop({ 'a.yaml': TEXT });
    await lsp.open(uri('a.yaml'), TEXT);
    const asked: Promise<{ wanted: string; title: string }>[] = [];
    let app = 'web';
    for (const next of ['db', 'web', 'nobody', 'db', 'web', 'nobody', 'web', 'db']) {
      await lsp.replace(
        uri('a.yaml'),
        `podSelector: { matchLabels: { app: ${app} } }\n  policyTypes`,
        `podSelector: { matchLabels: { app: ${next} } }\n  policyTypes`,
      );
      app = next;
      // Not awaited: the next edit is on its way before this is answered.
      asked.push(
        lsp
          .lenses(uri('a.yaml'))
          .then((lenses) => ({ wanted: next, title: lenses.find((lens) => /isolates|no pod/i.test(lens)) ?? '' })),
      );
    }
    const answers = await Promise.all(asked);
    // A lens may be resolved after a later edit; the last one has nothing behind it.
    expect(answers.at(-1)?.title).toContain('(db)');
  });
});

async function edit({ lsp, uri }: OpenFolder, random: Random): Promise<void> {
  const text = lsp.textOf(uri('a.yaml'));
  const start = random.below(text.length + 1);
  const end = Math.min(text.length, start + (random.chance(0.6) ? 0 : random.below(12)));
  const at = (offset: number): { line: number; character: number } => {
    const before = text.slice(0, offset).split(/\r\n|\r|\n/);
    return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  };
  // Half of the time back to something that can be read, so that answers are not all those of rubble.
  if (random.chance(0.1)) {
    await lsp.edit(uri('a.yaml'), { start: { line: 0, character: 0 }, end: { line: 100_000, character: 0 } }, TEXT);
  } else await lsp.edit(uri('a.yaml'), { start: at(start), end: at(end) }, random.pick(PIECES));
}

async function ask({ lsp, uri }: OpenFolder, random: Random): Promise<unknown> {
  const position = { line: random.below(30), character: random.below(40) };
  const [method, params] = random.pick(REQUESTS)(uri('a.yaml'), position);
  const source = new CancellationTokenSource();
  const answer = lsp.connection.sendRequest(method, params, source.token).then(
    () => 'answered',
    (error: unknown) => ((error as { code?: number }).code === -32800 ? 'cancelled' : `${method}: ${String(error)}`),
  );
  if (random.chance(0.3)) source.cancel();
  return answer;
}
