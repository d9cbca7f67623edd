/** What VS Code loads in the extension host: runs the suites with Mocha and writes what they found. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SuiteReport {
  readonly passed: number;
  readonly failures: readonly { readonly title: string; readonly error: string }[];
}

export async function run(): Promise<void> {
  // Mocha is an ES module, which not every extension host can `require`.
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ timeout: 60_000, reporter: 'min' });
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.e2e.cjs')))
    mocha.addFile(join(__dirname, file));
  return new Promise((resolve, reject) => {
    let passed = 0;
    const failures: SuiteReport['failures'][number][] = [];
    mocha
      .run(() => {
        const report = process.env['BULKHEAD_E2E_REPORT'];
        if (report !== undefined) writeFileSync(report, JSON.stringify({ passed, failures } satisfies SuiteReport));
        if (failures.length === 0) resolve();
        else reject(new Error(`${failures.length} tests failed`));
      })
      .on('pass', () => passed++)
      .on('fail', (test, error: Error) =>
        failures.push({ title: test.fullTitle(), error: error.stack ?? String(error) }),
      );
  });
}
