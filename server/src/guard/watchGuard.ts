import type { FoundGuard, Observer } from './findGuards.ts';
import { lookAtGuard } from './findGuards.ts';
import { isOpen } from './guardRecord.ts';
import { heardByListening } from './heartbeat.ts';
import { countdown, systemTimes } from './times.ts';

export interface GuardWatch {
  /** Resolves with the guard once it has ended, or nobody holds it any more and nobody revives it. */
  readonly ended: Promise<FoundGuard>;
  /** Looks no more; the helper process goes on. `ended` then never resolves. */
  readonly stop: () => void;
}

export interface WatchOptions {
  /** The guard's own folder. */
  readonly folder: string;
  /** Told every 250 ms, with the time that is left, and of the end. */
  readonly onLook?: (guard: FoundGuard) => void;
  /**
   * The helper process has ended before the guard has: starts another one (`resumeGuard`). False where that cannot be;
   * asked at most three times.
   */
  readonly revive?: () => Promise<boolean>;
}

const LOOK_MS = 250;
const REVIVALS = 3;

/** Follows a guard, of this process or of another one. */
export function watchGuard({ folder, onLook, revive }: WatchOptions): GuardWatch {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const observer: Observer = { left: countdown(systemTimes), heard: heardByListening(systemTimes) };
  const ended = new Promise<FoundGuard>((resolve) => {
    let revivals = 0;
    let last: FoundGuard | undefined;
    const look = async (): Promise<void> => {
      const found = await lookAtGuard(folder, observer).catch(() => undefined);
      if (stopped) return;
      if (found !== undefined) {
        last = found;
        onLook?.(found);
      }
      // A record that is gone was taken away by hand; what was seen of it last is all there is.
      const isLost = found === undefined || (isOpen(found.record) && !found.isHeld);
      const revived =
        isLost && found !== undefined && revivals++ < REVIVALS && (await revive?.().catch(() => false)) === true;
      if (last !== undefined && !revived && (isLost || !isOpen(last.record))) resolve(last);
      else if (!stopped) timer = setTimeout(() => void look(), LOOK_MS);
    };
    void look();
  });
  return {
    ended,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
