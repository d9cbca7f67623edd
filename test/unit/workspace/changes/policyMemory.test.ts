/** Two states of a cluster's policies, and what may be said to have changed between them. */
import { describe, expect, it, test } from 'vitest';
import { memoryText, readMemory } from '../../../../server/src/workspace/changes/memoryText.ts';
import { PolicyMemory } from '../../../../server/src/workspace/changes/policyMemory.ts';
import type { PolicyChange, PolicyNews, SeenPolicy } from '../../../../server/src/workspace/changes/seenPolicy.ts';

/** `shop/web 1`: the policy in a content of its own; `shop/web 1 at 5` was written again with the same content. */
function seen(text: string, more: Partial<SeenPolicy> = {}): SeenPolicy {
  const [place = '', content = '', , version = content] = text.split(' ');
  const [namespace = '', name = ''] = place.split('/');
  return {
    namespace,
    name,
    uid: `uid-${place}`,
    resourceVersion: version,
    hash: content,
    spec: `{"n":${content}}`,
    ...more,
  };
}

const read = (scope: string | undefined, ...texts: readonly string[]): PolicyNews => {
  return { kind: 'read', scope, policies: texts.map((text) => seen(text)) };
};
const put = (text: string, scope?: string): PolicyNews => ({ kind: 'put', scope, policy: seen(text) });
const gone = (namespace: string, name: string, scope?: string): PolicyNews => ({
  kind: 'gone',
  scope,
  namespace,
  name,
});
const current = (scope?: string): PolicyNews => ({ kind: 'current', scope });

/** What was told, a line each: `changed shop/web 1 → 2 between 10 and 20`. */
function shown({ change, namespace, name, before, after, at, since }: PolicyChange): string {
  const states = `${before?.hash ?? '–'} → ${after?.hash ?? '–'}`;
  return `${change} ${namespace}/${name} ${states} ${since === undefined ? `at ${at}` : `between ${since} and ${at}`}`;
}

/** Hears news at 10, 20, 30, … */
function told(memory: PolicyMemory, ...news: readonly PolicyNews[]): readonly string[] {
  return news.flatMap((one, index) => memory.hear(one, (index + 1) * 10).map(shown));
}

test.each<readonly [what: string, news: readonly PolicyNews[], told: readonly string[]]>([
  ['the first complete list is what there is, and no change', [read(undefined, 'shop/web 1')], []],
  [
    'while it is watched, a change is told when it comes',
    [read(undefined, 'shop/web 1'), put('shop/web 2'), put('shop/db 1'), gone('shop', 'web')],
    ['changed shop/web 1 → 2 at 20', 'created shop/db – → 1 at 30', 'deleted shop/web 2 → – at 40'],
  ],
  [
    'a write that changes nothing a person writes is none',
    [read(undefined, 'shop/web 1'), put('shop/web 1 at 7'), put('shop/web 1 at 7')],
    [],
  ],
  [
    'a list that is read again tells what changed since the last sign of life',
    [read(undefined, 'shop/web 1', 'shop/old 1'), current(), read(undefined, 'shop/new 1', 'shop/web 2')],
    [
      'created shop/new – → 1 between 20 and 30',
      'deleted shop/old 1 → – between 20 and 30',
      'changed shop/web 1 → 2 between 20 and 30',
    ],
  ],
  [
    'in a namespace that was not read before nothing is new',
    [read('shop', 'shop/web 1'), read(undefined, 'shop/web 1', 'billing/api 1')],
    [],
  ],
  [
    'and a namespace that may be read alone says nothing of others',
    [read(undefined, 'shop/web 1', 'billing/api 1'), read('shop')],
    ['deleted shop/web 1 → – between 10 and 20'],
  ],
  [
    'what could not be read for a while is compared with what was known before',
    [read(undefined, 'shop/web 1', 'billing/api 1'), read('shop', 'shop/web 1'), read('billing', 'billing/api 2')],
    ['changed billing/api 1 → 2 between 10 and 30'],
  ],
  [
    'a namespace that is made while the whole cluster is read is known to have been empty',
    [read(undefined), read(undefined, 'new/web 1')],
    ['created new/web – → 1 between 10 and 20'],
  ],
  [
    'names are data',
    [read(undefined), put('__proto__/constructor 1'), gone('__proto__', 'constructor'), gone('toString', 'x')],
    ['created __proto__/constructor – → 1 at 20', 'deleted __proto__/constructor 1 → – at 30'],
  ],
])('%s', (_, news, expected) => {
  expect(told(new PolicyMemory(), ...news)).toEqual(expected);
});

test('an object that was deleted and made anew meanwhile is another one', () => {
  const memory = new PolicyMemory();
  memory.hear(read(undefined, 'shop/web 1'), 10);
  const other = seen('shop/web 1', { uid: 'other' });
  expect(memory.hear({ kind: 'read', scope: undefined, policies: [other] }, 20)).toMatchObject([
    { change: 'replaced', since: 10 },
  ]);
});

test('what was found at once comes in the order in which it was written', () => {
  const memory = new PolicyMemory();
  memory.hear(read(undefined), 10);
  const at = (text: string, time: string): SeenPolicy => seen(text, { writers: { names: ['kubectl'], time } });
  const policies = [at('shop/a 1', '2026-11-25T10:00:00Z'), at('shop/b 1', '2026-11-25T09:00:00Z')];
  expect(memory.hear({ kind: 'read', scope: undefined, policies }, 20).map(({ name }) => name)).toEqual(['b', 'a']);
});

describe('over a restart', () => {
  const restarted = (memory: PolicyMemory): PolicyMemory => new PolicyMemory(readMemory(memoryText(memory.record())));

  it('finds what changed while nobody watched, and since when', () => {
    const memory = new PolicyMemory();
    told(memory, read(undefined, 'shop/web 1', 'shop/old 1'), current());
    const later = restarted(memory);
    expect(later.hear(read(undefined, 'shop/web 2'), 90).map(shown)).toEqual([
      'deleted shop/old 1 → – between 20 and 90',
      'changed shop/web 1 → 2 between 20 and 90',
    ]);
    expect(later.hear(put('shop/web 3'), 95).map(shown)).toEqual(['changed shop/web 2 → 3 at 95']);
  });

  it('keeps what it may not read this time for the next', () => {
    const memory = new PolicyMemory();
    told(memory, read(undefined, 'shop/web 1', 'billing/api 1'));
    const narrow = restarted(memory);
    expect(narrow.hear(read('shop', 'shop/web 1'), 50)).toEqual([]);
    const wide = restarted(narrow);
    expect(wide.hear(read(undefined, 'shop/web 2', 'billing/api 2'), 90).map(shown)).toEqual([
      'changed billing/api 1 → 2 between 10 and 90',
      'changed shop/web 1 → 2 between 50 and 90',
    ]);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"version":2,"parts":[],"policies":[]}',
    '{"version":1,"parts":[],"policies":[["a"]]}',
  ])('knows nothing where the file is none of ours: %s', (text) => {
    expect(readMemory(text)).toBeUndefined();
  });

  it('keeps who wrote last, and specs that are too long as their hash alone', () => {
    const { spec: _, ...long } = seen('shop/web 1');
    const policies = [
      { ...long, writers: { names: ['helm', 'kubectl'], time: '2026-11-25T10:00:00Z' } },
      seen('shop/db 2'),
    ];
    expect(readMemory(memoryText({ whole: 5, parts: [['shop', 7]], policies }))).toEqual({
      whole: 5,
      parts: [['shop', 7]],
      policies,
    });
  });
});
