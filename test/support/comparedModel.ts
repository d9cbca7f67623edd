import type { CompiledCluster } from '../../server/src/engine/compiledCluster.ts';
import { PreviewModel } from '../../server/src/workspace/preview/previewModel.ts';
import type { PreviewedStates } from '../../server/src/workspace/preview/previewStates.ts';
import { compareReach } from '../../server/src/workspace/preview/reachComparison.ts';

/** What a preview answers from, of two states without a folder around them. */
export function comparedModel(before: CompiledCluster, after: CompiledCluster): PreviewModel {
  return new PreviewModel(statesOf(before, after), finished(compareReach(before, after)));
}

/** What a work in steps comes to. */
export function finished<R>(steps: Generator<undefined, R, void>): R {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function statesOf(before: CompiledCluster, after: CompiledCluster): PreviewedStates {
  const parts = { contents: new Map(), namespaces: [], clusterPolicies: [], nodes: [], unread: [] };
  return {
    before: { kind: 'files', label: 'before', universe: { parts, cluster: before } },
    after: { kind: 'files', label: 'after', universe: { parts, cluster: after } },
    manifests: { files: new Map(), namespaces: new Map() },
    laidOver: [],
    needs: () => [],
    fileOf: () => undefined,
    held: false,
    coverage: [],
    unseen: [],
  };
}
