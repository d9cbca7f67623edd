/**
 * What a preview panel waits for after a keystroke, without its transport: the rows of an edited policy on 150,000 pods,
 * 5,000 classes and 10,000 policies, beside the bare delta of the engine; and windows of the matrix.
 */
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import type { CompiledCluster } from '../../server/src/engine/compiledCluster.ts';
import { policyDelta } from '../../server/src/engine/policyDelta.ts';
import { withEdit } from '../../server/src/engine/withEdit.ts';
import { changesAnswer } from '../../server/src/features/preview/previewChanges.ts';
import { matrixAnswer } from '../../server/src/features/preview/previewMatrix.ts';
import { PreviewModel } from '../../server/src/workspace/preview/previewModel.ts';
import type { PreviewedStates } from '../../server/src/workspace/preview/previewStates.ts';
import { compareReach } from '../../server/src/workspace/preview/reachComparison.ts';
import { randomNumbers } from '../support/random.ts';
import { barred, median, milliseconds, quantile, timed, told, type BenchRow } from './benchRow.ts';
import { generateCluster } from './clusterGenerator.ts';
import { EDIT_KINDS, policyEdit } from './policyEdits.ts';

const WARM_UP = 100;
const EDITS = 500;
const BASE = { version: 1, id: 'bench', revision: 1 };
const WINDOW = { offset: 0, count: 40 };

export function previewBench(): BenchRow[] {
  const state = generateCluster({
    namespaces: 1000,
    deploymentsPerNamespace: 5,
    replicas: 30,
    policiesPerNamespace: 10,
    teams: 50,
    emit: 'pods',
  });
  const cluster = compileCluster(state);
  const random = randomNumbers(7);
  const [bare, rows, matrix]: [number[], number[], number[]] = [[], [], []];
  for (let at = 0; at < WARM_UP + EDITS; at += 1) {
    const kind = EDIT_KINDS[at % EDIT_KINDS.length] as (typeof EDIT_KINDS)[number];
    const edit = policyEdit(random.pick(state.policies), kind, random.chance(0.5), random);
    const engine = timed(() => void policyDelta(cluster, withEdit(cluster, edit)));
    let model: PreviewModel | undefined;
    const panel = timed(() => {
      model = modelOf(cluster, withEdit(cluster, edit));
      changesAnswer(model, BASE, { offset: 0, limit: 100 });
    });
    const shown = model as unknown as PreviewModel;
    const window = timed(
      () => void matrixAnswer(shown, BASE, { id: 'bench', expanded: [], rows: WINDOW, columns: WINDOW }),
    );
    if (at < WARM_UP) continue;
    bare.push(engine);
    rows.push(panel);
    matrix.push(window);
  }
  const { pods, policies, classes } = cluster.stats;
  const p95 = quantile(rows, 0.95);
  return [
    told(
      `preview: ${pods} pods, ${policies} policies, ${classes} classes, bare delta, p50`,
      milliseconds(median(bare)),
    ),
    told('  a page of its rows with causes, p50', milliseconds(median(rows))),
    barred('  a page of its rows with causes, p95', milliseconds(p95), 'aim 20 ms', true),
    told('  slowest', milliseconds(Math.max(...rows))),
    told('  40 × 40 namespaces of the matrix after an edit, p50', milliseconds(median(matrix))),
    told('  p95', milliseconds(quantile(matrix, 0.95))),
  ];
}

function modelOf(before: CompiledCluster, after: CompiledCluster): PreviewModel {
  const parts = { contents: new Map(), namespaces: [], clusterPolicies: [], nodes: [], unread: [] };
  const states: PreviewedStates = {
    before: { kind: 'live', label: 'before', universe: { parts, cluster: before } },
    after: { kind: 'live', label: 'after', universe: { parts, cluster: after } },
    manifests: { files: new Map(), namespaces: new Map() },
    laidOver: [],
    held: false,
    coverage: [],
    unseen: [],
    needs: () => [],
    fileOf: () => undefined,
  };
  const steps = compareReach(before, after);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return new PreviewModel(states, step.value);
  }
}
