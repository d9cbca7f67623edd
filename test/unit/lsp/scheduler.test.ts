/** Refreshes come at most once a second and never while a person types, but always in the end. */
import { beforeEach, expect, test } from 'vitest';
import { throttle, type Throttle } from '../../../server/src/lsp/scheduler.ts';
import { FakeClock } from '../../support/fakeClock.ts';

let clock: FakeClock;
let runs: number[];
let refresh: Throttle;

beforeEach(() => {
  clock = new FakeClock(0);
  runs = [];
  refresh = throttle(clock, 1000, 500, () => runs.push(clock.now()));
});

test('the first one comes at once', () => {
  refresh.request();
  clock.advance(0);
  expect(runs).toEqual([0]);
});

test('a hundred changes in a second are two refreshes', () => {
  for (let change = 0; change < 100; change++) {
    refresh.request();
    clock.advance(10);
  }
  clock.advance(5000);
  expect(runs).toEqual([0, 1000]);
});

test('none comes while a person types, and one when they have stopped', () => {
  for (let key = 0; key < 50; key++) {
    refresh.busy();
    refresh.request();
    clock.advance(100);
  }
  expect(runs).toEqual([]);
  clock.advance(1000);
  expect(runs).toEqual([49 * 100 + 500]);
});

test('none comes after the end', () => {
  refresh.request();
  refresh.dispose();
  clock.advance(5000);
  expect(runs).toEqual([]);
});
