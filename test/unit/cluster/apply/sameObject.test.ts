import { describe, expect, test } from 'vitest';
import { defaultedSpec, differences, isSameState } from '../../../../server/src/cluster/apply/sameObject.ts';
import type { JsonValue } from '../../../../server/src/model/manifest.ts';

const DEFAULTS: readonly (readonly [what: string, written: JsonValue | undefined, stored: object])[] = [
  ['nothing at all', undefined, { podSelector: {}, policyTypes: ['Ingress'] }],
  ['nulls', { podSelector: null, ingress: null, policyTypes: null }, { podSelector: {}, policyTypes: ['Ingress'] }],
  ['empty lists', { podSelector: {}, ingress: [], egress: [] }, { podSelector: {}, policyTypes: ['Ingress'] }],
  ['egress rules', { egress: [{}] }, { podSelector: {}, egress: [{}], policyTypes: ['Ingress', 'Egress'] }],
  [
    'policyTypes that are written',
    { egress: [{}], policyTypes: ['Egress'] },
    { podSelector: {}, egress: [{}], policyTypes: ['Egress'] },
  ],
  [
    'ports without a protocol',
    { ingress: [{ from: [], ports: [{ port: 'http' }, { port: 53, protocol: 'UDP', endPort: null }, {}] }] },
    {
      podSelector: {},
      ingress: [{ ports: [{ protocol: 'TCP', port: 'http' }, { port: 53, protocol: 'UDP' }, { protocol: 'TCP' }] }],
      policyTypes: ['Ingress'],
    },
  ],
  [
    'peers whose selectors are empty',
    { ingress: [{ from: [{ podSelector: {}, namespaceSelector: null }, { namespaceSelector: { matchLabels: {} } }] }] },
    {
      podSelector: {},
      ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: {} }] }],
      policyTypes: ['Ingress'],
    },
  ],
  [
    'a null among strings',
    { podSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['', null] }] } },
    {
      podSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['', ''] }] },
      policyTypes: ['Ingress'],
    },
  ],
  [
    'a label without a value',
    { podSelector: { matchLabels: { app: null }, matchExpressions: [{ key: 'a', operator: 'Exists', values: [] }] } },
    {
      podSelector: { matchLabels: { app: '' }, matchExpressions: [{ key: 'a', operator: 'Exists' }] },
      policyTypes: ['Ingress'],
    },
  ],
];

describe('a spec as the API server stores it', () => {
  test.each(DEFAULTS)('%s', (_what, written, stored) => {
    expect(defaultedSpec(written)).toEqual(stored);
    // What is stored is stored as it is.
    expect(defaultedSpec(stored as JsonValue)).toEqual(stored);
  });
});

test('differences are named by their field paths', () => {
  const one = { ingress: [{ ports: [{ port: 80 }] }, {}], podSelector: {}, egress: [{}] };
  const other = { ingress: [{ ports: [{ port: 81 }] }, {}], podSelector: {}, egress: [{}, {}] };
  expect(differences(one, other, 'spec')).toEqual(['spec.ingress[0].ports[0].port', 'spec.egress']);
  expect(differences({ a: undefined as never }, {}, 'spec')).toEqual([]);
});

test('who wrote an object, and how often, is no difference', () => {
  const state = (version: string, more: object = {}): never =>
    ({
      metadata: { name: 'web', resourceVersion: version, generation: 1, managedFields: [version] },
      ...more,
    }) as never;
  expect(isSameState(state('1'), state('2'))).toBe(true);
  expect(isSameState(state('1'), state('1', { spec: {} }))).toBe(false);
});
