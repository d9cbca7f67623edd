/** What is heard of a cluster's policies becomes events and lines of the journal, over windows, restarts and full disks. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeEvent } from '../../../server/src/changes/changeEvent.ts';
import { OwnWrites } from '../../../server/src/changes/ownWrites.ts';
import { LOOK_AGAIN_MS, PolicyFollower } from '../../../server/src/changes/policyFollower.ts';
import { openJournal } from '../../../server/src/guard/journal.ts';
import type { JournalLine } from '../../../server/src/guard/journalLine.ts';
import type { PolicyNews, SeenPolicy } from '../../../server/src/workspace/changes/seenPolicy.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporaryFolder.ts';
import { journalEvent } from '../guard/journalEvent.ts';

const SERVER = 'https://api.example';

/** One clock for all windows; it moves on whenever it is looked at. */
let now = Date.UTC(2026, 10, 25);
let storage: TemporaryFolder;
const followers: PolicyFollower[] = [];
beforeEach(() => {
  storage = temporaryFolder('follower');
});
afterEach(() => {
  for (const follower of followers.splice(0)) follower.close();
  storage.remove();
});

/** `web 1 kubectl`: the policy shop/web in its first content, written by kubectl. */
function seen(text: string): SeenPolicy {
  const [name = '', version = '', manager = 'kubectl'] = text.split(' ');
  return {
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    resourceVersion: version,
    hash: version,
    spec: `{"podSelector":{"matchLabels":{"v":"${version}"}}}`,
    writers: { names: [manager], time: `2026-11-25T10:00:0${version}Z` },
  };
}

const read = (...texts: readonly string[]): PolicyNews => ({
  kind: 'read',
  scope: undefined,
  policies: texts.map(seen),
});
const put = (text: string): PolicyNews => ({ kind: 'put', scope: undefined, policy: seen(text) });
const gone = (name: string): PolicyNews => ({ kind: 'gone', scope: undefined, namespace: 'shop', name });

interface Window {
  readonly hears: (...news: readonly PolicyNews[]) => Promise<void>;
  readonly follower: PolicyFollower;
  readonly own: OwnWrites;
  /** `changed web kubectl`, with `since` where nobody watched. */
  readonly told: readonly string[];
  readonly warnings: readonly string[];
}

interface OpenOptions {
  readonly folder?: string | undefined;
  readonly ready?: () => Promise<unknown>;
  /** Is done before so much time passes. */
  readonly whileWaiting?: (ms: number) => Promise<unknown>;
}

/** A window that is connected; time passes by itself, as fast as it can. */
function open(options: OpenOptions = {}): Window {
  const own = new OwnWrites();
  const [told, warnings]: [string[], string[]] = [[], []];
  const follower = new PolicyFollower({
    context: { name: 'prod-eu', server: SERVER, identity: 'the cluster' },
    storage: 'folder' in options ? options.folder : storage.path,
    memory: 'folder' in options ? options.folder : storage.path,
    ready: options.ready ?? (() => Promise.resolve()),
    cluster: () => undefined,
    own,
    watching: () => undefined,
    tell: (events) => void told.push(...events.map(shown)),
    clock: {
      now: () => (now += 1),
      after: (ms, action) => {
        const waited = options.whileWaiting?.(ms);
        const timer = setImmediate(() => void (waited === undefined ? action() : waited.then(action)));
        return () => clearImmediate(timer);
      },
    },
    yieldOnce: () => Promise.resolve(),
    warn: (line) => warnings.push(line),
  });
  followers.push(follower);
  const hears = async (...news: readonly PolicyNews[]): Promise<void> => {
    for (const one of news) follower.hear(one);
    await follower.settled();
  };
  return { hears, follower, own, told, warnings };
}

function shown({ change }: ChangeEvent): string {
  return `${change.change} ${change.name} ${change.since === undefined ? 'seen' : 'since'}`;
}

async function lines(): Promise<readonly JournalLine[]> {
  return openJournal(storage.path).read();
}

