/** Which program made a change, as far as managed fields say: never one that has not. */
import { describe, expect, it } from 'vitest';
import { managerOf, type SeenPolicy } from '../../../../server/src/workspace/changes/seenPolicy.ts';

const seen = (time: string, ...names: readonly string[]): SeenPolicy =>
  ({
    namespace: 'shop',
    name: 'web',
    uid: 'u1',
    resourceVersion: '1',
    writers: { time, names },
  }) as unknown as SeenPolicy;
const [EARLIER, LATER] = ['2026-11-25T15:00:00Z', '2026-11-25T15:00:07Z'];

describe('the program that made a change', () => {
  it.each<[string, SeenPolicy | undefined, SeenPolicy | undefined, string | undefined]>([
    ['is the one that made the object', undefined, seen(EARLIER, 'kubectl-create'), 'kubectl-create'],
    ['is the one with a later entry', seen(EARLIER, 'kubectl-create'), seen(LATER, 'kubectl-edit'), 'kubectl-edit'],
    [
      'is the new one of those that wrote in one second',
      seen(EARLIER, 'kubectl-create'),
      seen(EARLIER, 'kubectl-create', 'kubectl-edit'),
      'kubectl-edit',
    ],
    ['is nobody where no entry is new', seen(EARLIER, 'kubectl-create'), seen(EARLIER, 'kubectl-create'), undefined],
    [
      'is nobody where the newest entry has gone: what took its fields away leaves none',
      seen(LATER, 'kubectl-edit'),
      seen(EARLIER, 'kubectl-create'),
      undefined,
    ],
    ['is nobody for a deletion', seen(EARLIER, 'kubectl-create'), undefined, undefined],
  ])('%s', (_, before, after, name) => {
    expect(managerOf({ before, after } as never)?.name).toBe(name);
  });
});
