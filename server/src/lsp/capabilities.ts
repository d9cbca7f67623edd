import { homedir } from 'node:os';
import type { ClientCapabilities, InitializeParams, ServerCapabilities } from 'vscode-languageserver/node';
import { CodeActionKind, InsertTextMode, TextDocumentSyncKind } from 'vscode-languageserver/node';
import { stateFolder } from '../guard/stateFolder.ts';
import { FIX_ALL } from './codeActions.ts';
import type { CompletionClient } from '../features/completion/completionItems.ts';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from '../features/semanticTokens.ts';

/** What the client can do, read once from `initialize`. */
export interface Client {
  /**
   * It asks for diagnostics, and again when we say so. One that only asks (Neovim 0.11) would never hear that a sibling
   * or the cluster has changed what it was told: it is sent diagnostics instead.
   */
  readonly pullsDiagnostics: boolean;
  readonly refreshesLenses: boolean;
  readonly refreshesInlayHints: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly createsFiles: boolean;
  /** It can ask a person to agree to an edit. */
  readonly annotatesChanges: boolean;
  readonly configuration: boolean;
  readonly registersConfiguration: boolean;
  readonly registersWatchers: boolean;
  readonly workspaceFolders: boolean;
  readonly progress: boolean;
  readonly completion: CompletionClient;
  readonly nestsSymbols: boolean;
  readonly mostFolds: number;
  readonly linksDefinitions: boolean;
  /** It asks for a workspace symbol's range once it shows it. */
  readonly resolvesSymbols: boolean;
  /** Links that lead to an editor's own pages: the scheme of the running build of VS Code. */
  readonly uriScheme: string | undefined;
  /** False only where the client says so: nothing is contacted from a workspace that is not trusted. */
  readonly trusted: boolean;
  /**
   * A folder of this machine for the journal and for guarded changes: the one that the client names, or where it says
   * `true` the person's own, which the command line has too; undefined where it says nothing.
   */
  readonly storage: string | undefined;
  /** It is our own client, which watches files, tells the cursor and runs our commands. */
  readonly own: boolean;
  /** The `bulkhead` section as the client gave it when it started; what it is asked for later comes first. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export function readClient({ capabilities, initializationOptions }: InitializeParams): Client {
  const { textDocument = {}, workspace = {}, window = {} }: ClientCapabilities = capabilities;
  const options = isRecord(initializationOptions) ? initializationOptions : {};
  const { uriScheme, trusted, clientKind, settings, snapshot, storage } = options;
  return {
    pullsDiagnostics: textDocument.diagnostic !== undefined && workspace.diagnostics?.refreshSupport === true,
    refreshesLenses: workspace.codeLens?.refreshSupport === true,
    refreshesInlayHints: workspace.inlayHint?.refreshSupport === true,
    relatedInformation:
      (textDocument.diagnostic?.relatedInformation ?? textDocument.publishDiagnostics?.relatedInformation) !== false,
    codeDescription: textDocument.publishDiagnostics?.codeDescriptionSupport !== false,
    createsFiles:
      workspace.workspaceEdit?.documentChanges === true &&
      workspace.workspaceEdit.resourceOperations?.includes('create') === true,
    annotatesChanges:
      workspace.workspaceEdit?.documentChanges === true &&
      workspace.workspaceEdit.changeAnnotationSupport !== undefined,
    configuration: workspace.configuration === true,
    registersConfiguration: workspace.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace.workspaceFolders === true,
    progress: window.workDoneProgress === true,
    completion: {
      snippets: textDocument.completion?.completionItem?.snippetSupport === true,
      insertsAsIs:
        textDocument.completion?.completionItem?.insertTextModeSupport?.valueSet.includes(InsertTextMode.asIs) === true,
      labelDetails: textDocument.completion?.completionItem?.labelDetailsSupport === true,
      suggestsOn: clientKind === 'bulkhead',
    },
    nestsSymbols: textDocument.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    linksDefinitions: textDocument.definition?.linkSupport === true,
    resolvesSymbols: workspace.symbol?.resolveSupport?.properties.includes('location.range') === true,
    mostFolds: textDocument.foldingRange?.rangeLimit ?? Infinity,
    uriScheme: typeof uriScheme === 'string' && /^[a-z][a-z0-9+.-]*$/i.test(uriScheme) ? uriScheme : undefined,
    trusted: trusted !== false,
    storage:
      storage === true
        ? stateFolder(process.env, process.platform, homedir())
        : typeof storage === 'string' && storage !== ''
          ? storage
          : undefined,
    own: clientKind === 'bulkhead',
    settings: {
      ...(typeof snapshot === 'string' ? { snapshot } : {}),
      ...(isRecord(settings) ? settings : {}),
    },
  };
}

export function serverCapabilities(client: Client): ServerCapabilities {
  return {
    positionEncoding: 'utf-16',
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    codeLensProvider: { resolveProvider: true },
    inlayHintProvider: { resolveProvider: false },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Refactor, FIX_ALL] },
    completionProvider: { triggerCharacters: [' ', ':', '-', '"'], resolveProvider: true },
    documentSymbolProvider: { label: 'Bulkhead' },
    foldingRangeProvider: true,
    documentLinkProvider: { resolveProvider: false },
    selectionRangeProvider: true,
    documentHighlightProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    workspaceSymbolProvider: { resolveProvider: true },
    semanticTokensProvider: {
      legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
      range: true,
      full: { delta: true },
    },
    ...(client.pullsDiagnostics
      ? { diagnosticProvider: { identifier: 'bulkhead', interFileDependencies: true, workspaceDiagnostics: true } }
      : {}),
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
