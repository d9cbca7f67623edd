/**
 * From an edit to its diagnostics, over stdio, beside yaml-language-server in the same run: the same texts, the same
 * edits, each server on its own. Ours knows the policies' meaning, the other their syntax.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { cachedFolder } from '../support/cacheFolder.ts';
import { barred, median, milliseconds, told, type BenchRow } from './benchRow.ts';
import { startNode, startServer, type Piped } from './startServer.ts';
import { manifests } from './typedManifests.ts';

const OTHER = 'yaml-language-server@1.25.0';
/** The other server waits this long after an edit before it looks (its source, `SettingsState`). */
const DEBOUNCE = 200;
/** People type all day: what is measured begins once both servers' code is warm. */
const WARMING = 12;
const EDITS = 9;

interface Size {
  readonly name: string;
  readonly bytes: number;
  /** How many times faster, and the same without the other's fixed wait. */
  readonly bar?: number;
  readonly barWithoutWait?: number;
}

const SIZES: readonly Size[] = [
  { name: '7 kB', bytes: 7_000, bar: 10 },
  { name: '69 kB', bytes: 69_000 },
  { name: '280 kB', bytes: 280_000 },
  { name: '1.1 MB', bytes: 1_100_000, bar: 50, barWithoutWait: 5 },
];

export async function typingBench(): Promise<BenchRow[]> {
  const other = await otherServer();
  const rows: BenchRow[] = [];
  for (const { name, bytes, bar, barWithoutWait } of SIZES) {
    const text = manifests(bytes);
    const ours = await typing(startServer(), text);
    const title = `change → diagnostics at ${name}`;
    if (other === undefined) {
      rows.push(told(title, `${milliseconds(ours)}; ${OTHER} cannot be had`));
      continue;
    }
    const theirs = await typing(startNode([other, '--stdio']), text);
    const ratio = theirs / ours;
    const bare = Math.max(0, theirs - DEBOUNCE) / ours;
    const value = `${milliseconds(ours)} against ${milliseconds(theirs)}: ${ratio.toFixed(0)}×`;
    rows.push(bar === undefined ? told(title, value) : barred(title, value, `≥ ${bar}×`, ratio >= bar));
    if (barWithoutWait !== undefined) {
      const kept = bare >= barWithoutWait;
      rows.push(barred(`  without its wait of ${DEBOUNCE} ms`, `${bare.toFixed(1)}×`, `≥ ${barWithoutWait}×`, kept));
    }
  }
  return rows;
}

/** The other server's entry, installed once into our cache folder; undefined where the registry cannot be reached. */
async function otherServer(): Promise<string | undefined> {
  const entry = (folder: string): string => join(folder, 'node_modules/yaml-language-server/bin/yaml-language-server');
  try {
    const folder = await cachedFolder(OTHER.replace('@', '-'), async (target) => {
      const args = ['install', '--prefix', target, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', OTHER];
      const { status } = spawnSync('npm', args, { stdio: 'ignore' });
      if (status !== 0 || !existsSync(entry(target))) throw new Error('not installed');
    });
    return entry(folder);
  } catch {
    return undefined;
  }
}

/** The median time from an edit in the middle of the text to the diagnostics that follow it. */
async function typing(child: Piped, text: string): Promise<number> {
  try {
    return await typingIn(child, text);
  } finally {
    child.kill();
  }
}

async function typingIn({ stdin, stdout }: Piped, text: string): Promise<number> {
  const connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
  const uri = 'file:///bench/policies.yaml';
  let published: (() => void) | undefined;
  connection.onNotification('textDocument/publishDiagnostics', () => published?.());
  connection.onRequest((method, params) =>
    method === 'workspace/configuration' ? (params as { items: unknown[] }).items.map(() => SETTINGS) : null,
  );
  connection.listen();
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: CAPABILITIES });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml: SETTINGS } });
  const heard = (): Promise<void> => new Promise((resolve) => (published = resolve));
  const first = heard();
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text },
  });
  await first;
  const offset = text.indexOf('app: web', text.length / 2) + 'app: web'.length;
  const line = text.slice(0, offset).split('\n').length - 1;
  const character = offset - text.lastIndexOf('\n', offset - 1) - 1;
  const times: number[] = [];
  for (let edit = 0; edit < WARMING + EDITS; edit += 1) {
    const answered = heard();
    const start = performance.now();
    const position = { line, character };
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: edit + 2 },
      contentChanges: [{ range: { start: position, end: position }, text: 'x' }],
    });
    await answered;
    times.push(performance.now() - start);
  }
  connection.dispose();
  return median(times.slice(WARMING));
}

const SETTINGS = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
const CAPABILITIES = { textDocument: { publishDiagnostics: {} }, workspace: { configuration: true } };
