/** Whatever a server or the network does, a change is told only between two lists that were read to their end. */
import { afterEach, expect, test } from 'vitest';
import { PolicyNewsroom } from '../../../server/src/cluster/policyNews.ts';
import { readResource } from '../../../server/src/cluster/readResource.ts';
import { NETWORK_POLICIES } from '../../../server/src/cluster/resource.ts';
import { PolicyMemory } from '../../../server/src/workspace/changes/policyMemory.ts';
import type { PolicyNews } from '../../../server/src/workspace/changes/seenPolicy.ts';
import { event, FakeApi } from '../../support/fakeApi.ts';
import { FakeClock, settled } from '../../support/fakeClock.ts';

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

/** Follows the policies of a scripted server; `memory` is what was known before. */
function follow(memory = new PolicyMemory()) {
  const api = new FakeApi();
  const clock = new FakeClock();
  const stop = new AbortController();
  stops.push(stop);
  const told: string[] = [];
  const hear = (news: PolicyNews): void => {
    for (const { change, name, since } of memory.hear(news, clock.now())) {
      told.push(`${change} ${name}${since === undefined ? '' : ` since ${clock.now() - since}`}`);
    }
  };
  void readResource({
    transport: api.transport,
    resource: NETWORK_POLICIES,
    sink: new PolicyNewsroom(hear).sink(undefined),
    onStatus: () => undefined,
    streaming: { supported: true },
    recheckMs: 60_000,
    clock,
    random: () => 0,
    signal: stop.signal,
    wake: () => new AbortController().signal,
  });
  /** Time passes, and the reader asks again. */
  const again = async (ms: number): ReturnType<FakeApi['next']> => {
    await settled();
    clock.advance(ms);
    return api.next();
  };
  return { api, clock, told, again, memory };
}

const policy = (name: string, version: number, app = 'web'): object => ({
  metadata: { namespace: 'shop', name, uid: `uid-${name}`, resourceVersion: String(version) },
  spec: { podSelector: { matchLabels: { app } } },
});
const added = (name: string, version: number, app?: string): object => ({
  type: 'ADDED',
  object: policy(name, version, app),
});
const modified = (name: string, version: number, app?: string): object => ({
  type: 'MODIFIED',
  object: policy(name, version, app),
});
const deleted = (name: string, version: number): object => ({ type: 'DELETED', object: policy(name, version) });

test('a list that breaks off is no list', async () => {
  const known = new PolicyMemory();
  known.hear({ kind: 'read', scope: undefined, policies: [] }, 0);
  const { api, told, again } = follow(known);
  const broken = await api.next();
  broken.send(added('a', 1), added('b', 2));
  broken.cut();
  const whole = await again(400);
  expect(told).toEqual([]);
  whole.send(added('b', 2), event.listed(9));
  await settled();
  expect(told).toEqual([expect.stringMatching(/^created b since /)]);
});

test('a watch that breaks is resumed, and what happened meanwhile is no guess', async () => {
  const { api, told, again } = follow();
  const stream = await api.next();
  stream.send(added('a', 1), event.listed(9), modified('a', 10, 'api'));
  stream.cut();
  const resumed = await again(400);
  expect(resumed.query['resourceVersion']).toBe('10');
  resumed.send(modified('a', 11), deleted('a', 12));
  await settled();
  expect(told).toEqual(['changed a', 'changed a', 'deleted a']);
});

test('where the server has forgotten, the new list is compared with the old one, since the last sign of life', async () => {
  const { api, told, clock, again } = follow();
  const stream = await api.next();
  stream.send(added('a', 1), added('old', 2), event.listed(9));
  await settled();
  clock.advance(5_000);
  stream.send(event.bookmark(20), event.error(410, 'too old resource version'));
  const fresh = await again(400);
  expect(fresh.query['sendInitialEvents']).toBe('true');
  fresh.send(added('a', 30, 'api'), added('new', 31));
  await settled();
  expect(told).toEqual([]);
  fresh.send(event.listed(40));
  await settled();
  expect(told.toSorted()).toEqual(['changed a since 400', 'created new since 400', 'deleted old since 400']);
});

test('a right that is taken away is no deletion, and one that comes back tells what changed', async () => {
  const { api, told, again } = follow();
  const stream = await api.next();
  stream.send(added('a', 1), added('b', 2), event.listed(9));
  stream.end();
  (await again(400)).refuse(403, 'no');
  (await api.next()).refuse(403, 'no');
  await settled();
  expect(told).toEqual([]);
  const back = await again(60_000);
  back.send(added('a', 1), added('b', 45, 'api'), event.listed(50));
  await settled();
  expect(told).toEqual([expect.stringMatching(/^changed b since 60/)]);
});
