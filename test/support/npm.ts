/** Runs npm: the one that runs us where there is one, so that a machine with several uses its registry and cache. */
import { execFile } from 'node:child_process';

export interface NpmOptions {
  readonly cwd: string;
  readonly timeoutMs?: number;
}

/** Standard output; on failure throws with npm's own words. */
export function npm(args: readonly string[], { cwd, timeoutMs = 600_000 }: NpmOptions): Promise<string> {
  const script = process.env['npm_execpath'];
  const [command, first] = script === undefined ? ['npm', []] : [process.execPath, [script]];
  return new Promise((resolve, reject) => {
    execFile(
      command,
      [...first, ...args],
      {
        cwd,
        env: withoutProject(process.env),
        timeout: timeoutMs,
        maxBuffer: 64 << 20,
        shell: script === undefined && process.platform === 'win32',
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`npm ${args.join(' ')}\n${stderr.trim() || error.message}`, { cause: error }));
      },
    );
  });
}

/** What npm tells its scripts about the package at hand would mislead an npm in another folder. */
function withoutProject(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(npm_package_|npm_lifecycle_|npm_config_local_prefix$|INIT_CWD$)/.test(name),
    ),
  );
}
