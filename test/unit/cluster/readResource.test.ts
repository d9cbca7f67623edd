/** How one kind is read, followed and resumed. */
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../../server/src/cluster/resource.ts';
import { apiPod, event } from '../../support/fakeApi.ts';
import { settled } from '../../support/fakeClock.ts';
import { PAGES, readThings, STREAM, THINGS, watchFrom } from '../../support/readThings.ts';

describe('a server that streams lists', () => {
  test('is read and followed by one request', async () => {
    const reader = readThings();
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
    const reader = readThings();
    const stream = await reader.api.next();
    stream.send(event.added('shop/web', 900), event.listed(9), event.modified('shop/web', 14));
    stream.end();
    expect((await reader.api.next()).line).toBe(watchFrom(14));
  });

  test('is resumed after a bookmark', async () => {
    const reader = readThings();
    const stream = await reader.api.next();
    stream.send(event.listed(9), event.bookmark(5000));
    stream.end();
    expect((await reader.api.next()).line).toBe(watchFrom(5000));
  });

  test('does not take a place in the middle of the first read for one to go on from', async () => {
    const reader = readThings();
    const stream = await reader.api.next();
    stream.send(event.added('shop/web', 900));
    stream.cut();
    expect(await reader.rest()).toEqual([400]);
    reader.clock.advance(400);
    expect((await reader.api.next()).line).toBe(STREAM);
  });

  test('has a cut within an event noticed', async () => {
    const reader = readThings();
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
    const reader = readThings();
    const stream = await reader.api.next();
    stream.send(event.listed(9), event.added('shop/web', 10), text, event.added('shop/lost', 11));
    await reader.rest();
    reader.clock.advance(400);
    expect((await reader.api.next()).line).toBe(watchFrom(10));
    expect(reader.held()).toEqual(['shop/web']);
  });
});

describe('a server that does not stream lists', () => {
  async function refuseStream(reader: ReturnType<typeof readThings>) {
    const stream = await reader.api.next();
    stream.refuse(422, 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled');
    return reader.api.next();
  }

  test('is read in pages and then watched', async () => {
    const reader = readThings();
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
    const reader = readThings();
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
    const reader = readThings();
    const stream = await reader.api.next();
    stream.send(event.added('shop/web', 1));
    await settled();
    stream.cut('silent');
    expect((await reader.api.next()).line).toBe(PAGES);
  });
});

describe('a place that the server has forgotten', () => {
  test('as a status: everything is read again, and what is gone goes', async () => {
    const reader = readThings();
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
    const reader = readThings();
    const stream = await reader.api.next();
    stream.send(event.listed(9), event.error(410, 'too old resource version'));
    await reader.rest();
    reader.clock.advance(400);
    expect((await reader.api.next()).line).toBe(STREAM);
  });
});

describe('very many objects', () => {
  const MANY: Resource = { ...THINGS, countFirst: true, fieldSelector: 'status.phase!=Failed' };

  test('their number is asked for beside the stream, and says how far the read is', async () => {
    const reader = readThings({ resource: MANY });
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
    const reader = readThings({ resource: MANY });
    (await reader.api.next()).refuse(403);
    (await reader.api.next()).send(event.added('shop/web', 1), event.listed(2));
    await settled();
    expect(reader.last()).toEqual({ state: 'complete' });
  });
});

test('after it is stopped nothing is asked, waited for or said any more', async () => {
  const reader = readThings();
  (await reader.api.next()).cut();
  await reader.rest();
  const said = reader.statuses.length;
  await reader.stop();
  expect(reader.clock.waits).toEqual([]);
  expect(reader.statuses).toHaveLength(said);
  expect(reader.api.requests).toHaveLength(1);
});
