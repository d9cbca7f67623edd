/**
 * Folders that are made once and outlive a checkout: a VS Code, a browser, an API server.
 *
 * They lie under `$BULKHEAD_CACHE`, else `$XDG_CACHE_HOME/bulkhead`, else `~/.cache/bulkhead`. A folder appears under
 * its final name in one rename, so that whoever sees it sees it whole; two processes that want the same folder build it
 * once.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The folder of that name, built by `build` unless it is there. `build` gets an empty folder beside it.
 * A build that throws leaves nothing behind.
 */
export async function cachedFolder(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const final = join(cacheRoot(), name);
  if (existsSync(final)) return final;
  mkdirSync(cacheRoot(), { recursive: true });
  const release = await lock(`${final}.lock`);
  try {
    if (existsSync(final)) return final;
    const unfinished = `${final}.${process.pid}.tmp`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    try {
      await build(unfinished);
      moveInto(unfinished, final);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
    return final;
  } finally {
    release();
  }
}

/** Twelve hexadecimal digits over all parts: the key of a folder that is made from them. */
export function recipeKey(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}

export function cacheRoot(): string {
  const { BULKHEAD_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own !== undefined && own !== '') return own;
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'bulkhead');
}

/** Another process may have been as quick after the owner of a lock had died: its folder is as good as ours. */
function moveInto(unfinished: string, final: string): void {
  try {
    renameSync(unfinished, final);
  } catch (error) {
    if (!existsSync(final)) throw error;
  }
}

/** Waits for the lock file; one whose owner is gone is taken over. */
async function lock(file: string): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (!ownerLives(file)) rmSync(file, { force: true });
      else await delay(200);
    }
  }
}

function ownerLives(file: string): boolean {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch (error) {
    // EPERM: a process of another user. ENOENT: just released, which the next try sees.
    return ['EPERM', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
