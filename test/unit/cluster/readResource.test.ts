/** How one kind is read, followed, resumed and given up. Long, because every state of the reader has its own example. */
import { afterEach, describe, expect, test } from 'vitest';
import type { ObjectSink, RawObject } from '../../../server/src/cluster/readResource.ts';
import { readResource } from '../../../server/src/cluster/readResource.ts';
import type { Resource } from '../../../server/src/cluster/resource.ts';
import type { CoverageStatus } from '../../../server/src/workspace/clusterSource.ts';
import { apiPod, event, FakeApi } from '../../support/fakeApi.ts';
import { FakeClock, settled } from '../../support/fakeClock.ts';

const THINGS: Resource = {
  group: 'example.io',
  version: 'v1',
  plural: 'things',
  kind: 'Thing',
  namespaced: true,
  metadataOnly: false,
};

const STREAM =
  'GET /apis/example.io/v1/things?watch=1&allowWatchBookmarks=true&timeoutSeconds=300&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
const PAGES = 'GET /apis/example.io/v1/things?limit=500';
const watchFrom = (position: number): string =>
  `GET /apis/example.io/v1/things?watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=${position}`;

/** Reads with a random source that always gives 0: waits are the shortest, watches 300 s long. */
function read(more: { resource?: Resource; namespace?: string } = {}) {
  const api = new FakeApi();
  const clock = new FakeClock();
  const held = new Set<string>();
  const statuses: CoverageStatus[] = [];
  const stop = new AbortController();
  stops.push(stop);
  let wake = new AbortController();
  const done = readResource({
    transport: api.transport,
    resource: THINGS,
    sink: sinkOf(held),
    onStatus: (status) => statuses.push(status),
    streaming: { supported: true },
    recheckMs: 60_000,
    clock,
    random: () => 0,
    signal: stop.signal,
    wake: () => wake.signal,
    ...more,
  });
  return {
    api,
    clock,
    statuses,
    stop: async () => {
      stop.abort();
      await done;
    },
    wakeUp: () => {
      wake.abort();
      wake = new AbortController();
    },
    held: () => [...held].sort(),
    last: () => statuses.at(-1),
    /** Waits for the reader to rest, and says how long it will. */
    rest: async () => {
      await settled();
      return clock.waits;
    },
  };
}

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

function sinkOf(held: Set<string>): ObjectSink {
  let seen: Set<string> | undefined;
  const name = ({ metadata }: RawObject): string => {
    const { namespace, name: own } = metadata as { namespace?: string; name: string };
    return `${namespace}/${own}`;
  };
  return {
    begin: () => (seen = new Set()),
    put: (object) => {
      held.add(name(object));
      seen?.add(name(object));
    },
    remove: (object) => held.delete(name(object)),
    finish: () => {
      for (const one of held) if (seen?.has(one) === false) held.delete(one);
    },
    clear: () => held.clear(),
  };
}

describe('a server that streams lists', () => {
  test('is read and followed by one request', async () => {
    const reader = read();
    const stream = await reader.api.next();
    expect(stream.line).toBe(STREAM);
    stream.send(event.added('shop/web', 7), event.added('shop/db', 3));
    await settled();
    expect(reader.last()).toEqual({ state: 'reading' });
    stream.send(event.listed(9));
    await settled();
    expect(reader.last()).toEqual({ state: 'complete' });
    stream.send(event.added('shop/api', 10), event.deleted('shop/db', 11), event.modified('shop/web', 12));
    await settled();
    expect(reader.held()).toEqual(['shop/api', 'shop/web']);
    expect(reader.api.requests).toEqual([STREAM]);
  });

  test('is resumed after the last event when it ends the watch', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.added('shop/web', 900), event.listed(9), event.modified('shop/web', 14));
    stream.end();
    expect((await reader.api.next()).line).toBe(watchFrom(14));
  });

  test('is resumed after a bookmark', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.listed(9), event.bookmark(5000));
    stream.end();
    expect((await reader.api.next()).line).toBe(watchFrom(5000));
  });

  test('does not take a place in the middle of the first read for one to go on from', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.added('shop/web', 900));
    stream.cut();
    expect(await reader.rest()).toEqual([400]);
    reader.clock.advance(400);
    expect((await reader.api.next()).line).toBe(STREAM);
  });

  test('has a cut within an event noticed', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.listed(9), '{"type":"ADDED","obj');
    stream.end();
    expect(await reader.rest()).toEqual([400]);
    reader.clock.advance(400);
    expect((await reader.api.next()).line).toBe(watchFrom(9));
  });

  test.each([
    ['no JSON', 'garbage\n'],
    ['JSON that is no event', '{"kind":"Pod"}\n'],
    ['an event without an object', '{"type":"ADDED","object":null}\n'],
  ])('that sends %s is asked again from the last good event', async (_, text) => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.listed(9), event.added('shop/web', 10), text, event.added('shop/lost', 11));
    await reader.rest();
    reader.clock.advance(400);
    expect((await reader.api.next()).line).toBe(watchFrom(10));
    expect(reader.held()).toEqual(['shop/web']);
  });
});

