import { describe, expect, test } from 'vitest';
import { parseSeconds } from '../../../server/src/cli/apply/duration.ts';

describe('the time of a guard', () => {
  test.each([
    ['120s', 120],
    ['2m', 120],
    ['90', 90],
    ['24h', 86_400],
  ])('%s', (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds);
  });

  test.each(['', 's', '4s', '25h', '-5s', '1.5m', '5 m', '1e3', 'soon'])('%j is refused', (text) => {
    expect(() => parseSeconds(text)).toThrow('from 5s to 24h');
  });
});
