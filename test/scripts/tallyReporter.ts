/**
 * A reporter for vitest that writes what `npm test` sums up: per folder of `test/`, how many tests passed, failed and
 * were skipped, and why. The variable BULKHEAD_TALLY names the file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';
import { controlPlaneUnavailable } from '../cluster/buildControlPlane.ts';
import { sharedFolder } from '../support/sharedFolder.ts';
import { browserUnavailable } from '../vscode/browser.ts';
import type { Skip, Tally } from './tally.ts';

/** What a test file imports shows what it needs; a test that skips for another reason gives it itself (`skip(note)`). */
const NEEDS: readonly { readonly imported: RegExp; readonly missing: () => string | undefined }[] = [
  {
    imported: /\/corpora\.ts'/,
    missing: () => (sharedFolder('corpora') === undefined ? '../shared/corpora is not there' : undefined),
  },
  { imported: /\/(?:buildControlPlane|controlPlane)\.ts'/, missing: controlPlaneUnavailable },
  { imported: /\/browser\.ts'/, missing: browserUnavailable },
];

export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const file = process.env['BULKHEAD_TALLY'];
    if (file === undefined) return;
    const areas: Record<string, Tally> = {};
    for (const module of modules) {
      const area = /^test\/([^/]+)\//.exec(module.relativeModuleId)?.[1] ?? 'other';
      const before = areas[area] ?? { passed: 0, failed: 0, skipped: [] };
      const found = tallyOf(module);
      areas[area] = {
        passed: before.passed + found.passed,
        failed: before.failed + found.failed,
        skipped: [...before.skipped, ...found.skipped],
      };
    }
    if (errors.length > 0) areas['outside of tests'] = { passed: 0, failed: errors.length, skipped: [] };
    writeFileSync(file, JSON.stringify(areas));
  }
}

function tallyOf(module: TestModule): Tally {
  const tests = [...module.children.allTests()];
  const failed = tests.filter((test) => test.result().state === 'failed').length;
  return {
    passed: tests.filter((test) => test.result().state === 'passed').length,
    // A file that does not load, or a hook that fails, has no failed test and is a failure all the same.
    failed: failed > 0 || module.ok() ? failed : 1,
    skipped: skipsOf(
      module,
      tests.filter((test) => ['skipped', 'pending'].includes(test.result().state)),
    ),
  };
}

function skipsOf(module: TestModule, skipped: readonly TestCase[]): Skip[] {
  const counts = new Map<string, number>();
  for (const test of skipped) {
    const result = test.result();
    const note = result.state === 'skipped' ? result.note : undefined;
    const why = note ?? (hookFailed(test.parent) ? 'what had to come before it failed' : missingFor(module));
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return [...counts].map(([why, count]) => ({ what: module.relativeModuleId, count, why }));
}

function hookFailed(parent: TestSuite | TestModule): boolean {
  return parent.errors().length > 0 || (parent.type === 'suite' && hookFailed(parent.parent));
}

function missingFor(module: TestModule): string {
  const text = readFileSync(module.moduleId, 'utf8');
  const missing = NEEDS.flatMap((need) => (need.imported.test(text) ? (need.missing() ?? []) : []));
  return missing.length === 0 ? 'the test gives no reason' : missing.join('; ');
}
