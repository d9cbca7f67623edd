import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../scripts/build.ts';
import { readManifest, ROOT } from '../scripts/manifest.ts';
import { packageCommandLine } from '../scripts/packageCommandLine.ts';
import { packageExtension } from '../scripts/packageExtension.ts';
import { LspHarness } from '../support/lspHarness.ts';
import { npm } from '../support/npm.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { filesOfZip } from '../support/zip.ts';

const POLICY =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web }\nspec: { podSelector: {} }\n';

const LAUNCHERS = ['bulkhead', 'bulkhead-language-server'];

const place = temporaryFolder('package');
beforeAll(() => build(ROOT));
afterAll(place.remove);

describe('the npm package of the command line', () => {
  const folder = join(place.path, 'empty');
  const command = join(folder, 'node_modules', '.bin', 'bulkhead');
  beforeAll(async () => {
    const tarball = await packageCommandLine(ROOT, place.path);
    mkdirSync(folder);
    writeFileSync(join(folder, 'web.yaml'), POLICY);
    // Without a registry: the package has no dependencies to ask one for.
    await npm(['install', '--offline', '--no-audit', '--no-fund', '--no-save', tarball], { cwd: folder });
  });

  it('brings no other package along', () => {
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['bulkhead']);
  });

  it('answers in a folder where nothing else is installed', async () => {
    const { status, stdout } = await run(process.execPath, [command, 'check', 'web.yaml', '--format', 'json'], folder);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, findings: expect.any(Array) as unknown });
    expect([0, 1]).toContain(status);
  });

  it('explains its checks from the pages that it carries', async () => {
    const [page] = readdirSync(join(ROOT, 'server', 'docs')).filter((name) => name.endsWith('.md'));
    if (page === undefined) expect.fail('server/docs has no page');
    const code = page.replace(/\.md$/, '');
    const { status, stdout } = await run(process.execPath, [command, 'check', '--explain', code], folder);
    expect(status).toBe(0);
    expect(stdout).toContain(code);
  });

  it('carries what it promises to need', () => {
    const { engines, dependencies } = JSON.parse(
      readFileSync(join(folder, 'node_modules/bulkhead/package.json'), 'utf8'),
    ) as {
      engines: { node: string };
      dependencies?: object;
    };
    expect(engines.node).toBe('>=22');
    expect(dependencies).toBeUndefined();
  });

  it('brings the language server for other editors', async () => {
    const server = join(folder, 'node_modules', '.bin', 'bulkhead-language-server');
    const lsp = await LspHarness.start({ server: [server, '--stdio'] });
    expect(lsp.initialized.serverInfo).toMatchObject({ name: 'bulkhead' });
    await lsp.stop();
  });

  it.each(LAUNCHERS)('says in one sentence that an older Node will not do: %s', async (name) => {
    const launcher = readFileSync(join(folder, `node_modules/bulkhead/server/bin/${name}.cjs`), 'utf8');
    const onNode20 = `Object.defineProperty(process.versions, 'node', { value: '20.11.1' });\n${launcher.replace(/^#!.*/, '')}`;
    const { status, stdout, stderr } = await run(process.execPath, ['--eval', onNode20], folder);
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `${name} needs Node 22 or newer, and this is Node 20.11.1.\n`,
    });
  });

  it.each(LAUNCHERS)('is started by nothing that an older Node cannot parse: %s', (name) => {
    const launcher = readFileSync(join(ROOT, `server/bin/${name}.cjs`), 'utf8');
    expect(launcher).not.toMatch(/=>|\b(?:const|let|class|async|import)\b|[`?]\.?\?/);
  });
});

describe('the .vsix', () => {
  /** What may be in it: everything else in the repository is for people who work on it. */
  const ALLOWED = [
    /^\[Content_Types\]\.xml$/,
    /^extension\.vsixmanifest$/,
    /^extension\/(?:package\.json|package\.nls(?:\.[\w-]+)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/i,
    /^extension\/out\/(?:extension|server|cluster|guard|layout)\.cjs$/,
    /^extension\/out\/preview(?:\.js|-style\.css)$/,
    /^extension\/server\/docs\/[a-z0-9-]+\.md$/,
    /^extension\/syntaxes\/[\w.-]+\.json$/,
    /^extension\/client\/l10n\/[\w.-]+\.json$/,
    /^extension\/client\/media\/[a-z-]+\.png$/,
    /^extension\/client\/manual\.md$/,
    /^extension\/client\/demo\/(?:[a-z-]+\/)*[\w-]+\.(?:yaml|json|md)$/i,
    /^extension\/client\/demo\/\.vscode\/settings\.json$/,
  ];
  let files: readonly string[];
  beforeAll(async () => {
    files = filesOfZip(readFileSync(await packageExtension(ROOT, place.path)));
  });

  it('contains nothing but what people need to run it', () => {
    expect(files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))).toEqual([]);
  });

  it('contains every bundle and every file that its manifest names', () => {
    const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
    const named = [...text.matchAll(/"(?:\.\/)?((?:out|syntaxes|client\/media)\/[^"]+)"/g)].map(
      ([, path]) => `extension/${path}`,
    );
    expect(files).toEqual(
      expect.arrayContaining([
        ...named,
        'extension/out/server.cjs',
        'extension/out/cluster.cjs',
        'extension/out/guard.cjs',
        'extension/out/layout.cjs',
      ]),
    );
  });
});

describe('the lockfile', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<
      string,
      {
        version?: string;
        integrity?: string;
        resolved?: string;
        os?: string[];
        optionalDependencies?: Record<string, string>;
      }
    >;
  };

  it.each(Object.entries(readManifest().optionalDependencies))(
    'has %s %s, so that npm ci works on that platform',
    (name, version) => {
      expect(lock.packages[`node_modules/${name}`]).toMatchObject({
        version,
        integrity: expect.stringMatching(/^sha512-/) as string,
      });
    },
  );

  it('has every optional package of every dependency, for all platforms', () => {
    const wanted = Object.values(lock.packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    const places = Object.keys(lock.packages);
    expect(wanted.filter((name) => !places.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
  });

  it('names no registry', () => {
    expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('has exact versions in the manifest', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string> | undefined
    >;
    const ranges = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.values(manifest[kind] ?? {}),
    );
    expect(ranges.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(existsSync(join(ROOT, 'server/package.json'))).toBe(false);
  });
});

function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(command, [...args], { cwd }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
