import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { KubeEnvironment, LoginPrompt } from '../workspace/clusterModule.ts';
import { ApiError } from './apiFault.ts';
import type { Clock } from './clock.ts';
import { authorityOf } from './clusterAuthority.ts';
import type { ExecConfig, KubeCluster } from './kubeconfig.ts';
import { readLoginPrompt } from './loginPrompt.ts';
import { plainText } from './plainText.ts';
import { variableOf } from './variables.ts';

/** What a plug-in gave (client.authentication.k8s.io ExecCredential, status). */
export interface ExecCredential {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** Ms since 1970; absent: until the server refuses it. */
  readonly expiresAt?: number;
}

export interface ExecRun {
  readonly exec: ExecConfig;
  /** The program that the command means and that a person has agreed to; undefined where there is none. */
  readonly program: string | undefined;
  readonly cluster: KubeCluster;
  readonly environment: KubeEnvironment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** It asks something of a person; undefined: it has ended. */
  readonly onPrompt?: ((prompt: LoginPrompt | undefined) => void) | undefined;
}

const TIME_LIMIT_MS = 60_000;
/** A person has to find the page, sign in and enter a code; such codes hold for about that long (RFC 8628). */
const PROMPT_LIMIT_MS = 900_000;
const LONGEST_OUTPUT = 1024 * 1024;

/**
 * Runs an exec plug-in once, without a terminal, with the given environment only, and reads its credential. Never
 * blocks; ends the program after 60 s, after 15 min where it has asked a person to sign in, or when the signal aborts.
 * Throws ApiError (`login`).
 */
export async function runExecPlugin(run: ExecRun): Promise<ExecCredential> {
  const { code, stdout, stderr } = await runProgram(run);
  const name = programName(run.exec.command);
  if (code !== 0) {
    const said = plainText(lastLine(stderr));
    throw loginError(
      `The login program ${name} failed (exit ${code ?? 'by signal'})${said === '' ? '.' : `: ${said}`}`,
    );
  }
  return readCredential(stdout, run.exec, name);
}

async function runProgram(run: ExecRun): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { exec, program, clock, signal, onPrompt } = run;
  const name = programName(exec.command);
  const problem = programProblem(exec, program, run.environment);
  if (problem !== undefined || program === undefined) throw loginError(problem ?? `There is no ${name}.`);
  const env = await programEnvironment(run);
  return new Promise((resolve, reject) => {
    let child: ChildProcess;
    try {
      child = spawn(program, [...exec.args], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
    } catch (error) {
      reject(loginError(`The login program ${name} cannot be started: ${plainText(String(error))}.`));
      return;
    }
    let stdout = '';
    let stderr = '';
    const end = (problem: ApiError): void => {
      child.kill();
      finish();
      reject(problem);
    };
    const stop = (): void => end(loginError(`The login program ${name} was ended.`));
    const endAfter = (ms: number): (() => void) =>
      clock.after(ms, () => end(loginError(`The login program ${name} gave no answer within ${ms / 1000} s.`)));
    let takeBack = endAfter(TIME_LIMIT_MS);
    let shown = '';
    const showPrompt = (): void => {
      const prompt = readLoginPrompt(name, stderr);
      const text = JSON.stringify(prompt ?? '');
      if (prompt === undefined || text === shown) return;
      if (shown === '') {
        takeBack();
        takeBack = endAfter(PROMPT_LIMIT_MS);
      }
      shown = text;
      onPrompt?.(prompt);
    };
    const finish = (): void => {
      takeBack();
      if (shown !== '') onPrompt?.(undefined);
      shown = '';
      signal.removeEventListener('abort', stop);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < LONGEST_OUTPUT) stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4096);
      showPrompt();
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      finish();
      reject(loginError(`The login program ${name} cannot be started (${error.code}).`));
    });
    child.on('close', (code) => {
      finish();
      resolve({ code, stdout, stderr });
    });
  });
}

/**
 * Why the program found for a command cannot be run: one sentence, with the kubeconfig's own hint where it is missing.
 * Node starts no batch file without a shell, and a shell would read the arguments as its own.
 */
export function programProblem(
  { command, installHint }: ExecConfig,
  program: string | undefined,
  environment: KubeEnvironment,
): string | undefined {
  if (program !== undefined) {
    const isBatch = environment.platform === 'win32' && /\.(?:bat|cmd)$/i.test(program);
    return isBatch ? `The login program ${programName(program)} is a batch file, which is not started.` : undefined;
  }
  const hint = installHint === undefined ? '' : ` ${plainText(installHint)}`;
  const name = programName(command);
  if (/[/\\]/.test(command)) return `The login program ${name} is not where the kubeconfig says.${hint}`;
  const path = variableOf(environment, 'PATH') === undefined ? 'no PATH is set' : 'not found on PATH';
  return `The login program ${name} is not installed here (${path}).${hint}`;
}

/** What the plug-in protocol promises the program: the cluster only where the kubeconfig asks for it. */
async function programEnvironment({ exec, cluster, environment }: ExecRun): Promise<NodeJS.ProcessEnv> {
  const authority = exec.provideClusterInfo ? await authorityOf(cluster).catch(() => undefined) : undefined;
  const described = {
    server: cluster.server,
    'insecure-skip-tls-verify': cluster.skipTlsVerify,
    ...(cluster.tlsServerName !== undefined && { 'tls-server-name': cluster.tlsServerName }),
    ...(authority !== undefined && {
      'certificate-authority-data': Buffer.from(authority, 'latin1').toString('base64'),
    }),
    ...(cluster.proxyUrl !== undefined && { 'proxy-url': cluster.proxyUrl }),
  };
  return {
    ...environment.variables,
    ...Object.fromEntries(exec.env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify({
      kind: 'ExecCredential',
      apiVersion: exec.apiVersion,
      spec: { interactive: false, ...(exec.provideClusterInfo && { cluster: described }) },
    }),
  };
}

function readCredential(stdout: string, exec: ExecConfig, name: string): ExecCredential {
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch {
    throw loginError(`The login program ${name} did not answer with an ExecCredential.`);
  }
  const { apiVersion, status } = (value ?? {}) as { apiVersion?: unknown; status?: Record<string, unknown> | null };
  if (exec.apiVersion !== '' && apiVersion !== exec.apiVersion) {
    const given = plainText(String(apiVersion));
    throw loginError(`The login program ${name} answered as ${given}, but the kubeconfig asks for ${exec.apiVersion}.`);
  }
  const text = (field: string): string | undefined => {
    const found = status?.[field];
    return typeof found === 'string' && found !== '' ? found : undefined;
  };
  const [token, certificate, key] = [text('token'), text('clientCertificateData'), text('clientKeyData')];
  if (token === undefined && (certificate === undefined || key === undefined)) {
    throw loginError(`The login program ${name} gave neither a token nor a certificate with its key.`);
  }
  const expiresAt = Date.parse(text('expirationTimestamp') ?? '');
  return {
    ...(token !== undefined && { token }),
    ...(certificate !== undefined && key !== undefined && { certificate, key }),
    ...(!Number.isNaN(expiresAt) && { expiresAt }),
  };
}

function loginError(why: string): ApiError {
  return new ApiError({ kind: 'login', why });
}

/** The program without its folder: messages name it, not where it lies. */
function programName(command: string): string {
  return plainText(command.slice(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1));
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
