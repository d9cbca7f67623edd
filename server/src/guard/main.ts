/**
 * The entry of `guard.cjs`: a process of its own that holds the record of a guarded change and rolls it back at its
 * deadline, whatever has become of the editor. Its argument is the guard's folder; the rest comes over standard input;
 * what it has to say stands in that folder.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { SessionModule } from '../workspace/clusterSession.ts';
import { systemFiles } from './durableFiles.ts';
import type { HelperInput } from './helper.ts';
import { runHelper } from './helper.ts';
import { outlivesStarter } from './outlives.ts';
import { repeat } from './repeat.ts';
import { systemTimes } from './times.ts';

const HOLD = '--hold';

/**
 * An editor that ends a language server ends all of its children, those in sessions of their own too
 * (vscode-languageclient's `terminate`). So the process that holds the record is the child of one that ends at
 * once, which gives its standard streams on.
 */
function stepAside(folder: string): void {
  const script = process.argv[1] ?? '';
  const holder = spawn(process.execPath, [script, HOLD, folder], {
    detached: true,
    windowsHide: true,
    stdio: 'inherit',
  });
  holder.once('error', (error) => {
    log(`Cannot be started: ${String(error)}`);
    process.exit(1);
  });
  holder.once('spawn', () => process.exit(0));
}

async function hold(folder: string): Promise<void> {
  // A terminal or a session that ends is no reason to leave a cluster as it is.
  for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => undefined);
  const input = readInput(await text(process.stdin));
  if (input === undefined) {
    log('Nothing to hold.');
    process.exit(2);
  }
  // Loaded at once: an update of the extension may remove its files while this process waits.
  const bundle = './cluster.cjs';
  const cluster = (await import(bundle)) as SessionModule;
  await runHelper(folder, input, {
    files: systemFiles,
    times: systemTimes,
    openSession: (options) => cluster.openSession(options),
    outlives: outlivesStarter,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    every: repeat,
    random: Math.random,
    log,
  });
  process.exit();
}

/** Undefined where the starter ended before it had said everything: then nothing is changed either. */
function readInput(json: string): HelperInput | undefined {
  try {
    return JSON.parse(json) as HelperInput;
  } catch {
    return undefined;
  }
}

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

const [first = '', second = ''] = process.argv.slice(2);
if (first === HOLD) {
  hold(second).catch((error: unknown) => {
    log(`Failed: ${String(error)}`);
    process.exit(1);
  });
} else {
  stepAside(first);
}
