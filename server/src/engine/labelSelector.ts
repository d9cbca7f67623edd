import type { Labels, LabelSelector, SelectorOperator } from '../model/labels.ts';
import { MAYBE, NO, YES, type Match } from './match.ts';

/** A selector ready to be matched. Two selectors with equal `text` match the same label sets. */
export interface CompiledSelector {
  /** Canonical: requirements sorted, values sorted and without repetition. */
  readonly text: string;
  readonly requirements: readonly CompiledRequirement[];
  /** Part of the selector is a placeholder: it may refuse more than `requirements` do. */
  readonly incomplete: boolean;
}

export interface CompiledRequirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: ReadonlySet<string>;
}

/** Labels as the engine matches them. `unknown` holds keys that may be missing or have any value. */
export interface LabelFacts {
  readonly labels: ReadonlyMap<string, string>;
  readonly unknown: ReadonlySet<string>;
}

export function labelFacts(labels: Labels, unknownLabels: readonly string[] | undefined): LabelFacts {
  return { labels: new Map(Object.entries(labels)), unknown: new Set(unknownLabels) };
}

/** `matchLabels` and `matchExpressions` are one list of requirements (meta/v1 LabelSelector). */
export function compileSelector(selector: LabelSelector): CompiledSelector {
  let known = compiled.get(selector);
  if (known === undefined) compiled.set(selector, (known = compile(selector)));
  return known;
}

/** A selector is an immutable value, and checks ask about those of a whole file at every keystroke. */
const compiled = new WeakMap<LabelSelector, CompiledSelector>();

function compile(selector: LabelSelector): CompiledSelector {
  const requirements: CompiledRequirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels)) {
    requirements.push({ key, operator: 'In', values: new Set([value]) });
  }
  for (const { key, operator, values } of selector.matchExpressions) {
    requirements.push({ key, operator, values: new Set(takesValues(operator) ? values : []) });
  }
  const incomplete = selector.incomplete === true;
  const texts = requirements.map(requirementText).sort();
  return {
    text: (incomplete ? '?' : '') + texts.join(''),
    requirements,
    incomplete,
  };
}

export function matchSelector(selector: CompiledSelector, facts: LabelFacts): Match {
  let result: Match = selector.incomplete ? MAYBE : YES;
  for (const requirement of selector.requirements) {
    const { key } = requirement;
    if (facts.unknown.size > 0 && facts.unknown.has(key)) {
      const verdict = matchUnknownValue(selector, key);
      if (verdict === NO) return NO;
      if (verdict === MAYBE) result = MAYBE;
    } else if (!requirementHolds(requirement, facts.labels.get(key))) return NO;
  }
  return result;
}

/**
 * Whether a label's value (undefined: the key is missing) satisfies a requirement. NotIn and DoesNotExist also hold
 * where the key is missing (apimachinery `labels.Requirement.Matches`).
 */
export function requirementHolds(requirement: CompiledRequirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.has(value);
    case 'NotIn':
      return value === undefined || !requirement.values.has(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
  // The API server refuses other operators; text that it has not seen yet matches nothing.
  return false;
}

/**
 * What the selector says of a key that may be missing or have any value: tries "missing", every value that a
 * requirement mentions and one that none mentions, against all requirements on the key together.
 */
function matchUnknownValue(selector: CompiledSelector, key: string): Match {
  const onKey = selector.requirements.filter((requirement) => requirement.key === key);
  const mentioned = onKey.flatMap(({ values }) => [...values]);
  const unmentioned = `${mentioned.join('')}x`;
  const outcomes = [undefined, unmentioned, ...mentioned].map((value) =>
    onKey.every((r) => requirementHolds(r, value)),
  );
  if (outcomes.every(Boolean)) return YES;
  return outcomes.some(Boolean) ? MAYBE : NO;
}

function takesValues(operator: SelectorOperator): boolean {
  return operator === 'In' || operator === 'NotIn';
}

function requirementText({ key, operator, values }: CompiledRequirement): string {
  return `${quote(key)}${operator}${[...values].sort().map(quote).join('')};`;
}

/** Length-prefixed, so that hostile keys and values cannot imitate a separator. */
export function quote(text: string): string {
  return `${text.length}:${text}`;
}