describe('a server that does not stream lists', () => {
  async function refuseStream(reader: ReturnType<typeof read>) {
    const stream = await reader.api.next();
    stream.refuse(422, 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled');
    return reader.api.next();
  }

  test('is read in pages and then watched', async () => {
    const reader = read();
    const first = await refuseStream(reader);
    expect(first.line).toBe(PAGES);
    first.answer({
      metadata: { resourceVersion: '40', continue: 'abc', remainingItemCount: 3 },
      items: [apiPod('shop/web')],
    });
    const second = await reader.api.next();
    expect(second.line).toBe(`${PAGES}&continue=abc`);
    expect(reader.last()).toEqual({ state: 'reading', fraction: 0.25 });
    second.answer({ items: [apiPod('shop/db')], metadata: { resourceVersion: '40' } });
    expect((await reader.api.next()).line).toBe(watchFrom(40));
    expect(reader.held()).toEqual(['shop/db', 'shop/web']);
    expect(reader.last()).toEqual({ state: 'complete' });
  });

  test('is asked for the whole list when a page’s token has expired', async () => {
    const reader = read();
    const first = await refuseStream(reader);
    first.answer({ metadata: { resourceVersion: '40', continue: 'abc' }, items: [apiPod('shop/gone')] });
    (await reader.api.next()).refuse(410, 'The provided continue parameter is too old');
    const whole = await reader.api.next();
    expect(whole.line).toBe('GET /apis/example.io/v1/things');
    whole.answer({ metadata: { resourceVersion: '50' }, items: [apiPod('shop/web')] });
    expect((await reader.api.next()).line).toBe(watchFrom(50));
    expect(reader.held()).toEqual(['shop/web']);
  });

  test('that accepts the request but never ends the list is read in pages', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.added('shop/web', 1));
    await settled();
    stream.cut('silent');
    expect((await reader.api.next()).line).toBe(PAGES);
  });
});

describe('a place that the server has forgotten', () => {
  test('as a status: everything is read again, and what is gone goes', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.added('shop/web', 1), event.added('shop/db', 2), event.listed(9));
    stream.end();
    (await reader.api.next()).refuse(410, 'too old resource version: 9 (5000)');
    await reader.rest();
    expect(reader.held()).toEqual(['shop/db', 'shop/web']);
    reader.clock.advance(400);
    const again = await reader.api.next();
    expect(again.line).toBe(STREAM);
    again.send(event.added('shop/web', 1), event.listed(6000));
    await settled();
    expect(reader.held()).toEqual(['shop/web']);
    expect(reader.statuses).not.toContainEqual(expect.objectContaining({ state: 'stale' }));
  });

  test('as an event of the watch', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.listed(9), event.error(410, 'too old resource version'));
    await reader.rest();
    reader.clock.advance(400);
    expect((await reader.api.next()).line).toBe(STREAM);
  });
});

