/** Outline, folding, colours and navigation, asked of the built server as an editor asks. */
import { describe, expect, test } from 'vitest';
import {
  CancellationTokenSource,
  type DocumentHighlight,
  type DocumentSymbol,
  type FoldingRange,
  type Location,
  type LocationLink,
  type Position,
  type SelectionRange,
  type SemanticTokens,
  type SemanticTokensDelta,
  type SymbolInformation,
  type WorkspaceSymbol,
} from 'vscode-languageserver/node';
import { OBJECT } from '../../server/src/protocol/methods.ts';
import { objectOfQuery } from '../../server/src/protocol/objects.ts';
import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import type { OpenFolder } from '../support/openFolder.ts';
import { policy, SHOP } from '../support/shopManifests.ts';
import { useFolders, useShop } from '../support/useFolders.ts';

const openFolder = useFolders();
const openShop = useShop();

const WEB = policy(`
podSelector:
  matchLabels: { app: web }
ingress:
- from:
  - podSelector: { matchLabels: { app: db } }
  ports: [{ port: http }]
`);

const ABLE = {
  textDocument: {
    diagnostic: {},
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    definition: { linkSupport: true },
    foldingRange: { rangeLimit: 2 },
  },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    symbol: { resolveSupport: { properties: ['location.range'] } },
  },
};

interface Open extends OpenFolder {
  readonly at: Readonly<{ textDocument: { readonly uri: string } }>;
  readonly ask: <R>(method: string, params?: object) => Promise<R>;
  readonly positionOf: (piece: string, file?: string) => Position;
}

async function open(text = WEB, capabilities: object = ABLE): Promise<Open> {
  const folder = await openShop({ 'web.yaml': text }, { capabilities });
  const uri = folder.uri('web.yaml');
  await folder.lsp.open(uri, text);
  const at = { textDocument: { uri } };
  return {
    ...folder,
    at,
    ask: (method, params = {}) => folder.lsp.connection.sendRequest(method, { ...at, ...params }),
    positionOf: (piece, file = 'web.yaml') => {
      const whole = folder.lsp.textOf(folder.uri(file));
      return lineIndex(whole).position(whole.indexOf(piece));
    },
  };
}

describe('structure', () => {
  test('is an outline of policies and rules, after each keystroke', async () => {
    const { ask, lsp, at } = await open();
    const names = async (): Promise<readonly string[]> => {
      const [first] = (await ask<DocumentSymbol[]>('textDocument/documentSymbol')) ?? [];
      return [first?.name ?? '', ...(first?.children ?? []).map(({ name }) => name)];
    };
    expect(await names()).toEqual(['shop/web', 'selects app=web', 'ingress: 1 rule']);
    await lsp.replace(at.textDocument.uri, 'app: web', 'app: we');
    expect(await names()).toEqual(['shop/web', 'selects app=we', 'ingress: 1 rule']);
  });

  test('folds no more than the client wants, and grows selections', async () => {
    const { ask, positionOf } = await open();
    const folds = await ask<FoldingRange[]>('textDocument/foldingRange');
    expect(folds.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
      [3, 9],
      [4, 5],
    ]);
    const [selection] = await ask<SelectionRange[]>('textDocument/selectionRange', { positions: [positionOf('db')] });
    expect(selection?.range.start).toEqual(positionOf('db'));
    expect(selection?.parent?.range.start).toEqual(positionOf('app: db'));
  });

  test('is left to others in a text that holds no object', async () => {
    const { ask, lsp, uri } = await open();
    await lsp.open(uri('workflow.yaml'), 'on:\n  push:\n    branches: [main]\n');
    const textDocument = { uri: uri('workflow.yaml') };
    expect(await ask('textDocument/documentSymbol', { textDocument })).toBeNull();
    expect(await ask('textDocument/foldingRange', { textDocument })).toBeNull();
    expect(await ask('textDocument/semanticTokens/full', { textDocument })).toMatchObject({ data: [] });
  });
});

describe('words', () => {
  test('have colours, of which an edit sends what it changes', async () => {
    const { ask, lsp, at } = await open();
    const { resultId, data } = await ask<SemanticTokens>('textDocument/semanticTokens/full');
    await lsp.replace(at.textDocument.uri, 'app: db', 'app: database');
    const { edits } = await ask<SemanticTokensDelta>('textDocument/semanticTokens/full/delta', {
      previousResultId: resultId,
    });
    expect(edits.reduce((sum, { deleteCount }) => sum + deleteCount, 0)).toBeLessThan(5);
    const made = edits.reduce(
      (before, { start, deleteCount, data: put = [] }) => before.toSpliced(start, deleteCount, ...put),
      data,
    );
    expect(made).toEqual((await ask<SemanticTokens>('textDocument/semanticTokens/full')).data);
    const range = { start: { line: 0, character: 0 }, end: { line: 3, character: 0 } };
    expect((await ask<SemanticTokens>('textDocument/semanticTokens/range', { range })).data).toHaveLength(5);
  });

  test('are highlighted with what they name', async () => {
    const { ask, positionOf } = await open(
      `${WEB}---\n${(SHOP.get('shop.yaml') ?? '').replaceAll('namespace: shop', 'namespace: other')}`,
    );
    const found = await ask<DocumentHighlight[]>('textDocument/documentHighlight', { position: positionOf('db') });
    expect(found.map(({ kind }) => kind)).toEqual([2, 3]);
  });
});

