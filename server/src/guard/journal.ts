import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DurableFiles } from './durableFiles.ts';
import { systemFiles } from './durableFiles.ts';
import { LockedError, withLock } from './fileLock.ts';
import type { JournalEvent, JournalLine } from './journalLine.ts';
import { formatLine, lineHash, NO_LINE_BEFORE, readLine } from './journalLine.ts';

/**
 * What was done to policies, and what was seen of it: one JSON object a line, only ever added to, each with the hash of
 * the line before. Several windows and the command line write the same file. It shows that lines in the middle were
 * changed or taken out; whoever owns the file can write all of it anew, so it is evidence and no proof against them.
 */
export interface Journal {
  /** The file. */
  readonly path: string;
  /**
   * Adds lines, on the disk when it resolves. Where other processes hold the journal for too long the events are kept
   * beside it and come before the next ones: `held`. Rejects with what the disk says; then nothing was added.
   *
   * @param isNew told of the recent lines, in the same lock: what it refuses is not added
   */
  readonly append: (events: readonly JournalEvent[], isNew?: IsNew) => Promise<'written' | 'held'>;
  /** Every line that can be read, oldest first. */
  readonly read: () => Promise<readonly JournalLine[]>;
  /** The newest of them, some thousands: enough to know what this and other processes have just done. */
  readonly recent: () => Promise<readonly JournalLine[]>;
  /** Compares every line with the hash that the next one names. */
  readonly verify: () => Promise<Verification>;
}

export type IsNew = (event: JournalEvent, lines: readonly JournalLine[]) => boolean;

export type Verification =
  /** `cut`: numbers of lines (from 1) that are none, because a crash ended their write; the next line names their hash. */
  | { readonly intact: true; readonly lines: number; readonly cut: readonly number[] }
  /** The first line that does not follow from the one before it, counted from 1. */
  | {
      readonly intact: false;
      readonly lines: number;
      readonly line: number;
      readonly why: 'hash' | 'number' | 'unreadable';
    };

/** A line is about 600 bytes. */
const RECENT_BYTES = 4 * 1024 * 1024;

export interface JournalOptions {
  readonly files?: DurableFiles;
  /** How long to wait for other processes. */
  readonly waitMs?: number;
}

/** The journal of a folder, the person's (`stateFolder`) unless something else is asked for. */
export function openJournal(folder: string, options: JournalOptions = {}): Journal {
  const { files = systemFiles, waitMs } = options;
  const path = join(folder, 'journal.jsonl');
  const held = join(folder, 'journal-held');
  const lockOptions = waitMs === undefined ? {} : { waitMs };

  const append = async (all: readonly JournalEvent[], isNew: IsNew | undefined): Promise<void> => {
    const lines = isNew === undefined ? [] : await read(RECENT_BYTES);
    const events = isNew === undefined ? all : all.filter((event) => isNew(event, lines));
    if (events.length === 0) return;
    const names = (await files.list(held)).filter((name) => name.endsWith('.json')).sort();
    const waiting: JournalEvent[] = [];
    for (const name of names) waiting.push(...readEvents(await files.read(join(held, name))));
    const { line, complete, size } = await files.tail(path);
    const { previous, number } = await after(line);
    let text = complete ? '' : '\n';
    let last = previous;
    for (const [index, event] of [...waiting, ...events].entries()) {
      const written = formatLine(event, number + index + 1, last);
      last = lineHash(written);
      text += `${written}\n`;
    }
    await files.append(path, text, size);
    for (const name of names) await files.remove(join(held, name));
  };

  const after = async (line: string | undefined): Promise<{ previous: string; number: number }> => {
    if (line === undefined) return { previous: NO_LINE_BEFORE, number: 0 };
    const number = readLine(line)?.number ?? (await lastNumber());
    return { previous: lineHash(line), number };
  };
  /** Behind a line that was cut, numbers go on from the last whole one. */
  const lastNumber = async (): Promise<number> => (await read()).at(-1)?.number ?? 0;

  const read = async (last?: number): Promise<readonly JournalLine[]> =>
    linesOf(await files.read(path, last)).flatMap((line) => readLine(line) ?? []);

  return {
    path,
    append: async (events, isNew) => {
      if (events.length === 0) return 'written';
      await files.makeFolder(folder);
      try {
        await withLock(`${path}.lock`, () => append(events, isNew), lockOptions);
        return 'written';
      } catch (error) {
        if (!(error instanceof LockedError)) throw error;
        await files.makeFolder(held);
        await files.replace(
          join(held, `${events[0]?.at.replaceAll(/\W/g, '')}-${randomUUID()}.json`),
          JSON.stringify(events),
        );
        return 'held';
      }
    },
    read: () => read(),
    recent: () => read(RECENT_BYTES),
    verify: async () => verifyLines(linesOf(await files.read(path))),
  };
}

/** Pure: what `verify` says of a journal's lines. */
export function verifyLines(lines: readonly string[]): Verification {
  const cut: number[] = [];
  let previous = NO_LINE_BEFORE;
  let number = 0;
  for (const [index, text] of lines.entries()) {
    const line = readLine(text);
    const fault = (why: 'hash' | 'number' | 'unreadable'): Verification => ({
      intact: false,
      lines: lines.length,
      line: index + 1,
      why,
    });
    if (line === undefined) {
      // A crash cuts a line of ours, which begins as all of them do; anything else was put there.
      if (!BEGINNING.startsWith(text.slice(0, BEGINNING.length))) return fault('unreadable');
      cut.push(index + 1);
    } else {
      if (line.previous !== previous) return fault('hash');
      if (line.number !== number + 1) return fault('number');
      number = line.number;
    }
    previous = lineHash(text);
  }
  return { intact: true, lines: lines.length, cut };
}

/** Of every line; a cut one is a part of a whole one. */
const BEGINNING = '{"number":';

function linesOf(text: string | undefined): readonly string[] {
  if (text === undefined || text === '') return [];
  return text.replace(/\n$/, '').split('\n');
}

function readEvents(text: string | undefined): readonly JournalEvent[] {
  try {
    const events = JSON.parse(text ?? '[]') as unknown;
    return Array.isArray(events) ? (events as JournalEvent[]) : [];
  } catch {
    return [];
  }
}
