import { count, listSome, nameSome, qualifiedName, thousands } from '../../analysis/wording.ts';
import type { Direction, PolicyRef, RuleRef } from '../../model/networkPolicy.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { DirectionAnswer, PathAnswer, PathGroup } from './pathAnswer.ts';
import type { PolicyPlace } from './policyPlaces.ts';
import { groupName, shortEnd } from './endText.ts';
import { noteText } from './noteText.ts';
import { ruleMissText, type WalkNames } from './walkText.ts';

/** One line of an answer, for a terminal and for a view alike. Plain text; names in it are hostile. */
export interface PathLine {
  /** 0: a direction; 1: a policy; 2: a rule. */
  readonly depth: number;
  readonly text: string;
  readonly tone?: Verdict;
  readonly place?: PolicyPlace;
}

/** The answer in one sentence without its full stop. */
export function headline(answer: PathAnswer): string {
  const what = `${shortEnd(answer.to)} on ${answer.port}/${answer.protocol}`;
  const from = shortEnd(answer.from);
  if (answer.groups.length === 0) return `Whether ${from} can reach ${what} is not known${emptyWhy(answer)}`;
  if (answer.mixed) return mixedText(answer);
  if (answer.verdict === 'allow') return `${from} can reach ${what}`;
  if (answer.verdict === 'unknown') {
    return `Whether ${from} can reach ${what} is not known${answer.why === undefined ? '' : `: ${answer.why}`}`;
  }
  const denying = deniedBy(answer.groups[0]);
  return `${from} cannot reach ${what}${denying === undefined ? '' : `: ${denying}`}`;
}

/** How many of the pods of the end that makes the difference, as far as one does. */
function mixedText({ groups, from, to, port, protocol, more }: PathAnswer): string {
  const on = `on ${port}/${protocol}`;
  const same = (side: 'from' | 'to'): boolean =>
    more === 0 && new Set(groups.map((group) => JSON.stringify(group[side]))).size === 1;
  const share = (side: 'from' | 'to', end: string): string | undefined => {
    const pods = (verdict?: Verdict): number =>
      groups.reduce(
        (sum, group) => sum + (verdict === undefined || group.verdict === verdict ? group[side].pods : 0),
        0,
      );
    if (pods() === 0) return undefined;
    const unknown = pods('unknown');
    const perhaps = unknown === 0 ? '' : ` (and perhaps ${thousands(unknown)} more)`;
    return `${thousands(pods('allow'))} of ${count(pods(), 'pod')}${podsOfEnd(end)}${perhaps}`;
  };
  if (same('to')) {
    const part = share('from', from);
    if (part !== undefined) return `${part} can reach ${shortEnd(to)} ${on}`;
  }
  if (same('from')) {
    const part = share('to', to);
    if (part !== undefined) return `${shortEnd(from)} can reach ${part} ${on}`;
  }
  return `Not everyone of ${shortEnd(from)} can reach everyone of ${shortEnd(to)} ${on}`;
}

function podsOfEnd(end: string): string {
  if (end === 'any pod') return '';
  return ` of ${end.endsWith('/*') ? end.slice(0, -2) : shortEnd(end)}`;
}

function emptyWhy({ notes }: PathAnswer): string {
  const why = notes.flatMap((note) =>
    note.kind === 'tooMany' || (note.kind === 'service' && note.problem !== undefined) ? [noteText(note)] : [],
  );
  return why.length === 0 ? '' : `: ${why.join('; ')}`;
}

function deniedBy(group: PathGroup | undefined): string | undefined {
  const clauses = (['egress', 'ingress'] as const).flatMap((direction) => {
    const answer = group?.[direction];
    if (answer?.verdict !== 'deny') return [];
    const names = answer.by.map(({ policy }) => policyText(policy));
    return [
      `${nameSome(names, 'policy').replace('other policys', 'other policies')} ${isolateVerb(names)} ${direction}`,
    ];
  });
  return clauses.length === 0 ? undefined : clauses.join(', and ');
}

function isolateVerb(names: readonly string[]): string {
  return names.length === 1 ? 'isolates' : 'isolate';
}

