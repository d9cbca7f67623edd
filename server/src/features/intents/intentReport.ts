import { count } from '../../analysis/wording.ts';
import type { IntentFile, WrittenIntent } from '../../intent/intentFile.ts';
import type { IntentResult } from '../../intent/intentResult.ts';
import { pairCauses, pairText, resultText } from '../../intent/intentText.ts';
import type { RuleRef } from '../../model/networkPolicy.ts';
import type { IntentResultItem } from '../../protocol/intents.ts';
import type { LineIndex } from '../../syntax/lineIndex.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import { ObjectPlaces } from '../objectPlaces.ts';

/** What is told of one test of a file. */
export interface ReportedIntent {
  readonly uri: string;
  readonly lines: LineIndex;
  readonly file: IntentFile;
  readonly written: WrittenIntent;
  /** Absent where something is wrong with how it is written. */
  readonly result: IntentResult | undefined;
  readonly milliseconds: number;
}

/** Policies of one test that are led to. */
const PLACES = 10;

/**
 * A test's result for a list of tests.
 *
 * @param views whether the client shows objects that no file holds
 */
export function intentReport(snapshot: WorkspaceSnapshot, one: ReportedIntent, views: boolean): IntentResultItem {
  const { uri, lines, file, written, result, milliseconds } = one;
  const common = { uri, name: written.name, range: lines.range(written.range), milliseconds };
  if (result === undefined) {
    const messages = file.faults.filter(({ index }) => index === written.index).map(({ message }) => message);
    return { ...common, outcome: 'faulty', message: messages[0] ?? '', details: messages.slice(1), places: [] };
  }
  return {
    ...common,
    outcome: result.outcome,
    message: resultText(result),
    details: detailsOf(result),
    places: result.outcome === 'passed' ? [] : placesOf(snapshot, uri, result, views),
  };
}

function detailsOf({ pairs, total, isMore, reasons, ...result }: IntentResult): readonly string[] {
  if (result.outcome === 'passed') return [];
  const rest = total - pairs.length;
  return [
    ...pairs.map((pair) => {
      const causes = pairCauses(pair).map(({ text }) => text);
      return `${pairText(pair, result)}${causes.length === 0 ? '' : `: ${causes.join('; ')}`}`;
    }),
    ...(rest > 0 ? [`… and ${isMore ? 'more than ' : ''}${count(rest, 'more pair')}`] : []),
    ...(pairs.length > 0 ? reasons : []),
  ];
}

function placesOf(
  snapshot: WorkspaceSnapshot,
  uri: string,
  { pairs }: IntentResult,
  views: boolean,
): IntentResultItem['places'] {
  const places = new ObjectPlaces(snapshot, { uri, views });
  const refs = new Map<string, RuleRef>();
  for (const ref of pairs.flatMap(({ by }) => by)) {
    const { policy, direction, rule } = ref;
    refs.set(`${policy.namespace}/${policy.name} ${direction} ${rule}`, ref);
  }
  return [...refs.values()].slice(0, PLACES).flatMap(({ policy, direction, rule }) => {
    const name = `${policy.namespace ?? ''}/${policy.name}`;
    const known = snapshot.universe.cluster.policies.get(name)?.policy;
    const path = rule === undefined ? ['spec', 'podSelector'] : ['spec', direction, rule];
    const [place] = known === undefined ? [] : places.policy(known, [path]);
    if (place === undefined) return [];
    const label = rule === undefined ? `${name}: isolates ${direction}` : `${name}: ${direction}[${rule}]`;
    return [{ label, uri: place.uri, range: place.selection }];
  });
}
