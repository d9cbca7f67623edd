import type { Peer, PolicyRule } from '../model/networkPolicy.ts';
import type { CheckContext } from './check.ts';
import { isWritten } from './policyRules.ts';
import { isEmptySelector } from './targetText.ts';
import { writtenRules, type WrittenRule } from './writtenRules.ts';

/** Two neighbouring rules, the first of peers alone and the second of ports alone, that look like one rule. */
export interface RulePair {
  readonly first: WrittenRule;
  readonly second: WrittenRule;
}

const known = new WeakMap<CheckContext, readonly RulePair[]>();

export function rulePairs(context: CheckContext): readonly RulePair[] {
  let pairs = known.get(context);
  if (pairs === undefined) known.set(context, (pairs = [...find(context)]));
  return pairs;
}

/** Rules whose missing peers or ports are explained by the dash that makes two rules of one. */
export function rulesOfPairs(context: CheckContext): ReadonlySet<PolicyRule> {
  return new Set(rulePairs(context).flatMap(({ first, second }) => [first.rule, second.rule]));
}

function* find(context: CheckContext): Generator<RulePair> {
  let previous: WrittenRule | undefined;
  for (const rule of writtenRules(context)) {
    if (previous !== undefined && areNeighbours(previous, rule) && looksLikeOne(previous, rule)) {
      yield { first: previous, second: rule };
    }
    previous = rule;
  }
}

function areNeighbours(a: WrittenRule, b: WrittenRule): boolean {
  return a.written === b.written && a.direction === b.direction && b.index === a.index + 1;
}

function looksLikeOne(first: WrittenRule, second: WrittenRule): boolean {
  return (
    hasOnly(first, 'peers', first.peersField, 'ports') &&
    hasOnly(second, 'ports', 'ports', second.peersField) &&
    (first.rule.peers ?? []).every(isNarrow)
  );
}

function hasOnly({ rule, written, path }: WrittenRule, list: keyof PolicyRule, own: string, other: string): boolean {
  return (rule[list] ?? []).length > 0 && isWritten(written, [...path, own]) && !isWritten(written, [...path, other]);
}

/** Some pods or addresses in particular: a rule that opens every port to a whole namespace may well be meant. */
function isNarrow({ podSelector, ipBlock, incomplete }: Peer): boolean {
  if (incomplete === true) return false;
  if (ipBlock !== undefined) return !/\/0+$/.test(ipBlock.cidr);
  return podSelector !== undefined && podSelector.incomplete !== true && !isEmptySelector(podSelector);
}
