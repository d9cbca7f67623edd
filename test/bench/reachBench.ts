/** All pairs from a state in memory: compiling and listing, without reading files or writing the answer. */
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { reachability, type ReachConnection } from '../../server/src/engine/reachability.ts';
import type { ClusterState } from '../../server/src/model/cluster.ts';
import { barred, median, milliseconds, timed, told, type BenchRow } from './benchRow.ts';
import { generateCluster } from './clusterGenerator.ts';
import { naiveReach } from './naiveReach.ts';

const WORKLOADS = [100, 200, 400, 800, 1600, 3200] as const;
const RUNS = 5;
const SAMPLE = 1000;

/** Clusters of so many workloads, 50 in each namespace and 0.6 policies for each. */
export function workloadCluster(workloads: number): ClusterState {
  return generateCluster({
    namespaces: Math.ceil(workloads / 50),
    deploymentsPerNamespace: 50,
    policiesPerNamespace: 30,
    teams: 10,
  });
}

export function reachBench(): BenchRow[] {
  const states = WORKLOADS.map(workloadCluster);
  const times = WORKLOADS.map((): number[] => []);
  // Interleaved, so that whatever else the machine does falls on all sizes alike; the first round only warms up.
  for (let run = 0; run <= RUNS; run += 1) {
    states.forEach((state, size) => {
      const time = timed(() => void allPairs(state));
      if (run > 0) times[size]?.push(time);
    });
  }
  const medians = times.map(median);
  const of = (workloads: (typeof WORKLOADS)[number]): number => medians[WORKLOADS.indexOf(workloads)] as number;
  const state = states[WORKLOADS.indexOf(400)] as ClusterState;
  const naive = naiveReach(state, allPairs(state), SAMPLE);
  const growth = of(3200) / of(800);
  const ratio = naive.time / of(400);
  return [
    ...WORKLOADS.map((workloads) =>
      told(`all pairs of ${workloads} workloads, engine alone`, milliseconds(of(workloads))),
    ),
    told('3,200 workloads / 800 workloads, engine alone', `${growth.toFixed(1)}×`),
    told('naive evaluator, 400 workloads', `${milliseconds(naive.time)} (from ${naive.sampled} pairs)`),
    barred('naive evaluator / engine, 400 workloads', `${ratio.toFixed(0)}×`, '≥ 100×', ratio >= 100),
  ];
}

function allPairs(state: ClusterState): ReachConnection[] {
  return [...reachability(compileCluster(state)).rows()].flat();
}
