import { spawn } from 'node:child_process';
import type { KubeEnvironment } from '../workspace/clusterModule.ts';
import type { Clock } from './clock.ts';
import { isAbsolutePath } from './kubeconfigPaths.ts';
import { variableOf } from './variables.ts';

/** What a login shell may say of the variables that decide which cluster and which programs are meant. */
export type ShellVariables = Readonly<Partial<Record<'PATH' | 'KUBECONFIG', string>>>;

/** A shell whose start-up files wait for something is not waited for any longer. */
const TIME_LIMIT_MS = 5000;
const LONGEST_OUTPUT = 1024 * 1024;
/** Start-up files may print: only what stands between two of these counts. */
const MARK = '_bulkhead_7f3a_';

/**
 * Asks a person's login shell for PATH and KUBECONFIG, at most once: an editor that a desktop started has not read the
 * start-up files. Without a shell, after 5 s and for a shell that answers otherwise nothing is known. Never throws.
 */
export function loginShell(clock: Clock): (environment: KubeEnvironment) => Promise<ShellVariables> {
  let asked: Promise<ShellVariables> | undefined;
  return (environment) => {
    const shell = variableOf(environment, 'SHELL');
    if (environment.platform === 'win32' || shell === undefined || !isAbsolutePath(shell, environment.platform)) {
      return Promise.resolve({});
    }
    asked ??= run(shell, environment, clock);
    return asked;
  };
}

function run(shell: string, environment: KubeEnvironment, clock: Clock): Promise<ShellVariables> {
  const script = `printf '%s' ${MARK} "$PATH" ${MARK} "$KUBECONFIG" ${MARK}`;
  return new Promise((resolve) => {
    // A session of its own: a start-up file that asks a terminal finds none and cannot stop this process.
    const child = spawn(shell, ['-l', '-c', script], {
      env: { ...environment.variables },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    const end = (): void => {
      takeBack();
      resolve(read(output));
    };
    const takeBack = clock.after(TIME_LIMIT_MS, () => {
      killSession(child.pid);
      end();
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < LONGEST_OUTPUT) output += text;
    });
    child.on('error', end);
    child.on('close', end);
  });
}

function killSession(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function read(output: string): ShellVariables {
  const [, path = '', kubeconfig = '', rest] = output.split(MARK);
  if (rest === undefined) return {};
  return { ...(path !== '' && { PATH: path }), ...(kubeconfig !== '' && { KUBECONFIG: kubeconfig }) };
}
