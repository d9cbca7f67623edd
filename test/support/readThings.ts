import { afterEach } from 'vitest';
import type { ObjectSink, RawObject } from '../../server/src/cluster/readResource.ts';
import { readResource } from '../../server/src/cluster/readResource.ts';
import type { Resource } from '../../server/src/cluster/resource.ts';
import type { CoverageStatus } from '../../server/src/workspace/clusterSource.ts';
import { FakeApi } from './fakeApi.ts';
import { FakeClock, settled } from './fakeClock.ts';

export const THINGS: Resource = {
  group: 'example.io',
  version: 'v1',
  plural: 'things',
  kind: 'Thing',
  namespaced: true,
  metadataOnly: false,
};

export const STREAM =
  'GET /apis/example.io/v1/things?watch=1&allowWatchBookmarks=true&timeoutSeconds=300&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
export const PAGES = 'GET /apis/example.io/v1/things?limit=500';
export const watchFrom = (position: number): string =>
  `GET /apis/example.io/v1/things?watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=${position}`;

/** Reads with a random source that always gives 0: waits are the shortest, watches 300 s long. */
export function readThings(more: { resource?: Resource; namespace?: string } = {}) {
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
