import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { systemFiles } from './durableFiles.ts';
import type { HelperInput } from './helper.ts';
import type { HelperStatus } from './helperStatus.ts';
import { readHelperStatus } from './helperStatus.ts';
import { isRunning } from './processIdentity.ts';

export interface HelperProgram {
  /** Path of `guard.cjs`. */
  readonly path: string;
  /** The Node (or Electron) that runs it; by default the one that runs this process. */
  readonly node?: string;
}

/**
 * Has somebody hold a guard, in a process of its own or in this one.
 *
 * @param folder the guard's own folder
 * @returns what that says once it knows whether it could roll back; undefined where it said nothing in time
 */
export type StartHelper = (folder: string) => Promise<HelperStatus | undefined>;

/** A process of its own, which goes on when this one ends. */
export function inOwnProcess(input: HelperInput, program: HelperProgram): StartHelper {
  return (folder) => startHelper(folder, input, program);
}

/** A login program may take 60 s. */
const PROOF_LIMIT_MS = 90_000;
/** From its start to its first word, on a machine that is busy. */
const START_LIMIT_MS = 20_000;
const LOOK_MS = 50;

/**
 * It leads a session of its own, is nobody's child, inherits no open file and no variable that could hold a secret, and
 * goes on when this process ends.
 */
async function startHelper(
  folder: string,
  input: HelperInput,
  program: HelperProgram,
): Promise<HelperStatus | undefined> {
  const log = openSync(join(folder, 'helper.log'), 'a', 0o600);
  const child = spawn(program.node ?? process.execPath, [program.path, folder], {
    cwd: folder,
    detached: true,
    windowsHide: true,
    stdio: ['pipe', log, log],
    env: helperVariables(process.env),
  });
  closeSync(log);
  let failed = false;
  child.once('error', () => (failed = true));
  // It ends at once, and well, when the process that holds the record has started.
  child.once('exit', (code) => (failed ||= code !== 0));
  // That one may end before it has read everything.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(JSON.stringify(input));
  child.unref();

  const began = performance.now();
  for (;;) {
    const status = await readHelperStatus(systemFiles, folder);
    if (status !== undefined && status.state !== 'proving') return status;
    const passed = performance.now() - began;
    if (failed || (status === undefined && passed > START_LIMIT_MS)) return undefined;
    if (status !== undefined && isRunning(status.process) === false) return undefined;
    if (status !== undefined && passed > PROOF_LIMIT_MS) {
      // Never this process, whatever the file says.
      if (status.process.pid !== process.pid) process.kill(status.process.pid, 'SIGKILL');
      return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** What Node needs to start and to trust the certificates that this process trusts. */
const VARIABLES = [
  'HOME',
  'USERPROFILE',
  'SystemRoot',
  'TMPDIR',
  'TEMP',
  'TMP',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_SYSTEM_CA',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

function helperVariables(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Electron, which runs an editor's programs, is Node only where it is told to be.
  const kept: NodeJS.ProcessEnv = { ELECTRON_RUN_AS_NODE: '1' };
  for (const name of VARIABLES) {
    const value = own[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
