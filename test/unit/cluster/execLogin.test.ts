import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { execLogin } from '../../../server/src/cluster/execLogin.ts';
import type { ExecConfig } from '../../../server/src/cluster/kubeconfig.ts';
import { describeExec } from '../../../server/src/cluster/kubeContexts.ts';
import type { LoginPrompt } from '../../../server/src/workspace/clusterModule.ts';
import { FakeClock, settled } from '../../support/fakeClock.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder('exec-login');
afterAll(folder.remove);
const runs = join(folder.path, 'runs');
beforeEach(() => writeFileSync(runs, ''));

const API = 'client.authentication.k8s.io/v1';

const PLUGIN: Omit<ExecConfig, 'command'> = {
  apiVersion: API,
  args: [],
  env: [],
  provideClusterInfo: false,
  interactive: false,
};

/** A program that notes each of its runs and then does what the script says. */
function program(script: string): string {
  const path = join(folder.path, 'login');
  writeFileSync(path, `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO|$ONLY|$HOME" >> '${runs}'\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const answer = (status: object, apiVersion = API): string =>
  `echo '${JSON.stringify({ apiVersion, kind: 'ExecCredential', status })}'`;

async function login(
  command: string,
  more: Partial<ExecConfig> & { allow?: () => boolean; caFile?: string; platform?: string } = {},
) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const prompts: (LoginPrompt | undefined)[] = [];
  let prompted: (() => void) | undefined;
  const { allow = () => true, caFile, platform = 'linux', ...fields } = more;
  const exec: ExecConfig = { ...PLUGIN, command, ...fields };
  const run = {
    exec,
    cluster: { server: 'https://a.example', skipTlsVerify: false, ...(caFile !== undefined && { caFile }) },
    environment: { variables: { PATH: process.env['PATH'] }, platform },
    clock,
    signal: stop.signal,
    onPrompt: (prompt: LoginPrompt | undefined) => {
      prompts.push(prompt);
      prompted?.();
    },
  };
  const plugin = await describeExec('eve', exec, run.environment);
  return {
    clock,
    stop,
    login: execLogin(run, plugin, allow),
    prompts,
    /** Resolves with the next prompt. */
    nextPrompt: () => new Promise<void>((resolve) => (prompted = resolve)),
  };
}

const countRuns = (): number => readFileSync(runs, 'utf8').split('\n').length - 1;
const why = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('an exec plug-in', () => {
  test('does not run without consent, and is not asked for again at once', async () => {
    let asked = 0;
    const { login: exec } = await login(program(answer({ token: 't' })), { allow: () => (asked++, false) });
    expect(await why(exec.credential())).toContain('was not allowed to run');
    expect(await why(exec.credential())).toContain('was not allowed to run');
    expect([asked, countRuns()]).toEqual([1, 0]);
    exec.retry();
    await why(exec.credential());
    expect(asked).toBe(2);
  });

  test('runs once for requests that come together, and not again while its credential holds', async () => {
    const { login: exec } = await login(program(answer({ token: 't' })));
    const [first, second] = await Promise.all([exec.credential(), exec.credential()]);
    expect([first, second, await exec.credential()]).toEqual([{ token: 't' }, { token: 't' }, { token: 't' }]);
    expect(countRuns()).toBe(1);
  });

  test('runs again shortly before its credential expires', async () => {
    const { login: exec, clock } = await login(
      program(answer({ token: 't', expirationTimestamp: '2026-01-01T01:00:00Z' })),
    );
    await exec.credential();
    clock.advance(3_589_000);
    await exec.credential();
    expect(countRuns()).toBe(1);
    clock.advance(1000);
    await exec.credential();
    expect(countRuns()).toBe(2);
  });

  test('runs again when the server refuses its credential, but not for requests that were refused together', async () => {
    const { login: exec, clock } = await login(program(answer({ token: 't' })));
    await exec.credential();
    clock.advance(60_000);
    expect([exec.refused(), (await exec.credential()).token, exec.refused()]).toEqual([true, 't', false]);
    expect(countRuns()).toBe(2);
  });

  test('that fails is left alone for a while, because it may open a browser each time', async () => {
    const { login: exec, clock } = await login(program('echo "session expired: run login" >&2; exit 3'));
    expect(await why(exec.credential())).toBe('The login program login failed (exit 3): session expired: run login');
    clock.advance(29_000);
    await why(exec.credential());
    expect(countRuns()).toBe(1);
    clock.advance(1000);
    await why(exec.credential());
    expect(countRuns()).toBe(2);
    clock.advance(30_000);
    await why(exec.credential());
    expect(countRuns()).toBe(2);
  });

  test('gets the kubeconfig’s environment and what the protocol promises, and nothing of this process', async () => {
    writeFileSync(join(folder.path, 'ca.crt'), 'the authority');
    const { login: exec } = await login(program(answer({ token: 't' })), {
      env: [{ name: 'ONLY', value: 'given' }],
      provideClusterInfo: true,
      caFile: join(folder.path, 'ca.crt'),
    });
    await exec.credential();
    const [info = '', only, home] = readFileSync(runs, 'utf8').trim().split('|');
    expect([only, home]).toEqual(['given', '']);
    expect(JSON.parse(info)).toEqual({
      kind: 'ExecCredential',
      apiVersion: API,
      spec: {
        interactive: false,
        cluster: {
          server: 'https://a.example',
          'insecure-skip-tls-verify': false,
          'certificate-authority-data': Buffer.from('the authority').toString('base64'),
        },
      },
    });
  });

  test('gives a certificate with its key', async () => {
    const { login: exec } = await login(program(answer({ clientCertificateData: 'C', clientKeyData: 'K' })));
    expect(await exec.credential()).toEqual({ certificate: 'C', key: 'K' });
  });

  test.each([
    ['no JSON', 'echo hello', 'did not answer with an ExecCredential'],
    ['no credential', answer({}), 'gave neither a token nor a certificate with its key'],
    ['a certificate without its key', answer({ clientCertificateData: 'C' }), 'gave neither'],
    [
      'another API version',
      answer({ token: 't' }, 'client.authentication.k8s.io/v1beta1'),
      'but the kubeconfig asks for',
    ],
    ['a status that is null', `echo '{"apiVersion":"${API}","status":null}'`, 'gave neither'],
  ])('that gives %s is named', async (_, script, sentence) => {
    expect(await why((await login(program(script))).login.credential())).toContain(sentence);
  });

  test('that prints a token in its error does not have it shown', async () => {
    const { login: exec } = await login(program('echo "bad token=s3cret" >&2; exit 1'));
    expect(await why(exec.credential())).not.toContain('s3cret');
  });

  test('that asks a person to sign in elsewhere says so once, and has the time that takes', async () => {
    const asks = 'echo "To sign in, open https://login.example/device and enter the code ABCD-1234." >&2';
    const {
      login: exec,
      clock,
      prompts,
      nextPrompt,
    } = await login(program(`${asks}; echo waiting >&2; exec sleep 600`));
    const failed = why(exec.credential());
    if (prompts.length === 0) await nextPrompt();
    expect(prompts[0]).toMatchObject({ program: 'login', url: 'https://login.example/device', code: 'ABCD-1234' });
    clock.advance(60_000);
    expect(clock.waits).toEqual([840_000]);
    clock.advance(840_000);
    expect(await failed).toContain('gave no answer within 900 s');
    expect(prompts.at(-1)).toBeUndefined();
  });

  test('that is found under another path than the person agreed to is another program', async () => {
    const exec = { ...PLUGIN, command: 'login' };
    const identity = async (...folders: readonly string[]): Promise<string> =>
      (await describeExec('eve', exec, { variables: { PATH: folders.join(':') }, platform: 'linux' })).identity;
    program('exit 0');
    const first = await identity(folder.path);
    expect(await identity('relative', folder.path, '/usr/bin')).toBe(first);
    expect(await identity('/nowhere')).not.toBe(first);
    const other = join(folder.path, 'other');
    mkdirSync(other, { recursive: true });
    copyFileSync(join(folder.path, 'login'), join(other, 'login'));
    expect(await identity(other, folder.path)).not.toBe(first);
  });

  test('that is not installed is said with its hint', async () => {
    const { login: exec } = await login('no-such-login-program', { installHint: 'See the wiki.' });
    expect(await why(exec.credential())).toBe(
      'The login program no-such-login-program is not installed here (not found on PATH). See the wiki.',
    );
  });

  test('that is a batch file is not started on Windows: a shell would read its arguments as its own', async () => {
    const batch = join(folder.path, 'login.cmd');
    copyFileSync(program(answer({ token: 't' })), batch);
    const { login: exec } = await login(batch, { platform: 'win32' });
    expect(await why(exec.credential())).toBe('The login program login.cmd is a batch file, which is not started.');
    expect(countRuns()).toBe(0);
  });

  test('that hangs is ended after a minute', async () => {
    const { login: exec, clock } = await login(program('exec sleep 600'));
    const failed = why(exec.credential());
    await settled();
    clock.advance(60_000);
    expect(await failed).toContain('gave no answer within 60 s');
  });

  test('is ended when the connection is closed', async () => {
    const { login: exec, stop } = await login(program('exec sleep 600'));
    const failed = why(exec.credential());
    await settled();
    stop.abort();
    expect(await failed).toContain('was ended');
  });
});
