/**
 * A workspace of 10,000 files, one in ten a manifest: how long the server reads it, how long a request waits at most
 * meanwhile, and the memory that the server holds when it is idle afterwards.
 */
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { STATUS } from '../../server/src/protocol/methods.ts';
import type { ServerStatus } from '../../server/src/protocol/status.ts';
import { writeManyFiles } from '../support/manyFiles.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { barred, milliseconds, quantile, told, type BenchRow } from './benchRow.ts';
import { residentMegabytes } from './serverBench.ts';
import { startServer } from './startServer.ts';

const FILES = 10_000;
const MOST_MS = 100;
const MOST_MB = 120;
const MOST_MB_PER_POD = 300 / 1e6;

export async function workspaceBench(): Promise<BenchRow[]> {
  const folder = temporaryFolder('bench-files');
  try {
    const { pods } = writeManyFiles(folder.path, FILES);
    const { time, waits, memory } = await read(folder.path);
    const p95 = quantile(waits, 0.95);
    const most = MOST_MB + pods * MOST_MB_PER_POD;
    const rows = [
      told('reading a workspace of 10,000 files', `${milliseconds(time)}, ${pods.toLocaleString('en')} pods found`),
      barred(
        '  a request meanwhile waits, p95 and at most',
        `${milliseconds(p95)}, ${milliseconds(Math.max(...waits))} (${waits.length} requests)`,
        `p95 at most ${MOST_MS} ms`,
        p95 <= MOST_MS,
      ),
    ];
    if (memory === undefined) return rows;
    return [
      ...rows,
      barred(
        '  memory of the idle server afterwards',
        `${memory.toFixed(0)} MB`,
        `≤ ${most.toFixed(0)} MB`,
        memory <= most,
      ),
    ];
  } finally {
    folder.remove();
  }
}

interface Reading {
  readonly time: number;
  /** From sending a hover to its answer, one after the other while the files are read. */
  readonly waits: readonly number[];
  /** Resident, in MB; told by Linux alone. */
  readonly memory: number | undefined;
}

async function read(folder: string): Promise<Reading> {
  const server = startServer();
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  try {
    const reading = { busy: true };
    const finished = new Promise<void>((resolve) => {
      connection.onNotification(STATUS.name, ({ busy }: ServerStatus) => {
        reading.busy = busy;
        if (!busy) resolve();
      });
    });
    connection.onRequest((method, params) =>
      method === 'workspace/configuration' ? (params as { items: unknown[] }).items.map(() => null) : null,
    );
    connection.listen();
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'bench' }],
      capabilities: { workspace: { configuration: true, workspaceFolders: true } },
      initializationOptions: { clientKind: 'bulkhead', trusted: true },
    });
    const start = performance.now();
    const done = finished.then(() => performance.now() - start);
    await connection.sendNotification('initialized', {});
    const uri = pathToFileURL(`${folder}/open.yaml`).href;
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: 1, text: OPEN },
    });
    const position = { line: 4, character: 4 };
    const waits: number[] = [];
    while (reading.busy) {
      const asked = performance.now();
      await connection.sendRequest('textDocument/hover', { textDocument: { uri }, position });
      waits.push(performance.now() - asked);
      // As often as somebody who moves the mouse may ask.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const time = await done;
    return { time, waits, memory: residentMegabytes(server.pid) };
  } finally {
    connection.dispose();
    server.kill();
  }
}

const OPEN = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: open, namespace: team-0 }
spec:
  podSelector: { matchLabels: { app: app-0 } }
`;
