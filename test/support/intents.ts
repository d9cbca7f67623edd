/** Runs intent tests that stand in a text beside the manifests that they are about. */
import { decodeIntents } from '../../server/src/intent/decodeIntents.ts';
import { evaluateIntent } from '../../server/src/intent/evaluateIntent.ts';
import type { IntentFile } from '../../server/src/intent/intentFile.ts';
import type { IntentPair, IntentResult, PairEnd } from '../../server/src/intent/intentResult.ts';
import { intentWorld, type IntentWorld } from '../../server/src/intent/intentWorld.ts';
import { connectionsText } from '../../server/src/analysis/wording.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { fixture } from './fixture.ts';
import { snapshotOf, type SnapshotOptions } from './snapshotOf.ts';

export function intentsIn(text: string): IntentFile {
  return decodeIntents(parseManifests(text));
}

/** The world that manifests make up, several files in one text. */
export function worldOf(manifests: string, options: SnapshotOptions = {}): IntentWorld {
  const { universe, source } = snapshotOf(fixture(manifests).files, options);
  return intentWorld(universe, 'state' in source ? source.state : undefined);
}

/** @param test the keys of one test, such as `{ from: shop/web, to: shop/db, expect: deny }` */
export function resultOf(world: IntentWorld, test: string): IntentResult {
  const file = intentsIn(`version: 1\ntests:\n- { name: it, ${test} }\n`);
  const intent = file.intents[0]?.intent;
  if (intent === undefined) throw new Error(file.faults.map(({ message }) => message).join('\n'));
  return evaluateIntent(world, intent);
}

/** The outcome, then the pairs or the reasons, a line each. */
export function shown({ outcome, pairs, reasons }: IntentResult): readonly string[] {
  return [outcome, ...pairs.map(pairText), ...reasons];
}

function pairText({ from, to, ports, by, open, why }: IntentPair): string {
  const refs = by.map(({ policy, direction, rule }) => {
    return `${policy.namespace}/${policy.name}${rule === undefined ? '' : ` ${direction}[${rule}]`}`;
  });
  const causes = [...refs, ...open.map((direction) => `${direction} open`), ...(why === undefined ? [] : [why])];
  return `${endName(from)} → ${endName(to)} ${connectionsText(ports)} (${causes.join(', ')})`;
}

function endName(end: PairEnd): string {
  return typeof end === 'string' ? end : end.cidrs.slice(0, 3).join('+');
}
