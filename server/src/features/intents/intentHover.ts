import { count, listSome } from '../../analysis/wording.ts';
import { isEmpty } from '../../engine/addressSet.ts';
import { decodeIntents } from '../../intent/decodeIntents.ts';
import { endSize, evaluateIntent } from '../../intent/evaluateIntent.ts';
import { endText } from '../../intent/endText.ts';
import type { IntentEnd, WrittenIntent } from '../../intent/intentFile.ts';
import { isIntentPath } from '../../intent/intentPath.ts';
import { pairCauses, pairText, resultText } from '../../intent/intentText.ts';
import { resolveEnd } from '../../intent/resolveEnd.ts';
import type { FieldPath } from '../../model/manifest.ts';
import { documentAt } from '../../syntax/documentAt.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import { intentDoc } from '../completion/intentSchema.ts';
import { tokenAt, type Token } from '../hoverTarget.ts';
import { escapedLine } from '../markdown.ts';
import { snapshotWorld } from './snapshotWorld.ts';

export interface IntentHover {
  readonly token: Token;
  readonly lines: readonly string[];
  readonly doc: string | undefined;
}

/** Pairs of a test that a hover tells. */
const TOLD = 5;

/** A word of a file of tests: of a test what it says today, of an end whom it means, and what the key does. */
export function intentHover(snapshot: WorkspaceSnapshot, uri: string, offset: number): IntentHover | undefined {
  const view = snapshot.files.get(uri);
  if (view === undefined || !isIntentPath(view.path)) return undefined;
  const placed = documentAt(view.file.parsed, offset);
  const token = placed && tokenAt(placed, [], offset);
  if (token === undefined || token.path.length === 0) return undefined;
  const [list, index, field] = token.path;
  const { intents } = decodeIntents(view.file.parsed);
  const test = list === 'tests' && typeof index === 'number' ? intents[index] : undefined;
  const lines = test === undefined ? [] : testLines(snapshot, test, field);
  const doc = docOf(token.path);
  return lines.length === 0 && doc === undefined ? undefined : { token, lines, doc };
}

function testLines(
  snapshot: WorkspaceSnapshot,
  { intent }: WrittenIntent,
  field: FieldPath[number] | undefined,
): readonly string[] {
  if (intent === undefined) return [];
  if (field === 'from' || field === 'to') return endLines(snapshot, intent[field]);
  if (field !== undefined && field !== 'name' && field !== 'expect') return [];
  const result = evaluateIntent(snapshotWorld(snapshot), intent);
  const headline = resultText(result);
  const told = result.pairs.slice(0, TOLD).map((pair) => {
    const causes = pairCauses(pair).map(({ text }) => text);
    return `${pairText(pair, result)}${causes.length === 0 ? '' : `: ${causes.join('; ')}`}`;
  });
  const [verdict = ''] = headline.split(':');
  return [`**${escapedLine(told.length > 0 ? verdict : headline)}**`, ...told.map(escapedLine)];
}

function endLines(snapshot: WorkspaceSnapshot, end: IntentEnd): readonly string[] {
  const resolved = resolveEnd(snapshotWorld(snapshot), end);
  const { pods, podsUnknown } = endSize(resolved);
  const workloads = [...new Set(resolved.units.map(({ unit }) => unit.workload.id))].sort();
  const many = podsUnknown === true ? 'more than ' : '';
  const addresses = isEmpty(resolved.addresses) ? [] : ['addresses outside the cluster'];
  const counted =
    pods === 0 && addresses.length > 0
      ? []
      : [`${many}${count(pods, 'pod')} of ${count(workloads.length, 'workload')}`];
  return [
    `**Means ${[...counted, ...addresses].join(', and ')}**: ${escapedLine(endText(end))}`,
    ...(workloads.length === 0 ? [] : [escapedLine(listSome(workloads, 6))]),
    ...[...resolved.missing, ...resolved.unknown].map(escapedLine),
  ];
}

function docOf(path: FieldPath): string | undefined {
  // A value that stands in a list or in an open map is told of by the key that it belongs to.
  for (let length = path.length; length > 0; length -= 1) {
    const doc = intentDoc(path.slice(0, length));
    if (doc !== undefined) return doc;
  }
  return undefined;
}
