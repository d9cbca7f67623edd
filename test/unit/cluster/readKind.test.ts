import { afterEach, describe, expect, test } from 'vitest';
import { gate } from '../../../server/src/cluster/gate.ts';
import { readKind } from '../../../server/src/cluster/readKind.ts';
import type { Resource } from '../../../server/src/cluster/resource.ts';
import { NAMESPACES, NODES, PODS } from '../../../server/src/cluster/resource.ts';
import { apiPod, event, FakeApi } from '../../support/fakeApi.ts';
import { FakeClock, settled } from '../../support/fakeClock.ts';

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

const { countFirst: _, ...UNCOUNTED } = PODS;

function read(resource: Resource, names: readonly string[], places = 4) {
  const api = new FakeApi();
  const clock = new FakeClock();
  const stop = new AbortController();
  stops.push(stop);
  let namespaces = new Set(names);
  const log: string[] = [];
  const reader = readKind({
    transport: api.transport,
    resource,
    clock,
    random: () => 0,
    signal: stop.signal,
    wake: () => new AbortController().signal,
    sink: (namespace = '*') => ({
      begin: () => undefined,
      put: ({ metadata }) => log.push(`${namespace}: ${(metadata as { name: string }).name}`),
      remove: () => undefined,
      finish: () => undefined,
      clear: () => log.push(`${namespace}: cleared`),
    }),
    namespaces: () => namespaces,
    gate: gate(places),
    onChange: () => undefined,
  });
  return {
    api,
    clock,
    reader,
    log,
    setNamespaces: (...next: readonly string[]) => {
      namespaces = new Set(next);
      reader.namespacesChanged();
    },
    /** `*: forbidden, shop: complete`. */
    coverage: () =>
      reader
        .coverage()
        .map(({ namespace = '*', status }) => `${namespace}: ${status.state}`)
        .join(', '),
    /** Refuses the streamed list and the plain one that comes after it. */
    refuseTwice: async () => {
      (await api.next()).refuse(403);
      (await api.next()).refuse(403);
      await settled();
    },
  };
}

describe('a kind that may not be read in the whole cluster', () => {
  test('is read in every namespace where it may be, and each of the others is said', async () => {
    const kind = read(UNCOUNTED, ['shop', 'vault']);
    await kind.refuseTwice();
    const [shop, vault] = [await kind.api.next(), await kind.api.next()];
    expect([shop.request.path, vault.request.path]).toEqual([
      '/api/v1/namespaces/shop/pods',
      '/api/v1/namespaces/vault/pods',
    ]);
    expect(kind.reader.settled()).toBe(false);
    shop.send({ type: 'ADDED', object: apiPod('shop/web') }, event.listed(3));
    vault.refuse(403);
    await settled();
    (await kind.api.next()).refuse(403);
    await settled();
    expect(kind.coverage()).toBe('*: forbidden, shop: complete, vault: forbidden');
    expect(kind.reader.settled()).toBe(true);
    expect(kind.log).toEqual(['shop: web']);
  });

  test('follows namespaces that come and go', async () => {
    const kind = read(UNCOUNTED, ['shop']);
    await kind.refuseTwice();
    (await kind.api.next()).send(event.listed(3));
    await settled();
    kind.setNamespaces('fresh');
    expect((await kind.api.next()).request.path).toBe('/api/v1/namespaces/fresh/pods');
    expect(kind.coverage()).toBe('*: forbidden, fresh: reading');
    expect(kind.log).toEqual(['shop: cleared']);
  });

  test('begins only so many namespaces at a time', async () => {
    const kind = read(UNCOUNTED, ['a', 'b', 'c'], 2);
    await kind.refuseTwice();
    const first = await kind.api.next();
    await kind.api.next();
    await settled();
    expect(kind.api.pending).toEqual([]);
    first.send(event.listed(3));
    expect((await kind.api.next()).request.path).toBe('/api/v1/namespaces/c/pods');
  });

  test('is read as a whole once that is allowed, and no longer in parts', async () => {
    const kind = read(UNCOUNTED, ['shop']);
    await kind.refuseTwice();
    const shop = await kind.api.next();
    shop.send(event.listed(3));
    await settled();
    kind.clock.advance(60_000);
    (await kind.api.next()).send(event.listed(9));
    await settled();
    expect(kind.coverage()).toBe('*: complete');
    expect(shop.request.signal.aborted).toBe(true);
  });
});

test('a cluster-scoped kind has no parts', async () => {
  const kind = read(NODES, ['shop']);
  await kind.refuseTwice();
  expect(kind.coverage()).toBe('*: forbidden');
  expect(kind.api.pending).toEqual([]);
});

describe('Namespaces that may not be listed', () => {
  test('are read by name, which a Role in them can allow', async () => {
    const kind = read(NAMESPACES, ['shop', 'vault', 'gone']);
    await kind.refuseTwice();
    const requests = [await kind.api.next(), await kind.api.next(), await kind.api.next()];
    expect(requests.map(({ line }) => line)).toEqual([
      'GET /api/v1/namespaces/shop',
      'GET /api/v1/namespaces/vault',
      'GET /api/v1/namespaces/gone',
    ]);
    requests[0]?.answer({ metadata: { name: 'shop', labels: { team: 'web' } } });
    requests[1]?.refuse(403);
    requests[2]?.refuse(404);
    await settled();
    expect(kind.coverage()).toBe('*: forbidden, shop: complete, vault: forbidden, gone: complete');
    expect(kind.log).toEqual(['shop: shop']);
  });
});
