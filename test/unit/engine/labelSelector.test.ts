import { describe, expect, test } from 'vitest';
import { compileSelector, labelFacts, matchSelector } from '../../../server/src/engine/labelSelector.ts';
import { MAYBE, NO, YES } from '../../../server/src/engine/match.ts';
import type { LabelRequirement, LabelSelector, Labels } from '../../../server/src/model/labels.ts';
import { select } from '../../support/engineObjects.ts';

function expression(key: string, operator: LabelRequirement['operator'], ...values: string[]): LabelSelector {
  return { matchLabels: {}, matchExpressions: [{ key, operator, values }] };
}

describe('a selector', () => {
  const cases: [what: string, selector: LabelSelector, labels: Labels, expected: number][] = [
    ['that is empty matches everything', select(), {}, YES],
    ['needs all of its labels', select('app=web', 'tier=front'), { app: 'web' }, NO],
    ['takes an empty value as a value', select('app='), { app: '' }, YES],
    ['In refuses a missing key', expression('app', 'In', 'web'), {}, NO],
    ['NotIn takes a missing key', expression('app', 'NotIn', 'web'), {}, YES],
    ['NotIn refuses its values', expression('app', 'NotIn', 'web', 'api'), { app: 'api' }, NO],
    ['Exists takes any value', expression('app', 'Exists'), { app: '' }, YES],
    ['DoesNotExist refuses any value', expression('app', 'DoesNotExist'), { app: '' }, NO],
    ['does not take inherited properties for labels', expression('constructor', 'Exists'), {}, NO],
    ['sees a label named __proto__', select('__proto__=x'), Object.fromEntries([['__proto__', 'x']]), YES],
  ];
  test.each(cases)('%s', (_what, selector, labels, expected) => {
    expect(matchSelector(compileSelector(selector), labelFacts(labels, undefined))).toBe(expected);
  });

  const unknown: [what: string, selector: LabelSelector, expected: number][] = [
    ['on an unknown label is undecided', select('app=web'), MAYBE],
    ['refuses for another label all the same', select('app=web', 'tier=front'), NO],
    [
      'that no value can satisfy is refused',
      { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
      NO,
    ],
    ['on other labels is decided', select('track=stable'), YES],
  ];
  test.each(unknown)('%s', (_what, selector, expected) => {
    const facts = labelFacts({ track: 'stable' }, ['app']);
    expect(matchSelector(compileSelector(selector), facts)).toBe(expected);
  });

  test('with a placeholder refuses what its known part refuses and is undecided otherwise', () => {
    const selector = compileSelector({ ...select('app=web'), incomplete: true });
    expect(matchSelector(selector, labelFacts({ app: 'api' }, undefined))).toBe(NO);
    expect(matchSelector(selector, labelFacts({ app: 'web' }, undefined))).toBe(MAYBE);
  });

  test('has one canonical text, which hostile values cannot imitate', () => {
    const text = (selector: LabelSelector): string => compileSelector(selector).text;
    expect(text({ matchLabels: { a: '1', b: '2' }, matchExpressions: [] })).toBe(
      text({ matchLabels: { b: '2', a: '1' }, matchExpressions: [] }),
    );
    expect(text(expression('a', 'In', 'x', 'y'))).toBe(text(expression('a', 'In', 'y', 'x')));
    expect(text(select('a=1'))).toBe(text(expression('a', 'In', '1')));
    expect(text({ matchLabels: { a: '1;1:bIn1:2' }, matchExpressions: [] })).not.toBe(text(select('a=1', 'b=2')));
  });
});
