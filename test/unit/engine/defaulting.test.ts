import { describe, expect, test } from 'vitest';
import { effectivePolicyTypes } from '../../../server/src/engine/defaulting.ts';
import { MAYBE, NO, YES } from '../../../server/src/engine/match.ts';
import type { NetworkPolicy } from '../../../server/src/model/networkPolicy.ts';
import { policy } from '../../support/engineObjects.ts';

describe('policyTypes', () => {
  const cases: [what: string, spec: Partial<NetworkPolicy>, ingress: number, egress: number][] = [
    ['absent, no rules: Ingress alone', {}, YES, NO],
    ['absent, an empty list of egress rules: Ingress alone', { egress: [] }, YES, NO],
    ['absent, an egress rule: both', { egress: [{}] }, YES, YES],
    ['an empty list counts as absent', { policyTypes: [], egress: [{}] }, YES, YES],
    ['given: what is written, whatever the rules', { policyTypes: ['Ingress'], egress: [{}] }, YES, NO],
    ['Egress alone leaves ingress open', { policyTypes: ['Egress'], ingress: [{}] }, NO, YES],
    [
      'a placeholder beside Egress: Ingress is possible',
      { policyTypes: ['Egress'], policyTypesIncomplete: true },
      MAYBE,
      YES,
    ],
    ['a placeholder in place of the list: both are possible', { policyTypesIncomplete: true }, MAYBE, MAYBE],
  ];
  test.each(cases)('%s', (_what, spec, ingress, egress) => {
    expect(effectivePolicyTypes(policy('shop/p', spec))).toEqual({ ingress, egress });
  });
});