describe('while it is watched', () => {
  it('tells each change in its order and writes a line for it', async () => {
    const { hears, told } = open();
    await hears(read('web 1'), put('web 2'), put('db 1'), gone('web'));
    expect(told).toEqual(['changed web seen', 'created db seen', 'deleted web seen']);
    expect(await lines()).toMatchObject([
      {
        kind: 'change',
        who: { name: 'kubectl', by: 'fieldManager' },
        server: SERVER,
        context: 'prod-eu',
        object: { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' },
        beforeHash: '1',
        afterHash: '2',
        left: { uid: 'uid-web', resourceVersion: '2' },
        delta: 'What it changes is not known: the cluster was not read',
      },
      { beforeHash: null, afterHash: '1' },
      { beforeHash: '2', afterHash: null, left: { uid: 'uid-web' }, who: { name: 'not known' } },
    ]);
    expect(await openJournal(storage.path).verify()).toMatchObject({ intact: true, lines: 3 });
  });

  it('tells in every window, and writes one line', async () => {
    const [first, second] = [open(), open()];
    await Promise.all([first.hears(read('web 1')), second.hears(read('web 1'))]);
    await Promise.all([first.hears(put('web 2')), second.hears(put('web 2'))]);
    expect([first.told, second.told]).toEqual([['changed web seen'], ['changed web seen']]);
    expect(await lines()).toHaveLength(1);
  });

  it('leaves out what this window sends, also where it is heard of before the answer', async () => {
    const { hears, follower, own, told } = open();
    await hears(read('web 1'));
    const end = own.begin();
    follower.hear(put('web 2 bulkhead'));
    setImmediate(() => {
      own.note({ uid: 'uid-web', resourceVersion: '2' });
      end();
    });
    await follower.settled();
    expect(told).toEqual([]);
    await hears(put('web 3 bulkhead'));
    expect(told).toEqual(['changed web seen']);
  });

  it.each([
    ['what another window has applied', put('web 2 bulkhead'), { uid: 'uid-web', resourceVersion: '2' }],
    ['what a helper process has deleted', gone('web'), { uid: 'uid-web' }],
  ])('leaves out %s, once its line is written', async (_, news, left) => {
    const object = { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' } as const;
    const append = (): Promise<unknown> =>
      openJournal(storage.path).append([journalEvent({ server: SERVER, object, left })]);
    let written: Promise<unknown> | undefined;
    const { hears, told } = open({
      whileWaiting: async (ms) => (ms === LOOK_AGAIN_MS ? (written ??= append()) : undefined),
    });
    await hears(read('web 1'), news);
    expect(written).toBeDefined();
    expect(told).toEqual([]);
  });

  it('does not take the same object of another cluster for its own', async () => {
    const { hears, told } = open();
    const object = { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' } as const;
    const left = { uid: 'uid-web', resourceVersion: '2' };
    await openJournal(storage.path).append([journalEvent({ server: 'https://other.example', object, left })]);
    await hears(read('web 1'), put('web 2'));
    expect(told).toEqual(['changed web seen']);
  });
});

describe('over a restart', () => {
  it('tells what changed while nobody watched, once', async () => {
    const first = open();
    await first.hears(read('web 1', 'old 1'));
    first.follower.close();
    const second = open();
    await second.hears(read('web 2'));
    expect(second.told).toEqual(['deleted old since', 'changed web since']);
    second.follower.close();
    const third = open();
    await third.hears(read('web 2'));
    expect(third.told).toEqual([]);
    expect((await lines()).map(({ since, at }) => since !== undefined && since < at)).toEqual([true, true]);
  });

  it('tells again what it could not tell before it ended', async () => {
    const first = open();
    await first.hears(read('web 1'));
    first.follower.close();
    const reached = Promise.withResolvers<void>();
    const second = open({
      ready: () => {
        reached.resolve();
        return new Promise(() => undefined);
      },
    });
    second.follower.hear(read('web 2'));
    await reached.promise;
    second.follower.close();
    const third = open();
    await third.hears(read('web 2'));
    expect([second.told, third.told]).toEqual([[], ['changed web since']]);
  });

  it('leaves out what another window has told meanwhile', async () => {
    const first = open();
    await first.hears(read('web 1'));
    first.follower.close();
    const stale = open();
    const watching = open();
    await watching.hears(read('web 1'), put('web 2'));
    await stale.hears(read('web 2'));
    expect([watching.told, stale.told]).toEqual([['changed web seen'], []]);
  });

  it('keeps the policies of another cluster apart', async () => {
    const first = open();
    await first.hears(read('web 1'));
    first.follower.close();
    expect(readdirSync(join(storage.path, 'seen'))).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.json$/)]);
  });
});

describe('without a disk', () => {
  it('tells all the same, and keeps nothing', async () => {
    const { hears, follower, told } = open({ folder: undefined });
    await hears(read('web 1'), put('web 2'));
    follower.close();
    expect(told).toEqual(['changed web seen']);
    expect(existsSync(join(storage.path, 'journal.jsonl'))).toBe(false);
  });

  it('says what the disk refuses', async () => {
    const folder = join(storage.path, 'a file');
    writeFileSync(folder, '');
    const { hears, follower, told, warnings } = open({ folder });
    await hears(read('web 1'), put('web 2'));
    follower.close();
    expect(told).toEqual(['changed web seen']);
    expect(warnings).toContainEqual(expect.stringMatching(/^The journal cannot be written: /));
    expect(warnings).toContainEqual(expect.stringMatching(/^What was last seen of the policies cannot be kept: /));
  });
});
