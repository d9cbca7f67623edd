/** The language server's composition root: stdio or IPC, whichever the client's arguments name. */
import { hostname } from 'node:os';
import path from 'node:path';
import { setImmediate as yieldOnce } from 'node:timers/promises';
import {
  createConnection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ProposedFeatures,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LOGIN_PROMPT } from '../protocol/methods.ts';
import type { ClusterModule } from '../workspace/clusterModule.ts';
import { readClient, serverCapabilities } from './capabilities.ts';
import { dispatcher } from './dispatch.ts';
import type { LiveParts } from './liveSource.ts';
import { connectionLog } from './log.ts';
import { registerHandlers } from './registerHandlers.ts';
import { systemClock } from './scheduler.ts';
import { Server } from './server.ts';

/** Manifests, snapshots, configuration, and what Git leaves out, as our own client watches them. */
const WATCHED_FILES = '**/{*.yaml,*.yml,*.json,Kustomization,.gitignore}';

const connection = createConnection(ProposedFeatures.all);
const documents = new TextDocuments(TextDocument);
const log = connectionLog(connection);
const live: LiveParts = {
  load: loadClusterModule,
  environment: () => ({ variables: process.env, platform: process.platform, machine: hostname() }),
  prompted: (prompt) => {
    if (server?.client.own === true) void connection.sendNotification(LOGIN_PROMPT.name, prompt);
  },
  trusted: true,
  log,
};
let server: Server | undefined;
let roots: readonly string[] = [];

registerHandlers({
  connection,
  documents,
  dispatcher: dispatcher(
    log,
    () => yieldOnce(),
    () => performance.now(),
  ),
  live,
  server: () => server,
});

connection.onInitialize((params) => {
  const client = readClient(params);
  roots = (params.workspaceFolders ?? (params.rootUri ? [{ uri: params.rootUri }] : [])).map(({ uri }) => uri);
  server = new Server({
    connection,
    documents,
    client,
    clock: systemClock,
    date: () => Date.now(),
    log,
    live,
    // Beside this bundle.
    guardProgram: path.join(__dirname, 'guard.cjs'),
    layoutProgram: path.join(__dirname, 'layout.cjs'),
  });
  return { capabilities: serverCapabilities(client), serverInfo: { name: 'bulkhead' } };
});

connection.onInitialized(async () => {
  const running = server;
  if (running === undefined) return;
  running.setFolders(roots);
  const { client } = running;
  if (client.workspaceFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      const gone = new Set(removed.map(({ uri }) => uri));
      roots = [...roots.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
      running.setFolders(roots);
    });
  }
  try {
    if (client.registersConfiguration) {
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'bulkhead' });
    }
    if (client.registersWatchers && !client.own) {
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: WATCHED_FILES }],
      });
    }
  } catch (error) {
    log.warn(`The client did not take a registration: ${String(error)}`);
  }
});

connection.onShutdown(() => {
  server?.dispose();
  server = undefined;
});

connection.listen();

/** The live-cluster code is a bundle of its own beside this one, loaded when a person asks for a cluster. */
async function loadClusterModule(): Promise<ClusterModule> {
  const bundle = './cluster.cjs';
  return (await import(bundle)) as ClusterModule;
}
