import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { exportJournal } from '../../../server/src/guard/exportJournal.ts';
import { openJournal } from '../../../server/src/guard/journal.ts';
import { NO_LINE_BEFORE, type JournalEvent, type JournalLine } from '../../../server/src/guard/journalLine.ts';
import { ownIdentity } from '../../../server/src/guard/processIdentity.ts';
import { failingFiles } from '../../support/failingFiles.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { journalEvent } from './journalEvent.ts';

const place = temporaryFolder('journal');
afterAll(place.remove);
let folder: string;
let path: string;
let folders = 0;
beforeEach(() => {
  folder = join(place.path, String(folders++));
  mkdirSync(folder);
  ({ path } = openJournal(folder));
});

const lines = (): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
const write = (changed: readonly string[]): void => writeFileSync(path, `${changed.join('\n')}\n`);
const three = async (): Promise<void> => {
  for (const name of ['one', 'two', 'three']) await openJournal(folder).append([journalEvent({ delta: name })]);
};

describe('a journal', () => {
  it('has a line for each event, with the hash of the line before', async () => {
    await three();
    const [one, two] = await openJournal(folder).read();
    expect(one).toMatchObject({ ...journalEvent({ delta: 'one' }), number: 1, previous: NO_LINE_BEFORE });
    expect(two).toMatchObject({ number: 2, previous: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await openJournal(folder).verify()).toEqual({ intact: true, lines: 3, cut: [] });
  });

  it('adds only what is new to it, as it stands once nobody else writes', async () => {
    const isNew = ({ delta }: JournalEvent, lines: readonly JournalLine[]): boolean =>
      !lines.some((line) => line.delta === delta);
    const append = (...deltas: readonly string[]): Promise<unknown> =>
      openJournal(folder).append(
        deltas.map((delta) => journalEvent({ delta })),
        isNew,
      );
    await Promise.all([append('one'), append('one'), append('one', 'two')]);
    await append('two');
    expect((await openJournal(folder).read()).map(({ delta }) => delta)).toEqual(['one', 'two']);
    expect(await openJournal(folder).verify()).toEqual({ intact: true, lines: 2, cut: [] });
  });

  it('gives the newest lines of a long one without reading all of it', async () => {
    const long = Array.from({ length: 2_000 }, (_, index) => journalEvent({ delta: `${index} ${'x'.repeat(3_000)}` }));
    await openJournal(folder).append(long);
    const recent = await openJournal(folder).recent();
    expect(recent.length).toBeGreaterThan(500);
    expect(recent.length).toBeLessThan(2_000);
    expect(recent.map(({ number }) => number)).toEqual(recent.map((_, index) => 2_001 - recent.length + index));
  });

  it.each<readonly [what: string, change: (lines: string[]) => string[], line: number, why: string]>([
    [
      'a line that was changed, at the one behind it',
      ([a, b = '', c]) => [a, b.replace('two', 'none'), c] as string[],
      3,
      'hash',
    ],
    ['a line that was taken out', ([a, , c]) => [a, c] as string[], 2, 'hash'],
    ['two lines that changed places', ([a, b, c]) => [a, c, b] as string[], 2, 'hash'],
    ['a beginning that was taken away', ([, b, c]) => [b, c] as string[], 1, 'hash'],
    ['a line that is none of ours', ([a, b, c]) => [a, 'nothing happened here', b, c] as string[], 2, 'unreadable'],
    ['a line that was put between', ([a, b, c]) => [a, a, b, c] as string[], 2, 'hash'],
  ])('finds %s', async (_what, change, line, why) => {
    await three();
    write(change(lines()));
    expect(await openJournal(folder).verify()).toMatchObject({ intact: false, line, why });
  });

  it('goes on behind a line that a crash has cut, and says where that is', async () => {
    await three();
    appendFileSync(path, '{"number":4,"previous":"7f');
    await openJournal(folder).append([journalEvent({ delta: 'after the crash' })]);
    expect(await openJournal(folder).verify()).toEqual({ intact: true, lines: 5, cut: [4] });
    expect((await openJournal(folder).read()).map(({ number, delta }) => [number, delta])).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
      [4, 'after the crash'],
    ]);
  });

  it('is whole after several processes have written it at once', async () => {
    const program = fileURLToPath(new URL('appendLines.ts', import.meta.url));
    const names = ['window-1', 'window-2', 'cli'];
    await Promise.all(names.map((name) => promisify(execFile)(process.execPath, [program, folder, name, '25'])));
    expect(await openJournal(folder).verify()).toEqual({ intact: true, lines: 75, cut: [] });
    const counts = Map.groupBy(await openJournal(folder).read(), ({ object }) => object.name);
    expect(names.map((name) => counts.get(name)?.length)).toEqual([25, 25, 25]);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('holds events beside it while another process has the lock, and puts them before the next ones', async () => {
    writeFileSync(`${path}.lock`, JSON.stringify(ownIdentity()));
    expect(await openJournal(folder, { waitMs: 50 }).append([journalEvent({ delta: 'held' })])).toBe('held');
    expect(existsSync(path)).toBe(false);
    // Its owner has ended: a number that no process has.
    writeFileSync(`${path}.lock`, JSON.stringify({ ...ownIdentity(), pid: 2 ** 22 + 1 }));
    expect(await openJournal(folder).append([journalEvent({ delta: 'next' })])).toBe('written');
    expect((await openJournal(folder).read()).map(({ delta }) => delta)).toEqual(['held', 'next']);
    await openJournal(folder).append([journalEvent({ delta: 'last' })]);
    expect(await openJournal(folder).verify()).toEqual({ intact: true, lines: 3, cut: [] });
  });

  it('knows the owner of a lock from a later process with the same number', async () => {
    const { started: _, ...own } = ownIdentity();
    writeFileSync(`${path}.lock`, JSON.stringify({ ...own, started: 'long ago' }));
    const told = ownIdentity().started !== undefined;
    expect(await openJournal(folder, { waitMs: 50 }).append([journalEvent()])).toBe(told ? 'written' : 'held');
  });

  it('says so where the disk is full, and stays as it was', async () => {
    const files = failingFiles();
    await openJournal(folder, { files }).append([journalEvent({ delta: 'one' })]);
    files.full = true;
    await expect(openJournal(folder, { files }).append([journalEvent()])).rejects.toThrow('ENOSPC');
    files.full = false;
    await openJournal(folder, { files }).append([journalEvent({ delta: 'two' })]);
    expect(await openJournal(folder).verify()).toEqual({ intact: true, lines: 2, cut: [] });
  });

  // A limit of the system on the size of files: a write is cut in its middle, as on a full disk.
  it.skipIf(process.platform === 'win32')('takes back what a full disk has cut', async () => {
    const program = fileURLToPath(new URL('appendLines.ts', import.meta.url));
    const script = `trap '' XFSZ; ulimit -f 2; exec "$0" "$@"`;
    const run = promisify(execFile)('bash', ['-c', script, process.execPath, program, folder, 'web', '20']);
    await expect(run).rejects.toThrow('EFBIG');
    const found = await openJournal(folder).verify();
    expect(found).toMatchObject({ intact: true, cut: [] });
    expect(found.lines).toBeGreaterThan(1);
    expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
  });

  it('is exported as JSON lines, as CSV that no spreadsheet runs, and as a table', async () => {
    await openJournal(folder).append([
      journalEvent({
        kind: 'change',
        since: '2026-11-25T09:00:00.000Z',
        who: { name: '=cmd()', by: 'fieldManager' },
        object: { kind: 'Namespace', namespace: '', name: 'a|b' },
        delta: 'says "hello", then\nends',
        outcome: 'leftAlone',
      }),
    ]);
    const read = await openJournal(folder).read();
    expect(exportJournal(read, 'jsonl')).toBe(readFileSync(path, 'utf8'));
    expect(exportJournal(read, 'csv').split('\r\n')[1]).toBe(
      `1,between 2026-11-25T09:00:00.000Z and 2026-11-25T10:00:00.000Z,change (left alone),field manager =cmd(),managed fields,prod-eu,https://api.example,Namespace a|b,none,${'a'.repeat(64)},"says ""hello"", then\nends"`,
    );
    expect(exportJournal(read, 'md')).toContain(String.raw`| Namespace a\|b |`);
    expect(exportJournal(read, 'md').trimEnd().split('\n')).toHaveLength(3);
  });
});
