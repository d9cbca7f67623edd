import { BEAT_MS } from './heartbeat.ts';
import type { DurableFiles } from './durableFiles.ts';
import type { HelperStatus } from './helperStatus.ts';
import { readHelperStatus, writeHelperStatus } from './helperStatus.ts';
import { ownIdentity } from './processIdentity.ts';
import type { Times } from './times.ts';

export interface VoiceParts {
  readonly files: DurableFiles;
  readonly times: Times;
  readonly every: (ms: number, action: () => Promise<unknown>) => () => void;
  readonly log: (line: string) => void;
}

/** A helper process as others hear it: what it said last, said again and again for as long as it lives. */
export interface HelperVoice {
  /** On the disk when it resolves, if the disk takes it; rejects never. */
  readonly say: (change: Partial<Omit<HelperStatus, 'process' | 'at'>>) => Promise<void>;
  /** Says nothing again of its own. */
  readonly stop: () => void;
}

/** @param onBeat called at each beat */
export function helperVoice(folder: string, parts: VoiceParts, onBeat: () => Promise<void>): HelperVoice {
  const { files, times, every, log } = parts;
  const me = ownIdentity();
  let last: HelperStatus = { process: me, state: 'proving', at: '' };
  let isMine = false;
  let hasFailed = false;
  // One after the other: what was said later must not be overwritten by what was said before.
  let writing = Promise.resolve();
  let isQueued = false;
  const write = async (): Promise<void> => {
    isQueued = false;
    try {
      // Another one that holds the same guard, after a machine has slept for long, has the word then.
      const heard = isMine ? await readHelperStatus(files, folder) : undefined;
      if (heard !== undefined && heard.process.pid !== me.pid) return;
      isMine = true;
      await writeHelperStatus(files, folder, { ...last, at: new Date(times.wall()).toISOString() });
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) log(`The status cannot be written: ${String(error)}`);
      hasFailed = true;
    }
  };
  const say: HelperVoice['say'] = (change) => {
    last = { ...last, ...change };
    // What waits for its turn takes the newest along.
    if (!isQueued) writing = writing.then(write);
    isQueued = true;
    return writing;
  };
  const stop = every(BEAT_MS, () => Promise.all([onBeat(), say({})]));
  return { say, stop };
}
