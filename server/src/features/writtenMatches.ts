import { listSome } from '../analysis/wording.ts';
import { compileSelector, labelFacts, matchSelector } from '../engine/labelSelector.ts';
import { YES } from '../engine/match.ts';
import type { PodMatches, PodScope } from '../engine/matchPods.ts';
import type { WorkloadObject } from '../model/manifest.ts';
import { workloadId } from '../model/workload.ts';
import { compareWorkload } from '../workspace/compareWithSource.ts';
import { effectiveObjects } from '../workspace/objectTable.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { objectDifferenceText } from './differenceText.ts';
import { workloadName } from './hoverNames.ts';
import { code } from './markdown.ts';
import { scopeNamespaces } from './podText.ts';
import { clusterState } from './sourceComparison.ts';

const MOST = 2;

/**
 * Workloads whose manifests a selector means and whose pods it does not: the cluster runs others, or none. Said only
 * where their pods were read to the end.
 */
export function writtenMatchLine(
  snapshot: WorkspaceSnapshot,
  scope: PodScope,
  { certain, possible }: PodMatches,
): readonly string[] {
  const counted = new Set([...certain, ...possible].map(({ id }) => id));
  const texts = writtenMatches(snapshot, scope).flatMap((workload) =>
    counted.has(workloadId(workload)) ? [] : (whyNotCounted(snapshot, workload, scope.namespace) ?? []),
  );
  return texts.length === 0
    ? []
    : [`By ${texts.length === 1 ? 'its manifest' : 'their manifests'} also ${listSome(texts, MOST)}`];
}

function whyNotCounted(snapshot: WorkspaceSnapshot, workload: WorkloadObject, own: string): string | undefined {
  const state = clusterState(snapshot);
  const comparison = state && compareWorkload(state, workload);
  if (comparison?.kind === 'absent') return `${workloadName(workload, own)} (no pod of it is there)`;
  const [first] = comparison?.kind === 'differs' ? comparison.differences.filter(({ kind }) => kind === 'label') : [];
  return first && `${workloadName(workload, own)} (${objectDifferenceText(first, code)})`;
}

/** By name; what a controller owns is written by it. */
function writtenMatches(snapshot: WorkspaceSnapshot, scope: PodScope): readonly WorkloadObject[] {
  if (clusterState(snapshot) === undefined) return [];
  const selector = compileSelector(scope.podSelector ?? EVERYTHING);
  const found: WorkloadObject[] = [];
  for (const namespace of scopeNamespaces(snapshot, scope)) {
    for (const { object } of effectiveObjects(snapshot.manifests, namespace)) {
      if (object.type !== 'workload' || object.workload.controller !== undefined) continue;
      const [template] = object.workload.pods;
      if (template === undefined) continue;
      if (matchSelector(selector, labelFacts(template.labels, template.unknownLabels)) === YES) {
        found.push(object.workload);
      }
    }
  }
  return found.sort((a, b) => (workloadId(a) < workloadId(b) ? -1 : 1));
}

const EVERYTHING = { matchLabels: {}, matchExpressions: [] };
