/** What readers put becomes news of policies: in order, and never of half a list. */
import { expect, test } from 'vitest';
import { PolicyNewsroom } from '../../../server/src/cluster/policyNews.ts';
import type { RawObject } from '../../../server/src/cluster/readResource.ts';
import type { PolicyNews } from '../../../server/src/workspace/changes/seenPolicy.ts';

const policy = (name: string, version: number, app = 'web', namespace = 'shop'): RawObject => ({
  metadata: {
    namespace,
    name,
    uid: `uid-${name}`,
    resourceVersion: String(version),
    managedFields: [
      { manager: 'kubectl', operation: 'Update', time: '2026-11-25T09:00:00Z' },
      { manager: 'argocd', operation: 'Apply', time: '2026-11-25T10:00:00Z' },
    ],
  },
  spec: { podSelector: { matchLabels: { app } } },
});

function newsroom(scope?: string): {
  readonly told: PolicyNews[];
  readonly sink: ReturnType<PolicyNewsroom['sink']>;
} {
  const told: PolicyNews[] = [];
  return { told, sink: new PolicyNewsroom((news) => told.push(news)).sink(scope) };
}

const shown = (news: PolicyNews): string => {
  if (news.kind === 'read') return `read ${news.policies.map(({ name }) => name).join(',')}`;
  if (news.kind === 'put') return `put ${news.policy.name} ${news.policy.resourceVersion}`;
  return news.kind === 'gone' ? `gone ${news.name}` : news.kind;
};

test('a list is told as a whole when it was read to its end, then every event', () => {
  const { told, sink } = newsroom();
  sink.begin();
  sink.put(policy('a', 1));
  sink.current?.();
  expect(told).toEqual([]);
  sink.put(policy('b', 2));
  sink.finish();
  sink.put(policy('a', 3, 'api'));
  sink.current?.();
  sink.remove(policy('b', 4));
  expect(told.map(shown)).toEqual(['read a,b', 'put a 3', 'current', 'gone b']);
});

test('a list that breaks off, or that may not be read any more, is never told', () => {
  const { told, sink } = newsroom();
  sink.begin();
  sink.put(policy('a', 1));
  sink.begin();
  sink.put(policy('b', 1));
  sink.clear();
  expect(told).toEqual([]);
});

test('what is kept is the spec, a hash of what a person writes, and who wrote last', () => {
  const { told, sink } = newsroom();
  sink.begin();
  sink.put(policy('a', 1));
  sink.finish();
  sink.put({ ...policy('a', 2), status: { conditions: [] } });
  sink.put(policy('a', 3, 'api'));
  const [first, same, other] = told.map((news) =>
    news.kind === 'read' ? news.policies[0] : 'policy' in news && news.policy,
  );
  expect(first).toEqual({
    namespace: 'shop',
    name: 'a',
    uid: 'uid-a',
    resourceVersion: '1',
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    spec: '{"podSelector":{"matchLabels":{"app":"web"}}}',
    writers: { time: '2026-11-25T10:00:00Z', names: ['argocd'] },
  });
  expect(same).toMatchObject({ resourceVersion: '2', hash: (first as { hash: string }).hash });
  expect(other).not.toMatchObject({ hash: (first as { hash: string }).hash });
});

test('a spec without bounds is told apart and not kept', () => {
  const { told, sink } = newsroom();
  sink.begin();
  sink.put(policy('a', 1, 'x'.repeat(300_000)));
  sink.finish();
  expect(told).toMatchObject([{ policies: [{ name: 'a', hash: expect.any(String) }] }]);
  expect(told[0]).not.toHaveProperty('policies.0.spec');
});

test('objects without a name, and of namespaces that were not asked for, are nothing', () => {
  const { told, sink } = newsroom('shop');
  sink.begin();
  sink.put({});
  sink.put(policy('a', 1, 'web', 'billing'));
  sink.finish();
  sink.remove(policy('a', 2, 'web', 'billing'));
  expect(told.map(shown)).toEqual(['read ']);
});
