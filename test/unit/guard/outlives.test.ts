import { expect, it } from 'vitest';
import { outlives, type Surroundings } from '../../../server/src/guard/outlives.ts';

const ALONE: Surroundings = {
  pid: 7,
  stat: { state: 'S', group: 7, session: 7, started: '1' },
  platform: 'linux',
  exists: () => false,
  variables: {},
};

it.each<readonly [what: string, more: Partial<Surroundings>, answer: string, why: RegExp | undefined]>([
  ['leads a session of its own', {}, 'yes', undefined],
  ['on a system that does not tell of sessions', { platform: 'darwin', stat: undefined }, 'yes', undefined],
  ["in the editor's session", { stat: { state: 'S', group: 7, session: 5, started: '1' } }, 'no', /shares a session/],
  [
    "in the editor's process group",
    { stat: { state: 'S', group: 5, session: 7, started: '1' } },
    'no',
    /shares a session/,
  ],
  ['in a container of Docker', { exists: (path) => path === '/.dockerenv' }, 'notKnown', /container \(\/\.dockerenv\)/],
  ['in a container of an editor', { variables: { REMOTE_CONTAINERS: 'true' } }, 'notKnown', /REMOTE_CONTAINERS/],
  ['where a variable of containers is set to nothing', { variables: { CODESPACES: '' } }, 'yes', undefined],
  ['in WSL', { variables: { WSL_DISTRO_NAME: 'Ubuntu' } }, 'notKnown', /WSL/],
  ['on Windows', { platform: 'win32', stat: undefined }, 'notKnown', /Windows/],
])('a process %s', (_what, more, answer, why) => {
  const found = outlives({ ...ALONE, ...more });
  expect(found.answer).toBe(answer);
  if (why === undefined) expect(found.why).toBeUndefined();
  else expect(found.why).toMatch(why);
});
