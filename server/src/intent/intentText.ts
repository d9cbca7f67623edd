import { connectionsText, count, listSome } from '../analysis/wording.ts';
import type { RuleRef } from '../model/networkPolicy.ts';
import type { EndSize, IntentPair, IntentResult, PairEnd } from './intentResult.ts';

/** Why a pair is as it is: words, and the policy or rule that they speak of. */
export interface PairCause {
  readonly text: string;
  readonly ref?: RuleRef;
}

/** `3 pods → 2 pods`. */
export function sizesText({ from, to }: Pick<IntentResult, 'from' | 'to'>): string {
  return `${sizeText(from)} → ${sizeText(to)}`;
}

/** What a test says, in one sentence without its pairs. */
export function resultText(result: IntentResult): string {
  const { outcome, pairs, total, isMore, reasons } = result;
  if (outcome === 'passed') return `Passes: ${sizesText(result)}`;
  const [first] = pairs;
  if (outcome === 'undecided') {
    const why = [...(first === undefined ? [] : [pairWhy(first)]), ...reasons];
    return `Not decidable: ${listSome(why, 2)}`;
  }
  if (first === undefined) return `Fails, for it is about nobody: ${listSome(reasons, 3)}`;
  const more = total - 1;
  const rest = `${isMore ? 'more than ' : ''}${count(more, 'more pair')} ${more === 1 ? 'is' : 'are'} not as meant`;
  return `Fails: ${pairText(first, result)}${more === 0 ? '' : `; ${rest}`}`;
}

/** What is so and is not meant, without its causes. */
export function pairText({ from, to, ports }: IntentPair, result: Pick<IntentResult, 'outcome' | 'expect'>): string {
  const on = ports.length === 0 ? '' : ` on ${connectionsText(ports)}`;
  const ends = (can: string): string => `${endName(from)} ${can} reach ${endName(to)}${on}`;
  if (result.outcome === 'undecided') return `whether ${ends('can')} is not known`;
  return ends(result.expect === 'deny' ? 'can' : 'cannot');
}

/** Of what may pass, who lets it; of what may not, which policies isolate. */
export function pairCauses(pair: IntentPair): readonly PairCause[] {
  const { by, open, from, to, why } = pair;
  return [
    ...by.map((ref): PairCause => ({ text: refText(ref), ref })),
    ...open.map((direction): PairCause => ({
      text: `nothing isolates ${direction} of ${endName(direction === 'egress' ? from : to)}`,
    })),
    ...(why === undefined ? [] : [{ text: why }]),
  ];
}

/** A workload without its kind; addresses, the first of them. */
export function endName(end: PairEnd): string {
  if (typeof end === 'string') return end.replace(/\[[A-Za-z]+\]$/, '');
  return end.whole ?? listSome(end.cidrs, 2);
}

function pairWhy(pair: IntentPair): string {
  return pair.why ?? `${endName(pair.from)} → ${endName(pair.to)} is not decided`;
}

function refText({ policy, direction, rule }: RuleRef): string {
  const name = policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`;
  const shown = policy.kind === 'NetworkPolicy' ? name : `${policy.kind} ${name}`;
  if (rule === undefined) return `${shown} isolates ${direction}, and none of its rules lets this pass`;
  return `${shown} ${direction}[${rule}] lets it ${direction === 'ingress' ? 'in' : 'out'}`;
}

function sizeText({ pods, podsUnknown, addresses }: EndSize): string {
  const counted = `${count(pods, 'pod')}${podsUnknown === true ? ' or more' : ''}`;
  if (!addresses) return counted;
  return pods === 0 ? 'addresses' : `${counted} and addresses`;
}
