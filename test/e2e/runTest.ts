/**
 * Runs the suites of this folder inside the extension host, through `@vscode/test-electron`, in the newest and in the
 * oldest VS Code that we support. The extension is the packaged one. VSCODE_EXECUTABLE names a desktop VS Code instead.
 */
import { runTests } from '@vscode/test-electron';
import { build as bundle } from 'esbuild';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../scripts/build.ts';
import { readManifest, ROOT } from '../scripts/manifest.ts';
import { packageExtension } from '../scripts/packageExtension.ts';
import type { Tally } from '../scripts/tally.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { installExtension } from '../vscode/installExtension.ts';
import { installServer } from '../vscode/installServer.ts';
import { CURRENT_SERVER, OLDEST_SERVER } from '../vscode/serverPins.ts';
import type { SuiteReport } from './index.ts';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
`;

const suite = await bundleSuite();
const extension = await unpackedExtension(temporaryFolder('packaged').path);
const desktop = process.env['VSCODE_EXECUTABLE'];
const tallies: Record<string, Tally> = {};
for (const version of desktop === undefined ? [CURRENT_SERVER, OLDEST_SERVER] : ['desktop']) {
  const { passed, failures } = await runIn(version);
  tallies[`e2e ${version}`] = { passed, failed: failures.length, skipped: [] };
  for (const { title, error } of failures) console.error(`FAILED in ${version}: ${title}\n${error}\n`);
  console.log(`${version}: ${passed} passed, ${failures.length} failed`);
  if (failures.length > 0) process.exitCode = 1;
}
const tallyFile = process.env['BULKHEAD_TALLY'];
if (tallyFile !== undefined) writeFileSync(tallyFile, JSON.stringify(tallies));

/** The suites as CommonJS, which every VS Code's extension host loads; Mocha stays in `node_modules`. */
async function bundleSuite(): Promise<string> {
  const outdir = join(ROOT, 'out', 'e2e');
  rmSync(outdir, { recursive: true, force: true });
  const folder = fileURLToPath(new URL('.', import.meta.url));
  await bundle({
    entryPoints: [join(folder, 'index.ts'), ...globSync(join(folder, '*.e2e.ts'))],
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return join(outdir, 'index.cjs');
}

async function runIn(version: string): Promise<SuiteReport> {
  const place = temporaryFolder('e2e');
  const workspace = join(place.path, 'workspace');
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'web.yaml'), POLICY);
  const report = join(place.path, 'report.json');
  try {
    await runTests({
      vscodeExecutablePath: desktop ?? fileURLToPath(new URL('../vscode/codeStandIn.ts', import.meta.url)),
      extensionDevelopmentPath: extension,
      extensionTestsPath: suite,
      extensionTestsEnv: {
        BULKHEAD_CODE_SERVER: version,
        BULKHEAD_E2E_REPORT: report,
        KUBECONFIG: join(place.path, 'no-kubeconfig'),
        BULKHEAD_STATE: join(place.path, 'state'),
      },
      launchArgs: [
        workspace,
        `--user-data-dir=${join(place.path, 'user')}`,
        `--extensions-dir=${join(place.path, 'extensions')}`,
      ],
    });
  } catch (error) {
    if (!existsSync(report)) return { passed: 0, failures: [{ title: 'the suite runs', error: String(error) }] };
  }
  const found = JSON.parse(readFileSync(report, 'utf8')) as SuiteReport;
  place.remove();
  return found;
}

/** The folder that an installation of the .vsix leaves. */
async function unpackedExtension(folder: string): Promise<string> {
  await build(ROOT);
  await installExtension(await installServer(), await packageExtension(ROOT, join(ROOT, 'out')), folder);
  const { publisher, name, version } = readManifest();
  return join(folder, `${publisher}.${name}-${version}`);
}
