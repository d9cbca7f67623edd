/**
 * The entry of `guard.cjs`: a process of its own that holds the record of a guarded change and rolls it back at its
 * deadline, whatever has become of the editor. Its one argument is the guard's folder; the rest comes over standard
 * input; what it has to say stands in that folder.
 */
import { text } from 'node:stream/consumers';
import type { SessionModule } from '../workspace/clusterSession.ts';
import { systemFiles } from './durableFiles.ts';
import type { HelperInput } from './helper.ts';
import { runHelper } from './helper.ts';
import { outlivesStarter } from './outlives.ts';
import { systemTimes } from './times.ts';

async function main(folder: string | undefined): Promise<void> {
  // A terminal or a session that ends is no reason to leave a cluster as it is.
  for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => undefined);
  const input = readInput(await text(process.stdin));
  if (folder === undefined || input === undefined) {
    log('Nothing to hold.');
    process.exitCode = 2;
    return;
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

main(process.argv[2]).catch((error: unknown) => {
  log(`Failed: ${String(error)}`);
  process.exit(1);
});
