/**
 * A Chromium without a window: the one that `CHROMIUM` names, else one that is installed, else the one that npm's
 * `@sparticuz/chromium` carries (Linux on x64), with the shared libraries that it brings for machines without them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { chromium, type BrowserContext, type BrowserContextOptions } from 'playwright-core';
import { cachedFolder, recipeKey } from '../support/cacheFolder.ts';

export interface Browser {
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
}

const INSTALLED_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const INSTALLED_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Nothing but this machine: a test that reaches out would pass here and fail elsewhere.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
];

export async function findBrowser(): Promise<Browser> {
  const installed = installedBrowser();
  if (installed !== undefined) return { executable: installed, env: {} };
  if (canUnpack()) return packagedBrowser();
  throw new Error(MISSING);
}

/** Why there is no browser; undefined where there is one. */
export function browserUnavailable(): string | undefined {
  return installedBrowser() === undefined && !canUnpack() ? MISSING : undefined;
}

const MISSING = 'No Chromium was found: install Chromium or Chrome, or name one with the variable CHROMIUM.';

function installedBrowser(): string | undefined {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') return named;
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => INSTALLED_NAMES.map((name) => join(folder, name)));
  return [...onPath, ...INSTALLED_PATHS].find((path) => existsSync(path));
}

function canUnpack(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** A browser with a profile of its own in `profileDir`. */
export async function launchBrowser(profileDir: string, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const { executable, env } = await findBrowser();
  return chromium.launchPersistentContext(profileDir, {
    executablePath: executable,
    headless: true,
    args: FLAGS,
    env: { ...definedOnly(process.env), ...env },
    viewport: { width: 1400, height: 860 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
}

async function packagedBrowser(): Promise<Browser> {
  const require = createRequire(import.meta.url);
  const bin = join(require.resolve('@sparticuz/chromium'), '..', '..', '..', 'bin');
  const manifest = readFileSync(join(bin, '..', 'package.json'));
  const key = recipeKey(manifest, readFileSync(new URL(import.meta.url)));
  const folder = await cachedFolder(`chromium-${key}`, async (target) => unpack(bin, target));
  const executable = join(folder, 'chromium');
  return {
    executable,
    env: {
      ...(lacksLibraries(executable)
        ? { LD_LIBRARY_PATH: [join(folder, 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':') }
        : {}),
      ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_FILE: join(folder, 'fonts.conf') }),
    },
  };
}

/** The package's own `executablePath()` would unpack into the temporary folder that all users of the machine share. */
function unpack(bin: string, target: string): void {
  const extract = (archive: string): void => {
    const tar = join(target, 'unpacked.tar');
    writeFileSync(tar, brotliDecompressSync(readFileSync(join(bin, archive))));
    execFileSync('tar', ['-xf', tar, '-C', target, '--no-same-owner']);
    rmSync(tar);
  };
  writeFileSync(join(target, 'chromium'), brotliDecompressSync(readFileSync(join(bin, 'chromium.br'))), {
    mode: 0o755,
  });
  for (const archive of ['swiftshader.tar.br', 'al2023.tar.br', 'fonts.tar.br']) extract(archive);
  // In place of the package's own, which names absolute folders; this one can be moved to its final place.
  writeFileSync(join(target, 'fonts.conf'), FONTS_CONF);
}

const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

function lacksLibraries(executable: string): boolean {
  try {
    return execFileSync('ldd', [executable], { encoding: 'utf8' }).includes('not found');
  } catch {
    return true;
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
