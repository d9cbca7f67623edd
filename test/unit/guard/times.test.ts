import { describe, expect, it } from 'vitest';
import { countdown, deadlineIn, remainingMs, systemTimes, type Times } from '../../../server/src/guard/times.ts';

const MINUTE = 60_000;
const at = (wall: number, steady: number, boot: string | undefined = 'this'): Times => ({
  wall: () => Date.UTC(2026, 0, 1) + wall,
  steady: () => steady,
  boot,
});

describe('what is left of two minutes', () => {
  const deadline = deadlineIn(2 * MINUTE, at(0, 5 * MINUTE));

  it.each<readonly [what: string, now: Times, left: number]>([
    ['one minute later', at(MINUTE, 6 * MINUTE), MINUTE],
    ['the clock was set an hour forward', at(61 * MINUTE, 6 * MINUTE), MINUTE],
    ['the clock was set an hour back', at(-59 * MINUTE, 6 * MINUTE), MINUTE],
    ['the machine slept for an hour', at(60 * MINUTE, 65 * MINUTE), -58 * MINUTE],
    ['the machine was started anew within the time', at(MINUTE, 1_000, 'next'), MINUTE],
    ['the machine was started anew after it', at(10 * MINUTE, 1_000, 'next'), -8 * MINUTE],
    ['started anew with a clock that is behind', at(-10 * MINUTE, 1_000, 'next'), 2 * MINUTE],
  ])('%s', (_what, now, left) => {
    expect(remainingMs(deadline, now)).toBe(left);
  });

  it('does not change with the clock within one process, even where starts of the machine cannot be told apart', () => {
    let wall = 0;
    let steady = 0;
    const times: Times = { wall: () => wall, steady: () => steady, boot: undefined };
    const unmarked = deadlineIn(2 * MINUTE, times);
    const left = countdown(times);
    expect(left(unmarked)).toBe(2 * MINUTE);
    wall += 60 * MINUTE;
    steady += MINUTE;
    expect(left(unmarked)).toBe(MINUTE);
    wall -= 120 * MINUTE;
    expect(left(unmarked)).toBe(MINUTE);
  });
});

it('the system counts on, and names its start where it can', () => {
  expect(systemTimes.steady()).toBeGreaterThan(0);
  if (process.platform === 'linux') expect(systemTimes.boot).toMatch(/^[0-9a-f-]{36}$/);
});
