/**
 * `npm test`: everything, in the order in which a fault is cheapest to find. A failed step does not stop the others.
 * The last line says `N passed, M failed, K skipped`, and the exit status is 1 when something failed.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildControlPlane, controlPlaneUnavailable } from '../cluster/buildControlPlane.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { ROOT } from './manifest.ts';
import { runStep, tool } from './step.ts';
import { FAILED, PASSED, skippedCount, sum, type Tally } from './tally.ts';

const AREAS = ['unit', 'property', 'corpus', 'boundaries', 'protocol', 'cli', 'grammar'];
const results: Tally[] = [];
const began = Date.now();
const reports = temporaryFolder('tally').path;

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
rmSync(join(ROOT, 'out', 'test-logs'), { recursive: true, force: true });

// Minutes of compiling where the cache is cold: it runs beside the other steps, at a low priority.
const noApiServer = controlPlaneUnavailable();
const apiServer = noApiServer === undefined ? buildApiServer() : Promise.resolve(noApiServer);

await program('types', tool('tsc'), ['-b'], 5);
await program('lint', tool('oxlint'), ['--type-aware', '--deny-warnings', '--report-unused-disable-directives'], 5);
await program('format', tool('prettier'), ['--check', '.'], 5);
// Tests that run a bundle find it built, and none of them writes it anew under another one's feet.
if (await program('build', process.execPath, ['esbuild.mjs'], 5)) process.env['BULKHEAD_BUILT'] = '1';
await program('generated files are up to date', process.execPath, ['test/scripts/generate.ts', '--check'], 5);
await vitest(
  'tests',
  AREAS.map((area) => `test/${area}/`),
  12,
);
await vitest('panel: the preview in a browser', ['--config', 'test/panel/vitest.config.ts'], 5);
await vitest('ui: the packaged extension in VS Code', ['--config', 'test/ui/vitest.config.ts'], 12);
await reported('e2e: inside the extension host', process.execPath, ['test/e2e/runTest.ts'], 8);
await clusterTests();

const { passed, failed, skipped } = sum(results);
for (const { what, count, why } of skipped) console.log(`SKIPPED ${count}: ${what}: ${why}`);
console.log(`in ${Math.round((Date.now() - began) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed, ${skippedCount({ passed, failed, skipped })} skipped`);
process.exit(failed === 0 ? 0 : 1);

/** A step that is one test: whether it passed. */
async function program(name: string, command: string, args: readonly string[], minutes: number): Promise<boolean> {
  const start = Date.now();
  const { ok, output } = await runStep(name, command, args, { minutes });
  section(name, ok ? PASSED : FAILED, start, ok ? '' : output);
  return ok;
}

/** A run of vitest, one section for each folder. */
async function vitest(name: string, args: readonly string[], minutes: number): Promise<void> {
  const reporters = ['--reporter=default', '--reporter=./test/scripts/tallyReporter.ts'];
  await reported(name, process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], minutes);
}

/** A step that writes a tally for each area into the file of the variable BULKHEAD_TALLY. */
async function reported(name: string, command: string, args: readonly string[], minutes: number): Promise<void> {
  const start = Date.now();
  const report = join(reports, `${results.length}.json`);
  const { ok, output } = await runStep(name, command, args, { minutes, env: { BULKHEAD_TALLY: report } });
  const areas = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Record<string, Tally>) : {};
  const found = sum(Object.values(areas));
  if (Object.keys(areas).length > 1) {
    for (const [area, tally] of Object.entries(areas)) console.log(line(`  ${area}`, tally));
  }
  section(name, ok || found.failed > 0 ? found : sum([found, FAILED]), start, ok ? '' : output);
}

/** What went wrong, if something did. */
async function buildApiServer(): Promise<string | undefined> {
  const late = delay(30 * 60_000, 'The API server was not built within 30 minutes.', { ref: false });
  return Promise.race([buildControlPlane().then(() => undefined, String), late]);
}

async function clusterTests(): Promise<void> {
  const start = Date.now();
  const failure = await apiServer;
  if (noApiServer === undefined && failure !== undefined) {
    section('cluster: the API server builds', FAILED, start, failure);
    return;
  }
  await vitest('cluster: against a real API server', ['test/cluster/', 'test/faults/'], 12);
}

function section(name: string, tally: Tally, start: number, output: string): void {
  results.push(tally);
  console.log(`${line(name, tally)}  (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  if (output !== '') console.log(`${output.replaceAll(/^/gm, '    | ')}\n`);
}

function line(name: string, tally: Tally): string {
  const skipped = skippedCount(tally);
  const numbers = [
    `${tally.passed} passed`,
    ...(tally.failed > 0 ? [`${tally.failed} FAILED`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${name}: ${numbers.join(', ')}`;
}
