import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stateFolder } from '../../../server/src/guard/stateFolder.ts';

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
