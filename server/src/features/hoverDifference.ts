import { count, listSome } from '../analysis/wording.ts';
import { policyKey } from '../engine/compilePolicy.ts';
import type { MatchedWorkload } from '../engine/matchPods.ts';
import type { PolicyDifference } from '../workspace/policyDifferences.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { COMPARE_POLICY, manifestText, objectDifferenceText } from './differenceText.ts';
import type { HoverContext } from './hoverContext.ts';
import { podsWithLabels, workloadName } from './hoverNames.ts';
import { code, escaped, escapedLine } from './markdown.ts';
import type { ObjectTarget } from './objectTarget.ts';
import { byName } from './podText.ts';
import { manifestDifferences, objectComparison, policyComparison, type ObjectDifference } from './sourceComparison.ts';

/** Hovers say what differs between a manifest and the chosen cluster, and of which of them the answer is made. */

const MOST = 3;

/** Of an open policy: its text is laid over the cluster, so that every number is as if it were applied. */
export function policyDifferenceLine({ snapshot, target, commandLink }: HoverContext): readonly string[] {
  const comparison = policyComparison(snapshot, target.view);
  const where = sourceName(snapshot);
  switch (comparison?.kind) {
    case 'absent':
      return snapshot.source.kind === 'live'
        ? [`**Not applied yet** in ${where}: answers are as if it were`]
        : [`**Not in ${where}**: answers are as if it were applied`];
    case 'unknown':
      return [`Whether ${where} has the same is not known: ${escapedLine(comparison.why)}`];
    case 'differs': {
      const what = some(comparison.differences.map(policyDifferenceText));
      const asked = { uri: target.view.file.file.uri, policy: policyKey(target.view) };
      const link = commandLink('Compare', COMPARE_POLICY, asked);
      return [
        `**Differs from ${where}**: ${what}. Answers are as if this text were applied${link === '' ? '' : ` · ${link}`}`,
      ];
    }
    case 'same':
    case undefined:
      return [];
  }
}

function policyDifferenceText(difference: PolicyDifference): string {
  switch (difference.kind) {
    case 'targets':
      return `there it selects ${podsWithLabels(difference.live)}`;
    case 'direction':
      return `there it ${difference.side === 'live' ? 'isolates' : 'does not isolate'} ${difference.direction}`;
    case 'rule':
      return `${difference.direction} rule ${difference.index + 1} ${difference.side === 'written' ? 'is missing there' : 'is only there'}`;
    case 'changedRule': {
      const { direction, index, peers, ports } = difference;
      const what = peers && ports ? 'peers and ports' : peers ? 'peers' : 'ports';
      return `${direction} rule ${index + 1} has other ${what} there`;
    }
  }
}

/** Of a workload, a Service or a Namespace, as far as what the cursor is on differs. */
export function objectDifferenceLine(
  snapshot: WorkspaceSnapshot,
  { object, subject }: ObjectTarget,
): readonly string[] {
  const comparison = objectComparison(snapshot, object);
  if (comparison?.kind !== 'differs') return [];
  const isMeant = (difference: ObjectDifference): boolean => {
    if (subject.kind === 'label') return difference.kind === 'label' && difference.key === subject.key;
    if (subject.kind === 'servicePort' || subject.kind === 'containerPort') return difference.kind === 'port';
    return subject.kind === 'whole';
  };
  const meant = comparison.differences.filter(isMeant);
  if (meant.length === 0) return [];
  const what = some(meant.map((difference) => objectDifferenceText(difference, code)));
  return [`**Differs from ${sourceName(snapshot)}**: ${what}. ${MADE_OF[object.sort]}`];
}

const MADE_OF = {
  workload: 'Answers are of the pods there, not of this template',
  service: 'Answers are of the pods there and of the Service as it is written here',
  namespace: 'Answers are of the labels there',
} as const;

/** Workloads of an answer whose manifests would make other pods than those that were counted. */
export function manifestLine(
  snapshot: WorkspaceSnapshot,
  workloads: readonly MatchedWorkload[],
  own: string,
): readonly string[] {
  const differing = byName(workloads, own)
    .slice(0, MOST_LOOKED_AT)
    .flatMap(({ workload }) => {
      const [first] = manifestDifferences(snapshot, workload);
      return first === undefined ? [] : [{ workload, first }];
    });
  const [one] = differing;
  if (one === undefined) return [];
  const more = differing.length === 1 ? '' : `, and ${othersText(differing.length - 1)}`;
  return [
    `Counts are of the pods there; the manifest of ${workloadName(one.workload, own)} ${manifestText(one.first, code)}${more}`,
  ];
}

function othersText(number: number): string {
  return `${count(number, 'other manifest')} ${number === 1 ? 'differs' : 'differ'}`;
}

const MOST_LOOKED_AT = 50;

function some(texts: readonly string[]): string {
  return listSome(texts, MOST);
}

function sourceName({ source }: WorkspaceSnapshot): string {
  return 'label' in source ? escaped(source.label) : '';
}