describe('navigation', () => {
  test('leads from a label to the pods that have it, and back to the policy', async () => {
    const { ask, lsp, uri, positionOf } = await open();
    const links = await ask<LocationLink[]>('textDocument/definition', { position: positionOf('app: db') });
    expect(links).toMatchObject([
      { targetUri: uri('shop.yaml'), targetSelectionRange: { start: { line: 36, character: 26 } } },
    ]);
    expect(links[0]?.originSelectionRange?.start).toEqual(positionOf('app: db'));
    await lsp.open(uri('shop.yaml'), SHOP.get('shop.yaml') ?? '');
    const back = await ask<Location[]>('textDocument/references', {
      textDocument: { uri: uri('shop.yaml') },
      position: links[0]?.targetSelectionRange.start,
      context: { includeDeclaration: false },
    });
    expect(back).toEqual([{ uri: uri('web.yaml'), range: { start: positionOf('app: db'), end: expect.anything() } }]);
  });

  test('follows the text as it stands', async () => {
    const { ask, lsp, at, positionOf } = await open();
    await lsp.replace(at.textDocument.uri, 'app: db', 'app: web');
    const links = await ask<LocationLink[]>('textDocument/definition', { position: positionOf('app: web } }') });
    expect(links).toHaveLength(2);
  });

  test('gives places to a client that takes neither links, hierarchies nor ranges later', async () => {
    const { ask, uri, positionOf } = await open(WEB, { textDocument: {}, workspace: {} });
    const places = await ask<Location[]>('textDocument/definition', { position: positionOf('app: db') });
    expect(places.map(({ uri: of }) => of)).toEqual([uri('shop.yaml')]);
    const flat = await ask<SymbolInformation[]>('textDocument/documentSymbol');
    expect(flat.map(({ name }) => name)).toContain('from app=db on http/TCP');
    const found = await ask<SymbolInformation[]>('workspace/symbol', { query: 'canary' });
    expect(found).toMatchObject([{ name: 'shop/web-canary', location: { range: { start: { line: 15 } } } }]);
  });

  test('finds the objects of the folder by name', async () => {
    const { ask, lsp } = await open();
    const [found] = await ask<WorkspaceSymbol[]>('workspace/symbol', { query: 'wcan' });
    expect(found).toMatchObject({ name: 'shop/web-canary', containerName: 'Deployment' });
    const resolved = await lsp.connection.sendRequest<WorkspaceSymbol>('workspaceSymbol/resolve', found);
    expect(resolved.location).toMatchObject({ range: { start: { line: 15, character: 18 } } });
    const invented = { name: 'x', kind: 1, location: { uri: 'file:///x' }, data: { uri: 5 } };
    expect(await lsp.connection.sendRequest('workspaceSymbol/resolve', invented)).toMatchObject({ name: 'x' });
  });

  test('leads to a view of what only the source has', async () => {
    const pod =
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop","labels":{"app":"only"},"uid":"1"},"status":{"podIPs":[{"ip":"10.0.0.7"}]}}';
    const list = `{"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":"1"},"items":[${pod}]}`;
    const { lsp, uri } = await openFolder(
      { 'saved.json': list },
      { capabilities: ABLE, settings: { snapshot: 'saved.json' } },
    );
    const text = policy('podSelector: { matchLabels: { app: only } }');
    await lsp.open(uri('web.yaml'), text);
    await lsp.until(async () => (await lsp.lenses(uri('web.yaml'))).join('\n').includes('snapshot: saved.json'));
    const position = lineIndex(text).position(text.indexOf('app: only'));
    const ask = (): Promise<LocationLink[]> =>
      lsp.connection.sendRequest('textDocument/definition', { textDocument: { uri: uri('web.yaml') }, position });
    const [link] = await ask();
    expect(link?.targetUri).toMatch(/^bulkhead-object:\/shop\/p\.Pod\.yaml\?/);
    const object = objectOfQuery(decodeURIComponent(link?.targetUri.split('?')[1] ?? ''));
    if (object === undefined) throw new Error('the view names no object');
    const shown = await lsp.request(OBJECT, object);
    expect(shown.text).toContain('# From snapshot: saved.json');
    expect(shown.text.split('\n')[link?.targetSelectionRange.start.line ?? 0]).toBe('    app: only');
    expect((await lsp.request(OBJECT, { ...object, name: 'gone' })).text).toMatch(/^# Pod shop\/gone is not known to /);
  });
});

test('every such request can be cancelled', async () => {
  const { lsp, at, positionOf, uri } = await open(Array.from({ length: 200 }, () => WEB).join('---\n'));
  const position = positionOf('app: db');
  const requests: readonly (readonly [string, object])[] = [
    ['textDocument/documentSymbol', at],
    ['textDocument/foldingRange', at],
    ['textDocument/selectionRange', { ...at, positions: [position] }],
    ['textDocument/documentHighlight', { ...at, position }],
    ['textDocument/semanticTokens/full', at],
    ['textDocument/definition', { ...at, position }],
    ['textDocument/references', { ...at, position, context: { includeDeclaration: true } }],
    ['workspace/symbol', { query: 'web' }],
  ];
  for (const [method, params] of requests) {
    const cancel = new CancellationTokenSource();
    // The server has this to read first, so that the request and its cancellation are there together when it looks.
    const many = Array.from({ length: 3000 }, (_, index) =>
      WEB.replace('name: web', `name: ${index}-${position.line}`),
    );
    await lsp.open(uri(`${method.replaceAll('/', '-')}.yaml`), many.join('---\n'));
    const answer = lsp.connection.sendRequest(method, params, cancel.token);
    cancel.cancel();
    await expect(answer, method).rejects.toMatchObject({ code: -32800 });
  }
});
