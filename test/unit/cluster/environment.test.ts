import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { completeEnvironment } from '../../../server/src/cluster/environment.ts';
import { findProgram, programCandidates } from '../../../server/src/cluster/findProgram.ts';
import { loginShell } from '../../../server/src/cluster/loginShell.ts';
import type { KubeEnvironment } from '../../../server/src/workspace/clusterModule.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder('environment');
afterAll(folder.remove);

function program(name: string, script: string): string {
  const path = join(folder.path, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('PATH and KUBECONFIG', () => {
  const shell = { PATH: '/shell/bin', KUBECONFIG: '/shell/config' };

  test.each<[string, Partial<KubeEnvironment>, Record<string, string>, string | undefined, string | undefined, number]>(
    [
      ['are the process’s', { variables: { PATH: '/bin', KUBECONFIG: '/a' } }, {}, '/bin', '/a', 0],
      ['where they are missing the login shell’s', { variables: {} }, {}, '/shell/bin', '/shell/config', 1],
      ['each by itself', { variables: { PATH: '/bin' } }, {}, '/bin', '/shell/config', 1],
      ['an empty one is missing', { variables: { PATH: '/bin', KUBECONFIG: '' } }, {}, '/bin', '/shell/config', 1],
      [
        'what a person has set stands over both',
        { variables: { PATH: '/bin' } },
        { PATH: '/mine', KUBECONFIG: '/b' },
        '/mine',
        '/b',
        0,
      ],
      [
        'a kubeconfig path needs no KUBECONFIG',
        { variables: { PATH: '/bin' }, kubeconfig: '/k' },
        {},
        '/bin',
        undefined,
        0,
      ],
      [
        'names on Windows are the same in any case',
        { platform: 'win32', variables: { Path: 'C:\\bin', KUBECONFIG: 'C:\\k' } },
        { PATH: 'D:\\bin' },
        'D:\\bin',
        'C:\\k',
        0,
      ],
    ],
  )('%s', async (_, environment, own, path, kubeconfig, asked) => {
    let times = 0;
    const complete = await completeEnvironment({ variables: {}, platform: 'linux', ...environment }, own, async () => {
      times++;
      return shell;
    });
    const { PATH, KUBECONFIG } = complete.variables;
    expect([PATH, KUBECONFIG || undefined, times]).toEqual([path, kubeconfig, asked]);
    expect(Object.keys(complete.variables)).not.toContain('Path');
  });

  test('of other variables a login shell says nothing', async () => {
    const complete = await completeEnvironment(
      { variables: { HOME: '/h' }, platform: 'linux' },
      { A: '1' },
      async () => shell,
    );
    expect(complete.variables).toEqual({ HOME: '/h', A: '1', ...shell });
  });
});

describe('a login shell', () => {
  test('is asked once, past whatever its start-up files print', async () => {
    const runs = join(folder.path, 'runs');
    const SHELL = program(
      'shell',
      `echo "$@" >> '${runs}'; echo Welcome; PATH=/own/bin KUBECONFIG=/own/k /bin/sh -c "$3"; echo bye`,
    );
    const ask = loginShell(new FakeClock());
    const environment = { variables: { SHELL, PATH: '/usr/bin:/bin' }, platform: 'darwin' };
    const both = await Promise.all([ask(environment), ask(environment)]);
    expect(both).toEqual([
      { PATH: '/own/bin', KUBECONFIG: '/own/k' },
      { PATH: '/own/bin', KUBECONFIG: '/own/k' },
    ]);
    expect(readFileSync(runs, 'utf8').match(/^-l -c /gm)).toHaveLength(1);
  });

  test.each([
    ['on Windows', { SHELL: '/bin/sh' }, 'win32'],
    ['where none is named', {}, 'linux'],
    ['where its path is relative', { SHELL: 'sh' }, 'linux'],
    ['where it is not there', { SHELL: '/no/such/shell' }, 'linux'],
    ['where it speaks another language', { SHELL: '/bin/false' }, 'linux'],
  ])('says nothing %s', async (_, variables, platform) => {
    expect(await loginShell(new FakeClock())({ variables, platform })).toEqual({});
  });

  test('that hangs is not waited for', async () => {
    const started = join(folder.path, 'started');
    const clock = new FakeClock();
    const asked = loginShell(clock)({
      variables: { SHELL: program('hangs', `echo >> '${started}'; sleep 600`), PATH: '/usr/bin:/bin' },
      platform: 'linux',
    });
    clock.advance(5000);
    expect(await asked).toEqual({});
  });
});

describe('the program that a command means', () => {
  test.each<[string, string, Partial<KubeEnvironment>, readonly string[]]>([
    ['every folder of PATH in order', 'aws', { variables: { PATH: '/a:/b/' } }, ['/a/aws', '/b/aws']],
    ['never the working directory', 'aws', { variables: { PATH: ':.:bin:/a' } }, ['/a/aws']],
    ['a path is itself', '/opt/aws', { variables: { PATH: '/a' } }, ['/opt/aws']],
    [
      'Windows tries its endings',
      'aws',
      { platform: 'win32', variables: { Path: String.raw`C:\a;"D:\b c"`, PATHEXT: '.EXE;.CMD' } },
      [String.raw`C:\a\aws.exe`, String.raw`C:\a\aws.cmd`, String.raw`D:\b c\aws.exe`, String.raw`D:\b c\aws.cmd`],
    ],
    [
      'an ending that is written is kept',
      'aws.exe',
      { platform: 'win32', variables: { PATH: 'C:\\a' } },
      [String.raw`C:\a\aws.exe`],
    ],
    [
      'in a distribution of WSL too',
      'aws.exe',
      { platform: 'win32', variables: { PATH: String.raw`\\wsl$\Ubuntu\bin` } },
      [String.raw`\\wsl$\Ubuntu\bin\aws.exe`],
    ],
    ['nothing without PATH', 'aws', { variables: {} }, []],
  ])('%s', (_, command, environment, candidates) => {
    expect(programCandidates(command, { variables: {}, platform: 'linux', ...environment })).toEqual(candidates);
  });

  test('is the first that can be run', async () => {
    const path = program('second/tool', 'exit 0');
    mkdirSync(join(folder.path, 'first/tool'), { recursive: true });
    const PATH = ['first', 'second'].map((name) => join(folder.path, name)).join(':');
    expect(await findProgram('tool', { variables: { PATH }, platform: 'linux' })).toBe(path);
    chmodSync(path, 0o644);
    expect(await findProgram('tool', { variables: { PATH }, platform: 'linux' })).toBeUndefined();
  });
});
