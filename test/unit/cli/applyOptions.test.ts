import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSeconds } from '../../../server/src/cli/apply/duration.ts';
import { stateFolder } from '../../../server/src/cli/apply/stateFolder.ts';

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

describe('the folder of journal and guards', () => {
  test.each([
    ['linux', {}, '/home/a/.local/state/bulkhead'],
    ['linux', { XDG_STATE_HOME: '/state' }, '/state/bulkhead'],
    ['linux', { XDG_STATE_HOME: 'relative' }, '/home/a/.local/state/bulkhead'],
    ['linux', { BULKHEAD_STATE: '/mine', XDG_STATE_HOME: '/state' }, '/mine'],
    ['darwin', { XDG_STATE_HOME: '/state' }, '/home/a/Library/Application Support/bulkhead'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/bulkhead'],
    ['win32', {}, '/home/a/AppData/Local/bulkhead'],
  ])('on %s with %j', (platform, variables, folder) => {
    expect(stateFolder(variables, platform, '/home/a')).toBe(join(folder));
  });
});