describe('faults that pass', () => {
  test('waits double from 0.4 s and stay within 30 s, and what is held is stale from the moment it broke', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.added('shop/web', 1), event.listed(9));
    await settled();
    const brokenAt = reader.clock.now();
    stream.cut();
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries++) {
      const [wait = 0] = await reader.rest();
      waits.push(wait);
      reader.clock.advance(wait);
      (await reader.api.next()).cut();
    }
    await settled();
    expect(waits).toEqual([400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
    expect(reader.last()).toEqual({ state: 'stale', since: brokenAt, why: 'The connection was cut.' });
    expect(reader.held()).toEqual(['shop/web']);
  });

  test('one break of a watch is not called stale', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.listed(9));
    stream.cut();
    await reader.rest();
    reader.clock.advance(400);
    (await reader.api.next()).send(event.bookmark(10));
    await settled();
    expect(reader.statuses.map(({ state }) => state)).toEqual(['reading', 'complete', 'complete']);
  });

  test.each([
    [429, 'Too many requests'],
    [503, 'storage is (re)initializing'],
  ])('%i with Retry-After is tried again no sooner', async (code, message) => {
    const reader = read();
    (await reader.api.next()).refuse(code, message, { 'retry-after': '7' });
    expect(await reader.rest()).toEqual([7000]);
    expect(reader.last()).toEqual({ state: 'reading' });
    reader.clock.advance(7000);
    expect((await reader.api.next()).line).toBe(STREAM);
  });

  test('a first read that fails says why', async () => {
    const reader = read();
    (await reader.api.next()).refuse(500, 'etcdserver: request timed out');
    await settled();
    expect(reader.last()).toEqual({ state: 'failed', why: 'The server answered 500: etcdserver: request timed out.' });
  });

  test('a watch that the server ends at once, again and again, is not asked for in a loop', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.listed(9));
    reader.clock.advance(5000);
    stream.end();
    (await reader.api.next()).end();
    expect(await reader.rest()).toEqual([400]);
    expect(reader.api.pending).toEqual([]);
  });

  test('a person who asks again does not wait', async () => {
    const reader = read();
    (await reader.api.next()).cut();
    await reader.rest();
    reader.wakeUp();
    expect((await reader.api.next()).line).toBe(STREAM);
  });
});

describe('rights', () => {
  test('without the right to watch and to list, the missing right is named and asked for again later', async () => {
    const reader = read({ namespace: 'shop' });
    (await reader.api.next()).refuse(403, 'things is forbidden');
    (await reader.api.next()).refuse(403, 'things is forbidden: User "eve" cannot list resource "things"');
    expect(await reader.rest()).toEqual([60_000]);
    expect(reader.last()).toEqual({
      state: 'forbidden',
      why: 'The server answered 403: things is forbidden: User "eve" cannot list resource "things".',
      mend: 'list and watch things.example.io in namespace shop',
    });
    reader.clock.advance(60_000);
    const again = await reader.api.next();
    again.send(event.listed(3));
    await settled();
    expect(reader.last()).toEqual({ state: 'complete' });
  });

  test('with the right to list alone, the list is read again every half minute', async () => {
    const reader = read();
    (await reader.api.next()).refuse(403);
    (await reader.api.next()).answer({ metadata: { resourceVersion: '1' }, items: [apiPod('shop/web')] });
    expect(await reader.rest()).toEqual([30_000]);
    expect(reader.last()).toEqual({ state: 'complete' });
    reader.clock.advance(30_000);
    (await reader.api.next()).refuse(403);
    (await reader.api.next()).answer({ metadata: { resourceVersion: '2' }, items: [apiPod('shop/db')] });
    await settled();
    expect(reader.held()).toEqual(['shop/db']);
  });

  test('a right that is taken away takes what was read with it', async () => {
    const reader = read();
    const stream = await reader.api.next();
    stream.send(event.added('shop/web', 1), event.listed(9));
    stream.end();
    (await reader.api.next()).refuse(403);
    (await reader.api.next()).refuse(403);
    await settled();
    expect(reader.held()).toEqual([]);
    expect(reader.last()).toMatchObject({ state: 'forbidden' });
  });
});

describe('very many objects', () => {
  const MANY: Resource = { ...THINGS, countFirst: true, fieldSelector: 'status.phase!=Failed' };

  test('their number is asked for beside the stream, and says how far the read is', async () => {
    const reader = read({ resource: MANY });
    const count = await reader.api.next();
    expect(count.line).toBe('GET /apis/example.io/v1/things?limit=1');
    count.answer({ metadata: { remainingItemCount: 1999 }, items: [apiPod('shop/web-0')] });
    const stream = await reader.api.next();
    expect(stream.query['fieldSelector']).toBe('status.phase!=Failed');
    await settled();
    stream.send(...Array.from({ length: 1000 }, (_, at) => event.added(`shop/web-${at}`, at)));
    await settled();
    expect(reader.last()).toEqual({ state: 'reading', fraction: 0.5 });
  });

  test('a count that is refused hinders nothing', async () => {
    const reader = read({ resource: MANY });
    (await reader.api.next()).refuse(403);
    (await reader.api.next()).send(event.added('shop/web', 1), event.listed(2));
    await settled();
    expect(reader.last()).toEqual({ state: 'complete' });
  });
});

test('after it is stopped nothing is asked, waited for or said any more', async () => {
  const reader = read();
  (await reader.api.next()).cut();
  await reader.rest();
  const said = reader.statuses.length;
  await reader.stop();
  expect(reader.clock.waits).toEqual([]);
  expect(reader.statuses).toHaveLength(said);
  expect(reader.api.requests).toHaveLength(1);
});
