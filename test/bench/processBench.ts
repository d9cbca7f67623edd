/** `bulkhead reach` on manifests as a whole process: start of Node, reading, parsing, compiling, writing. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { reachability } from '../../server/src/engine/reachability.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { barred, median, milliseconds, timed, told, type BenchRow } from './benchRow.ts';
import { clusterManifests } from './clusterManifests.ts';
import { naiveReach } from './naiveReach.ts';
import { workloadCluster } from './reachBench.ts';

const CLI = fileURLToPath(new URL('../../out/cli.cjs', import.meta.url));
const WORKLOADS = [100, 200, 400, 800, 1600, 3200] as const;
const RUNS = 5;
const SAMPLE = 1000;

export function processBench(): BenchRow[] {
  const folder = temporaryFolder('bench');
  try {
    const states = WORKLOADS.map(workloadCluster);
    const folders = states.map((state, index) => {
      const path = join(folder.path, String(WORKLOADS[index]));
      mkdirSync(path);
      for (const [file, text] of clusterManifests(state)) writeFileSync(join(path, file), text);
      return path;
    });
    const times = WORKLOADS.map((): number[] => []);
    // Interleaved, so that whatever else the machine does falls on all sizes alike; the first round only warms up.
    for (let run = 0; run <= RUNS; run += 1) {
      folders.forEach((path, size) => {
        const time = timed(() => reach(path, join(folder.path, 'answer.json')));
        if (run > 0) times[size]?.push(time);
      });
    }
    const medians = times.map(median);
    const of = (workloads: (typeof WORKLOADS)[number]): number => medians[WORKLOADS.indexOf(workloads)] as number;
    const state = workloadCluster(400);
    const naive = naiveReach(state, [...reachability(compileCluster(state)).rows()].flat(), SAMPLE);
    const growth = of(3200) / of(800);
    const ratio = naive.time / of(400);
    return [
      ...WORKLOADS.map((workloads) =>
        told(`reach of ${workloads} workloads, whole process`, milliseconds(of(workloads))),
      ),
      barred('3,200 workloads / 800 workloads, whole process', `${growth.toFixed(1)}×`, '≤ 8×', growth <= 8),
      barred('naive evaluator / whole process, 400 workloads', `${ratio.toFixed(0)}×`, '≥ 100×', ratio >= 100),
    ];
  } finally {
    folder.remove();
  }
}

function reach(path: string, output: string): void {
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'reach', path, '--format', 'json', '--output', output], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`bulkhead reach ended with ${status}: ${stderr}`);
}
