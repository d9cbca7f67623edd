/** What the reader of one kind does while a server fails it or refuses it. */
import { describe, expect, test } from 'vitest';
import { apiPod, event } from '../../support/fakeApi.ts';
import { settled } from '../../support/fakeClock.ts';
import { readThings, STREAM } from '../../support/readThings.ts';

describe('faults that pass', () => {
  test('waits double from 0.4 s and stay within 30 s, and what is held is stale from the moment it broke', async () => {
    const reader = readThings();
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
    const reader = readThings();
    const stream = await reader.api.next();
    stream.send(event.listed(9));
    stream.cut();
    await reader.rest();
    reader.clock.advance(400);
    (await reader.api.next()).send(event.bookmark(10));
    await settled();
    expect(reader.statuses.map(({ state }) => state)).toEqual(['reading', 'complete', 'complete']);
  });

  test('a watch of which nothing is heard any more, half open, goes on where it was', async () => {
    const reader = readThings();
    const stream = await reader.api.next();
    stream.send(event.listed(9), event.bookmark(12));
    await settled();
    stream.cut('silent');
    const [wait = 0] = await reader.rest();
    reader.clock.advance(wait);
    expect((await reader.api.next()).query).toMatchObject({ watch: '1', resourceVersion: '12' });
  });

  test.each([
    [429, 'Too many requests'],
    [503, 'storage is (re)initializing'],
  ])('%i with Retry-After is tried again no sooner', async (code, message) => {
    const reader = readThings();
    (await reader.api.next()).refuse(code, message, { 'retry-after': '7' });
    expect(await reader.rest()).toEqual([7000]);
    expect(reader.last()).toEqual({ state: 'reading' });
    reader.clock.advance(7000);
    expect((await reader.api.next()).line).toBe(STREAM);
  });

  test('a first read that fails says why', async () => {
    const reader = readThings();
    (await reader.api.next()).refuse(500, 'etcdserver: request timed out');
    await settled();
    expect(reader.last()).toEqual({ state: 'failed', why: 'The server answered 500: etcdserver: request timed out.' });
  });

  test('a watch that the server ends at once, again and again, is not asked for in a loop', async () => {
    const reader = readThings();
    const stream = await reader.api.next();
    stream.send(event.listed(9));
    reader.clock.advance(5000);
    stream.end();
    (await reader.api.next()).end();
    expect(await reader.rest()).toEqual([400]);
    expect(reader.api.pending).toEqual([]);
  });

  test('a person who asks again does not wait', async () => {
    const reader = readThings();
    (await reader.api.next()).cut();
    await reader.rest();
    reader.wakeUp();
    expect((await reader.api.next()).line).toBe(STREAM);
  });
});

describe('rights', () => {
  test('without the right to watch and to list, the missing right is named and asked for again later', async () => {
    const reader = readThings({ namespace: 'shop' });
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
    const reader = readThings();
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
    const reader = readThings();
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
