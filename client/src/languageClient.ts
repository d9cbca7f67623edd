import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { env, workspace, type ExtensionContext, type FileSystemWatcher, type LogOutputChannel } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  TransportKind,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';
import { LINKED_COMMANDS } from './commandIds.ts';
import { LastWords } from './lastWords.ts';
import { QuietTwins } from './quietTwins.ts';
import { SERVED_DOCUMENTS } from './servedDocuments.ts';
import { SERVER_ENVIRONMENT } from './serverProcess.ts';
import type { ServerRun } from './serverSession.ts';

/** Manifests, snapshots, configuration, and what Git leaves out. */
const WATCHED_FILES = '**/{*.yaml,*.yml,*.json,Kustomization,.gitignore}';

export function createServerRun(context: ExtensionContext, log: LogOutputChannel): ServerRun {
  const watcher = workspace.createFileSystemWatcher(WATCHED_FILES);
  const words = new LastWords();
  const twins = new QuietTwins();
  const client = createLanguageClient(context, log, watcher, words, twins);
  const listening = [
    watcher,
    twins.listen(client, () => workspace.textDocuments),
    workspace.onDidCloseTextDocument(({ uri }) => twins.closed(uri)),
  ];
  return {
    get why() {
      return words.why;
    },
    start: async () => {
      await client.start();
      client.serverProcess?.once('exit', (status, signal) => words.ended(status, signal));
    },
    end: async () => {
      for (const disposable of listening) disposable.dispose();
      await client.dispose();
    },
    // A token that is not there would be sent as a second parameter.
    request: (name, params, cancel) =>
      cancel === undefined ? client.sendRequest(name, params) : client.sendRequest(name, params, cancel),
    notify: (name, params) => client.sendNotification(name, params),
    onNotification: (name, handler) => void client.onNotification(name, handler),
    onStopped: (listener) =>
      void client.onDidChangeState(({ newState }) => {
        if (newState === State.Stopped) listener();
      }),
  };
}

/** The library's own client without its notifications: it forces some, also where handlers say that they handle it. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/**
 * It neither restarts the server nor reports faults by itself: the session does, so that a fault reaches the log and
 * the status item and never a notification.
 */
function createLanguageClient(
  context: ExtensionContext,
  log: LogOutputChannel,
  fileEvents: FileSystemWatcher,
  words: LastWords,
  twins: QuietTwins,
): LanguageClient {
  const module = context.asAbsolutePath('out/server.cjs');
  const options: LanguageClientOptions = {
    documentSelector: SERVED_DOCUMENTS,
    synchronize: { fileEvents },
    middleware: { provideDiagnostics: twins.middleware },
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => ({
      uriScheme: env.uriScheme,
      trusted: workspace.isTrusted,
      // The journal and guarded changes outlive windows and workspaces, and the command line has the same.
      storage: true,
      clientKind: 'bulkhead',
      cursor: true,
      version: String((context.extension.packageJSON as { version?: unknown }).version),
    }),
    stdioOptions: {
      stdout: (input) => eachLine(input, (line) => log.info(line)),
      stderr: (input) =>
        eachLine(input, (line) => {
          words.add(line);
          log.error(line);
        }),
    },
    initializationFailedHandler: (error) => {
      log.error(`The server did not initialize: ${String(error)}`);
      return false;
    },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
    // Hovers name pods and labels of a cluster, which the server escapes; a link in them can run these commands only.
    markdown: { isTrusted: { enabledCommands: [...LINKED_COMMANDS] }, supportHtml: true },
  };
  // The extension's own folder, never the workspace: on Windows a program is looked for in the working directory
  // first, and a kubeconfig's credential plug-in must not be found in the files that it is to judge.
  const forked = {
    cwd: context.extensionPath,
    env: SERVER_ENVIRONMENT,
  };
  const run = { module, transport: TransportKind.ipc, options: forked };
  return new QuietClient('bulkhead', 'Bulkhead', { run, debug: run }, options);
}

function eachLine(input: Readable, heard: (line: string) => void): void {
  createInterface({ input, crlfDelay: Infinity, terminal: false, historySize: 0 }).on('line', heard);
}