/** The walk through one group: egress, then ingress, each with its policies and their rules. */
export function groupLines(answer: PathAnswer, group: PathGroup): readonly PathLine[] {
  const [from, to] = [groupName(group.from, answer.from), groupName(group.to, answer.to)];
  return [...directionLines(answer, group, 'egress', from, to), ...directionLines(answer, group, 'ingress', to, from)];
}

function directionLines(
  { protocol }: PathAnswer,
  group: PathGroup,
  direction: Direction,
  target: string,
  peer: string,
): readonly PathLine[] {
  const answer = group[direction];
  const destination = direction === 'ingress' ? target : peer;
  const names = { peer, destination, protocol, port: group.port };
  const head: PathLine = { depth: 0, text: directionText(answer, direction, target), tone: answer.verdict };
  if (answer.isolation !== 'isolated' && answer.isolation !== 'perhaps') return [head];
  const policies = answer.policies.flatMap(({ policy, selects, rules, ruleCount, place }): PathLine[] => {
    const isolates = selects === 'certain' ? 'isolates' : 'may isolate';
    const has = ruleCount === 0 ? 'it has no rules' : count(ruleCount, 'rule');
    return [
      { depth: 1, text: `${policyText(policy)} ${isolates} ${target}: ${has}`, ...placed(place) },
      ...rules.map((rule): PathLine => {
        const text = `${ruleName(rule.ref)}: ${rule.outcome === 'yes' ? lets(direction, peer, names) : (ruleMissText(rule, names) ?? 'not known')}`;
        const tone = rule.outcome === 'yes' ? 'allow' : rule.outcome === 'unknown' ? 'unknown' : undefined;
        return { depth: 2, text, ...(tone === undefined ? {} : { tone }), ...placed(rule.place) };
      }),
      ...(ruleCount > rules.length ? [{ depth: 2, text: count(ruleCount - rules.length, 'more rule') }] : []),
    ];
  });
  return [head, ...policies];
}

function lets(direction: Direction, peer: string, { port, protocol }: WalkNames): string {
  return `lets ${direction === 'ingress' ? 'in' : 'out to'} ${peer} on ${port}/${protocol}`;
}

function placed(place: PolicyPlace | undefined): { readonly place?: PolicyPlace } {
  return place === undefined ? {} : { place };
}

/** `allowed: nothing isolates egress of frontend`, without the rules. */
export function directionText(
  { verdict, by, why, isolation }: DirectionAnswer,
  direction: Direction,
  target: string,
): string {
  if (verdict === 'unknown') return `not known: ${why ?? 'it cannot be told'}`;
  if (verdict === 'deny') {
    const names = by.map(({ policy }) => policyText(policy));
    return `denied: ${listSome(names, 3)} ${isolateVerb(names)} ${target}, and no rule lets this ${direction === 'ingress' ? 'in' : 'out'}`;
  }
  if (by.length > 0) return `allowed: ${listSome(by.map(ruleText), 4)}`;
  if (isolation in ALWAYS) return `allowed: ${ALWAYS[isolation as keyof typeof ALWAYS]}`;
  return isolation === 'outside'
    ? `allowed: ${target} is no pod, so no policy isolates it`
    : `allowed: nothing isolates ${direction} of ${target}`;
}

/** Traffic that no policy looks at. */
const ALWAYS = {
  itself: 'no policy keeps a pod from itself',
  ownNode: 'a node reaches the pods that run on it in any case',
  loopback: 'it never leaves the pod',
} as const;

/** `shop/db ingress[0].from[1]`. */
export function ruleText(ref: RuleRef): string {
  return ref.rule === undefined ? policyText(ref.policy) : `${policyText(ref.policy)} ${ruleName(ref)}`;
}

function ruleName({ direction, rule, peer }: RuleRef): string {
  const list = direction === 'ingress' ? 'from' : 'to';
  return `${direction}[${rule ?? 0}]${peer === undefined ? '' : `.${list}[${peer}]`}`;
}

export function policyText({ namespace, name, kind }: PolicyRef): string {
  const id = qualifiedName({ name, ...(namespace === undefined ? {} : { namespace }) });
  return kind === 'NetworkPolicy' ? id : `${kind} ${id}`;
}
