import { describe, expect, it } from 'vitest';
import { heardByClock, heardByListening, isHeldBy, SILENT_MS } from '../../../server/src/guard/heartbeat.ts';
import type { HelperStatus } from '../../../server/src/guard/helperStatus.ts';
import { ownIdentity } from '../../../server/src/guard/processIdentity.ts';
import { MovedTimes } from '../../support/movedTimes.ts';

const HOUR_MS = 3_600_000;
const LOOK_MS = 250;
const ELSEWHERE = { pid: 7, host: 'another-machine' };
const saidAt = (wall: number): HelperStatus => ({
  process: ELSEWHERE,
  state: 'ready',
  at: new Date(wall).toISOString(),
});

describe('a helper process of another machine', () => {
  it('is heard of in a single look where its beat is new by this clock, and not where that is far away', () => {
    const times = new MovedTimes();
    const heard = heardByClock(times);
    expect(heard(saidAt(times.wallMs - 10_000))).toBe(true);
    expect(heard(saidAt(times.wallMs - SILENT_MS - 1))).toBe(false);
    expect(heard(saidAt(times.wallMs + HOUR_MS))).toBe(false);
  });

  /** Looks for so long, every 250 ms; answers what is heard last. */
  async function listen(times: MovedTimes, forMs: number, beat: () => HelperStatus): Promise<boolean> {
    const heard = heardByListening(times);
    let last = heard(beat());
    for (let passed = 0; passed < forMs; passed += LOOK_MS) {
      await times.pause(LOOK_MS);
      last = heard(beat());
    }
    return last;
  }

  it('is heard for as long as its beats change, whatever its clock and this one say', async () => {
    const times = new MovedTimes();
    times.onWait = (seconds) => {
      if (seconds === 20) times.wallMs -= HOUR_MS;
      if (seconds === 90) times.wallMs += 3 * HOUR_MS;
    };
    const beat = (): HelperStatus => saidAt(5 * HOUR_MS + Math.floor(times.seconds / 10) * 10_000);
    expect(await listen(times, 120_000, beat)).toBe(true);
  });

  it('is not heard any more soon after its last beat', async () => {
    const times = new MovedTimes();
    const beat = saidAt(times.wallMs);
    expect(await listen(times, SILENT_MS - 1_000, () => beat)).toBe(true);
    expect(await listen(times, SILENT_MS + 1_000, () => beat)).toBe(false);
  });

  it('is given time to be heard after this machine has slept', () => {
    const times = new MovedTimes();
    const heard = heardByListening(times);
    const beat = saidAt(times.wallMs);
    heard(beat);
    times.steadyMs += HOUR_MS;
    expect(heard(beat)).toBe(true);
  });
});

describe('a guard is held', () => {
  const never = (): boolean => false;
  const status = (process: HelperStatus['process'], state: HelperStatus['state'] = 'ready'): HelperStatus => ({
    process,
    state,
    at: '',
  });
  const { started: _, ...unmarked } = ownIdentity();

  it.each<readonly [what: string, held: boolean, status: HelperStatus | undefined, remaining: number | undefined]>([
    ['by nobody where no process has said anything', false, undefined, 60_000],
    ['by nobody where it has ended', false, status(ELSEWHERE, 'done'), 60_000],
    ['by one of another machine until the deadline', true, status(ELSEWHERE), 1],
    ['by one of another machine before the change', true, status(ELSEWHERE), undefined],
    ['by a silent one not after the deadline', false, status(ELSEWHERE), -1],
    ['not by a number that the system may have given to another process', false, status(unmarked), -1],
  ])('%s', (_what, held, from, remaining) => {
    expect(isHeldBy(from, {}, remaining, never)).toBe(held);
  });

  it.runIf(process.platform === 'linux')('by a process that is known to run, heard or not', () => {
    expect(isHeldBy(status(ownIdentity()), {}, -HOUR_MS, never)).toBe(true);
  });
});
