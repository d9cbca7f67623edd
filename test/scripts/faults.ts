/** `npm run faults`: makes every fault happen and writes what is seen into `test/faults/README.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT_PAGE, faultPage, type ObservedFault } from '../faults/faultPage.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { runStep } from './step.ts';

const observed = join(temporaryFolder('observed').path, 'faults.jsonl');
writeFileSync(observed, '');
const { ok, output } = await runStep(
  'faults',
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/faults/'],
  { minutes: 12, env: { BULKHEAD_FAULTS: observed } },
);
if (ok) {
  const lines = readFileSync(observed, 'utf8').trimEnd().split('\n');
  writeFileSync(FAULT_PAGE, await faultPage(lines.map((line) => JSON.parse(line) as ObservedFault)));
} else {
  console.error(output);
  process.exitCode = 1;
}
