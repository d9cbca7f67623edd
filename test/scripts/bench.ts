/** `npm run bench`: prints every number with its bar and ends with 1 when a bar is missed. */
import type { BenchRow } from '../bench/benchRow.ts';
import { checksBench } from '../bench/checksBench.ts';
import { completionBench } from '../bench/completionBench.ts';
import { editBench } from '../bench/editBench.ts';
import { hoverBench } from '../bench/hoverBench.ts';
import { previewBench } from '../bench/previewBench.ts';
import { panelBench } from '../bench/panelBench.ts';
import { processBench } from '../bench/processBench.ts';
import { reachBench } from '../bench/reachBench.ts';
import { serverBench } from '../bench/serverBench.ts';
import { typingBench } from '../bench/typingBench.ts';
import { watchBench } from '../bench/watchBench.ts';
import { workspaceBench } from '../bench/workspaceBench.ts';

const BENCHES: readonly (() => BenchRow[] | Promise<BenchRow[]>)[] = [
  processBench,
  reachBench,
  editBench,
  previewBench,
  completionBench,
  hoverBench,
  serverBench,
  workspaceBench,
  typingBench,
  checksBench,
  watchBench,
  panelBench,
];

let missed = 0;
for (const bench of BENCHES) {
  for (const { name, value, bar, pass } of await bench()) {
    if (!pass) missed += 1;
    const verdict = bar === undefined ? '' : `   ${pass ? 'kept  ' : 'MISSED'} ${bar}`;
    console.log(`${name.padEnd(54)} ${value.padEnd(44)}${verdict}`);
  }
}
console.log(missed === 0 ? '\nEvery bar is kept.' : `\n${missed} bar${missed === 1 ? ' is' : 's are'} missed.`);
process.exitCode = missed === 0 ? 0 : 1;
