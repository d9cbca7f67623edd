/**
 * A real VS Code (server, web workbench, extension host in Node) from npm alone: the folder `lib/vscode` of the package
 * `code-server` with the packages that it needs. No install script runs, nothing is compiled.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedFolder, recipeKey } from '../support/cacheFolder.ts';
import { npm } from '../support/npm.ts';
import { CURRENT_SERVER, readServerPins, type ServerPins } from './serverPins.ts';

export interface VscodeServer {
  /** The Node that it was made for: an extension host hangs on a newer one. */
  readonly node: string;
  /** `server-main.js`. */
  readonly main: string;
  /** Version of VS Code. */
  readonly version: string;
}

/** Waiting is better than failing on a slow network. */
const PATIENT = ['--fetch-timeout=120000', '--fetch-retries=5', '--no-audit', '--no-fund', '--loglevel=error'];

/** Built-in extensions that no test of ours needs, and that are half of the download. */
const UNUSED_EXTENSIONS = [
  'copilot',
  'mermaid-markdown-features',
  'mermaid-chat-features',
  'microsoft-authentication',
  'ms-vscode.*',
  'tunnel-forwarding',
];

/** Native modules that would have to be compiled, and the file that stands in for each. */
const REPLACED: readonly (readonly [name: string, file: string])[] = [
  ['@vscode/spdlog', 'spdlog.cjs'],
  ['@vscode/native-watchdog', 'nativeWatchdog.cjs'],
  ['native-watchdog', 'nativeWatchdog.cjs'],
  ['@vscode/deviceid', 'deviceId.cjs'],
];

/** The VS Code server of that `code-server` version, downloaded on first use (about 15 s, 250 MB on disk). */
export async function installServer(codeServer: string = CURRENT_SERVER): Promise<VscodeServer> {
  const pins = readServerPins(codeServer);
  const folder = await cachedFolder(`vscode-${codeServer}-${keyOf(pins)}`, (target) => build(target, pins));
  return {
    node: nodeOf(pins, folder),
    main: join(folder, 'out', 'server-main.js'),
    version: codeServer.replace(/^4\./, '1.'),
  };
}

function nodeOf(pins: ServerPins, folder: string): string {
  if (Object.keys(pins.optionalDependencies).length === 0) return process.execPath;
  return join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
}

function keyOf(pins: ServerPins): string {
  const own = readFileSync(new URL(import.meta.url));
  return recipeKey(
    JSON.stringify(pins),
    own,
    ...REPLACED.map(([, file]) => readFileSync(replacement(file))),
    process.platform,
    process.arch,
  );
}

function replacement(file: string): URL {
  return new URL(`./replacements/${file}`, import.meta.url);
}

async function build(target: string, pins: ServerPins): Promise<void> {
  const { codeServer, dependencies, optionalDependencies, overrides, packages } = pins;
  const root = { name: 'vscode-server', private: true, dependencies, optionalDependencies, overrides };
  const work = join(target, '.work');
  mkdirSync(work);
  writeFileSync(join(work, 'package.json'), JSON.stringify(root));
  writeFileSync(
    join(work, 'package-lock.json'),
    JSON.stringify({ name: root.name, lockfileVersion: 3, requires: true, packages: { '': root, ...packages } }),
  );
  await Promise.all([
    npm(['ci', '--ignore-scripts', '--legacy-peer-deps', ...PATIENT], { cwd: work }),
    unpackServer(target, work, codeServer, pins.integrity),
  ]);
  renameSync(join(work, 'node_modules'), join(target, 'node_modules'));
  rmSync(work, { recursive: true });
  replaceNativeModules(join(target, 'node_modules'));
  await promisify(execFile)(nodeOf(pins, target), [
    join(target, 'out', 'server-main.js'),
    '--version',
    '--server-data-dir',
    join(target, '.probe'),
  ]);
  rmSync(join(target, '.probe'), { recursive: true, force: true });
}

async function unpackServer(target: string, work: string, codeServer: string, integrity: string): Promise<void> {
  const packed = join(work, 'packed');
  mkdirSync(packed);
  await npm(['pack', '--ignore-scripts', `code-server@${codeServer}`, ...PATIENT], { cwd: packed });
  const [name] = readdirSync(packed);
  if (name === undefined) throw new Error(`npm packed nothing for code-server@${codeServer}`);
  const tarball = join(packed, name);
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (found !== integrity)
    throw new Error(`code-server@${codeServer} has the integrity ${found}, expected ${integrity}`);
  const server = 'package/lib/vscode';
  const excluded = UNUSED_EXTENSIONS.map((extension) => `--exclude=${server}/extensions/${extension}`);
  await promisify(execFile)('tar', ['-xzf', tarball, '-C', target, '--strip-components=3', ...excluded, server]);
}

function replaceNativeModules(modules: string): void {
  for (const [name, file] of REPLACED) {
    const folder = join(modules, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '0.0.0', main: 'index.js' }));
    copyFileSync(replacement(file), join(folder, 'index.js'));
  }
  linkRipgrep(modules);
}

/** Older versions look for ripgrep where its own install script would have downloaded it. */
function linkRipgrep(modules: string): void {
  const bin = join(modules, '@vscode', 'ripgrep', 'bin');
  if (existsSync(bin)) return;
  mkdirSync(bin, { recursive: true });
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg';
  symlinkSync(
    join('..', '..', 'ripgrep-universal', 'bin', `${process.platform}-${process.arch}`, name),
    join(bin, name),
  );
  writeFileSync(
    join(bin, '..', 'package.json'),
    JSON.stringify({ name: '@vscode/ripgrep', version: '0.0.0', main: 'index.js' }),
  );
  writeFileSync(
    join(bin, '..', 'index.js'),
    `exports.rgPath = require('node:path').join(__dirname, 'bin', '${name}');\n`,
  );
}
