import { setImmediate as yieldOnce } from 'node:timers/promises';
import type {
  Connection,
  DocumentHighlightParams,
  DocumentSymbolParams,
  FoldingRangeParams,
  SelectionRangeParams,
  SemanticTokensDeltaParams,
  SemanticTokensParams,
  SemanticTokensRangeParams,
  TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { documentHighlights } from '../features/documentHighlight.ts';
import { documentSymbols, flatSymbols } from '../features/documentSymbol.ts';
import { foldingRanges } from '../features/foldingRange.ts';
import { selectionRanges } from '../features/selectionRange.ts';
import { semanticTokens } from '../features/semanticTokens.ts';
import { textTokens } from '../features/textTokens.ts';
import { ofDocument, type Asked, type Register } from './asked.ts';
import { Cancelled, type Cancellation } from './dispatch.ts';
import type { Server } from './server.ts';
import { TokenResults } from './tokenResults.ts';

interface StructureParts {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly register: Register;
}

/** Requests about how a text is built, which its text alone answers. */
export function registerStructure(parts: StructureParts): void {
  const { connection, register } = parts;
  connection.onDocumentSymbol(
    register('documentSymbol', null, ofDocument, ({ snapshot, document }, _: DocumentSymbolParams, { client }) => {
      const symbols = documentSymbols(snapshot, document.uri);
      return client.nestsSymbols ? symbols : flatSymbols(symbols, document.uri);
    }),
  );
  connection.onFoldingRanges(
    register('foldingRange', null, ofDocument, ({ snapshot, document }, _: FoldingRangeParams, { client }) =>
      foldingRanges(snapshot, document.uri, client.mostFolds),
    ),
  );
  connection.onSelectionRanges(
    register('selectionRange', null, ofDocument, ({ snapshot, document }, { positions }: SelectionRangeParams) =>
      selectionRanges(snapshot, document.uri, positions),
    ),
  );
  connection.onDocumentHighlight(
    register('documentHighlight', null, ofDocument, ({ snapshot, document }, { position }: DocumentHighlightParams) =>
      documentHighlights(snapshot, document.uri, document.offsetAt(position)),
    ),
  );
  registerTokens(parts);
}

function registerTokens({ connection, documents, register }: StructureParts): void {
  const results = new TokenResults();
  const { semanticTokens: tokens } = connection.languages;
  documents.onDidClose(({ document }) => results.closed(document.uri));
  tokens.on(
    register('semanticTokens', { data: [] }, ofDocument, async (asked, _: SemanticTokensParams, server, cancellation) =>
      results.full(asked.document.uri, await allTokens(asked, server, cancellation)),
    ),
  );
  tokens.onDelta(
    register(
      'semanticTokens/delta',
      { data: [] },
      ofDocument,
      async (asked, { previousResultId }: SemanticTokensDeltaParams, server, cancellation) =>
        results.delta(asked.document.uri, previousResultId, await allTokens(asked, server, cancellation)),
    ),
  );
  tokens.onRange(
    register(
      'semanticTokens/range',
      { data: [] },
      ofDocument,
      ({ snapshot, document }, { range }: SemanticTokensRangeParams) => ({
        data: semanticTokens(snapshot, document.uri, range),
      }),
    ),
  );
}

/** How long documents are read at a stretch before others have their turn, in ms. */
const STRETCH = 8;

/**
 * The first reading of a large file takes longer than a keystroke may wait, so it goes by documents; the answer is then
 * made from the text as it stands at its end.
 */
async function allTokens(
  { session, snapshot, document }: Asked,
  server: Server,
  cancellation: Cancellation,
): Promise<number[]> {
  let begun = performance.now();
  for (const placed of snapshot.files.get(document.uri)?.file.parsed.documents ?? []) {
    textTokens(placed.document);
    if (performance.now() - begun < STRETCH) continue;
    await yieldOnce();
    if (cancellation.isCancelled()) throw new Cancelled();
    begun = performance.now();
  }
  return semanticTokens(server.snapshotOf(session, document.uri), document.uri);
}
