import { describe, expect, test } from 'vitest';
import { isSpecOurs, takenOver, writersSince } from '../../../../server/src/cluster/apply/fieldManagers.ts';
import type { JsonMap } from '../../../../server/src/syntax/objects/jsonAccess.ts';

interface Entry {
  readonly manager: string;
  readonly operation?: string;
  readonly time?: string;
  readonly fields: object;
}

function object(...entries: readonly Entry[]): JsonMap {
  const managedFields = entries.map(({ manager, operation = 'Update', time = 't1', fields }) => ({
    manager,
    operation,
    time,
    fieldsV1: fields,
  }));
  return { metadata: { managedFields } } as never;
}

const INGRESS = { 'f:spec': { 'f:podSelector': {}, 'f:ingress': {} } };

describe('fields that a change takes over', () => {
  test('are those that the server no longer counts as the other manager’s', () => {
    const before = object(
      {
        manager: 'kubectl',
        fields: { ...INGRESS, 'f:metadata': { 'f:labels': { '.': {}, 'f:team': {}, 'f:a.b/c': {} } } },
      },
      { manager: 'labeller', fields: { 'f:metadata': { 'f:labels': { 'f:theirs': {} } } } },
      { manager: 'bulkhead', fields: { 'f:spec': { 'f:egress': {} } } },
    );
    const after = object(
      {
        manager: 'kubectl',
        fields: { 'f:spec': { 'f:podSelector': {} }, 'f:metadata': { 'f:labels': { 'f:team': {} } } },
      },
      { manager: 'labeller', fields: { 'f:metadata': { 'f:labels': { 'f:theirs': {} } } } },
      { manager: 'bulkhead', fields: INGRESS },
    );
    expect(takenOver(before, after)).toEqual([
      { manager: 'kubectl', operation: 'Update', time: 't1', fields: ['metadata.labels.a.b/c', 'spec.ingress'] },
    ]);
  });

  test('are all of them where the object goes', () => {
    expect(takenOver(object({ manager: 'kubectl', fields: INGRESS }), undefined)).toMatchObject([
      { manager: 'kubectl', fields: ['spec.ingress', 'spec.podSelector'] },
    ]);
    expect(takenOver(undefined, object({ manager: 'kubectl', fields: INGRESS }))).toEqual([]);
  });

  test('survive what no server would write', () => {
    let deep: object = {};
    for (let depth = 0; depth < 10_000; depth++) deep = { 'f:a': deep };
    const hostile = {
      metadata: { managedFields: [null, 7, { fieldsV1: deep }, { manager: '\u001b[2J', fieldsV1: 'x' }] },
    };
    expect(() => takenOver(hostile as never, undefined)).not.toThrow();
  });
});

test('who wrote since is told by new and by changed entries', () => {
  const before = object({ manager: 'kubectl', fields: INGRESS }, { manager: 'old', fields: {} });
  const now = object(
    { manager: 'kubectl', time: 't2', fields: INGRESS },
    { manager: 'old', fields: {} },
    { manager: 'rival', fields: { 'f:spec': { 'f:egress': {} } } },
  );
  expect(writersSince(before, now)).toEqual(['kubectl', 'rival']);
});

test.each([
  ['a server-side apply of ours', [{ manager: 'bulkhead', operation: 'Apply', fields: INGRESS }], true],
  ['an update of ours', [{ manager: 'bulkhead', operation: 'Update', fields: INGRESS }], false],
  ['nobody', [], false],
  [
    'somebody else with us',
    [
      { manager: 'bulkhead', operation: 'Apply', fields: INGRESS },
      { manager: 'kubectl', fields: { 'f:spec': { 'f:egress': {} } } },
    ],
    false,
  ],
  [
    'somebody else, but only a label',
    [
      { manager: 'bulkhead', operation: 'Apply', fields: INGRESS },
      { manager: 'labeller', fields: { 'f:metadata': { 'f:labels': { 'f:a': {} } } } },
    ],
    true,
  ],
] as const)('a spec that is written by %s', (_who, entries, ours) => {
  expect(isSpecOurs(object(...entries))).toBe(ours);
});
