/**
 * One edited policy with its delta, warm: against compiling from scratch (150,000 pods, 5,000 classes, 10,000 policies),
 * and the same edit on clusters with more replicas and more namespaces.
 */
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import type { CompiledCluster } from '../../server/src/engine/compiledCluster.ts';
import type { DeltaSide } from '../../server/src/engine/deltaRectangles.ts';
import { policyDelta } from '../../server/src/engine/policyDelta.ts';
import { withEdit } from '../../server/src/engine/withEdit.ts';
import type { NetworkPolicy } from '../../server/src/model/networkPolicy.ts';
import { barred, median, milliseconds, quantile, timed, told, type BenchRow } from './benchRow.ts';
import { generateCluster, type GeneratorOptions } from './clusterGenerator.ts';
import { EDIT_KINDS, policyEdit } from './policyEdits.ts';
import { randomNumbers } from '../support/random.ts';

const LARGE: Partial<GeneratorOptions> = {
  namespaces: 1000,
  deploymentsPerNamespace: 5,
  replicas: 30,
  policiesPerNamespace: 10,
  teams: 50,
  emit: 'pods',
};

const WARM_UP = 300;
const EDITS = 1200;

export function editBench(): BenchRow[] {
  const state = generateCluster(LARGE);
  const compileTimes = Array.from({ length: 7 }, () => timed(() => void compileCluster(state)));
  const scratch = median(compileTimes);
  const cluster = compileCluster(state);
  const runs = runEdits(cluster, state.policies, WARM_UP + EDITS).slice(WARM_UP);
  const times = runs.map(({ time }) => time);
  const p95 = quantile(times, 0.95);
  const share = scratch / p95;
  const { pods, policies, classes } = cluster.stats;
  return [
    told(`compile ${pods} pods, ${policies} policies, ${classes} classes`, milliseconds(scratch)),
    told('one policy edit with its delta, p50', milliseconds(median(times))),
    barred('one policy edit with its delta, p95', milliseconds(p95), 'aim 2 ms', true),
    barred('compile from scratch / p95 of an edit', `${share.toFixed(0)}×`, '≥ 100×', share >= 100),
    told('one policy edit, slowest', milliseconds(Math.max(...times))),
    ...EDIT_KINDS.map((kind) => {
      const own = runs.filter((run) => run.kind === kind);
      const cells = median(own.map((run) => run.cells));
      const own95 = quantile(
        own.map(({ time }) => time),
        0.95,
      );
      return told(`  ${kind}, p95`, `${milliseconds(own95)} (median ${cells} pairs of classes changed)`);
    }),
    ...scaleRows(),
  ];
}

interface EditRun {
  readonly kind: (typeof EDIT_KINDS)[number];
  readonly time: number;
  readonly cells: number;
}

function runEdits(cluster: CompiledCluster, policies: readonly NetworkPolicy[], count: number): EditRun[] {
  const random = randomNumbers(7);
  return Array.from({ length: count }, (_, index) => {
    const kind = EDIT_KINDS[index % EDIT_KINDS.length] as EditRun['kind'];
    const edit = policyEdit(random.pick(policies), kind, random.chance(0.5), random);
    let cells = 0;
    const time = timed(() => {
      const delta = policyDelta(cluster, withEdit(cluster, edit));
      for (const { from, to } of delta?.rectangles ?? []) cells += sizeOf(from) * sizeOf(to);
    });
    return { kind, time, cells };
  });
}

function sizeOf(side: DeltaSide): number {
  return side.kind === 'pods' ? side.classes.length : 1;
}

/** The same edit of a policy of the first namespace, on a cluster and on larger ones. */
function scaleRows(): BenchRow[] {
  const base = { ...LARGE, namespaces: 100, replicas: 2, crossNamespace: 0 };
  const sizes = [
    ['base', base],
    ['×100 replicas', { ...base, replicas: 200 }],
    ['×10 namespaces', { ...base, namespaces: 1000 }],
  ] as const;
  const clusters = sizes.map(([, options]) => {
    const state = generateCluster(options);
    return { cluster: compileCluster(state), policies: state.policies.slice(1, 10) };
  });
  const times: number[][] = sizes.map(() => []);
  const rows: number[] = sizes.map(() => 0);
  const random = randomNumbers(3);
  // Interleaved, so that whatever else the machine does falls on all alike.
  for (let round = 0; round < 600; round += 1) {
    const port = 1024 + random.below(4000);
    clusters.forEach(({ cluster, policies }, size) => {
      const policy = policies[round % policies.length] as NetworkPolicy;
      const [first = {}, ...rest] = policy.ingress ?? [];
      const put = [{ ...policy, ingress: [{ ...first, ports: [{ protocol: 'TCP' as const, port }] }, ...rest] }];
      let edited = cluster;
      const time = timed(() => {
        edited = withEdit(cluster, { policies: { put } });
        policyDelta(cluster, edited);
      });
      if (round >= 200) times[size]?.push(time);
      rows[size] = (rows[size] as number) + edited.stats.rowsComputed;
    });
  }
  const [p50 = 0, ...larger] = times.map(median);
  return [
    told('the same edit, p50', `${milliseconds(p50)}, ${rows[0]} rows in 600 edits`),
    ...larger.map((time, index) => {
      const name = sizes[index + 1]?.[0];
      const ratio = time / p50;
      const same = rows[index + 1] === rows[0];
      const value = `${ratio.toFixed(2)}× (${milliseconds(time)}), ${rows[index + 1]} rows`;
      return barred(`the same edit, ${name}`, value, '≤ 1.5×, the same rows', ratio <= 1.5 && same);
    }),
  ];
}
