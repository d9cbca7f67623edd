import type {
  Connection,
  DocumentSymbolParams,
  FoldingRangeParams,
  SelectionRangeParams,
} from 'vscode-languageserver/node';
import { documentSymbols, flatSymbols } from '../features/documentSymbol.ts';
import { foldingRanges } from '../features/foldingRange.ts';
import { selectionRanges } from '../features/selectionRange.ts';
import { ofDocument, type Register } from './asked.ts';

/** Requests about how a text is built, which its text alone answers. */
export function registerStructure(connection: Connection, register: Register): void {
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
}
