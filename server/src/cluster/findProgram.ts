import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { KubeEnvironment } from '../workspace/clusterModule.ts';
import { isAbsolutePath } from './kubeconfigPaths.ts';
import { variableOf } from './variables.ts';

type Environment = Pick<KubeEnvironment, 'variables' | 'platform'>;

/**
 * The program that a command means: itself where it is a path, else the first of that name on PATH. Undefined where
 * there is none. Folders of PATH that are not absolute are left out, as Go's exec does: the working directory must not
 * decide what runs.
 */
export async function findProgram(command: string, environment: Environment): Promise<string | undefined> {
  for (const candidate of programCandidates(command, environment)) {
    if (await isProgram(candidate, environment.platform)) return candidate;
  }
  return undefined;
}

/** The paths that are tried, in order; on Windows with the endings of PATHEXT. Pure. */
export function programCandidates(command: string, environment: Environment): readonly string[] {
  const windows = environment.platform === 'win32';
  const isPath = command.includes('/') || (windows && command.includes('\\'));
  if (isPath) return endings(command, environment).map((ending) => command + ending);
  const folders = (variableOf(environment, 'PATH') ?? '')
    .split(windows ? ';' : ':')
    .map((folder) => (windows ? folder.trim().replace(/^"(.*)"$/, '$1') : folder))
    .filter((folder) => isAbsolutePath(folder, environment.platform));
  const separator = windows ? '\\' : '/';
  return folders.flatMap((folder) =>
    endings(command, environment).map((ending) => `${folder.replace(/[/\\]+$/, '')}${separator}${command}${ending}`),
  );
}

function endings(command: string, environment: Environment): readonly string[] {
  if (environment.platform !== 'win32') return [''];
  const known = (variableOf(environment, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').toLowerCase().split(';').filter(Boolean);
  return known.some((ending) => command.toLowerCase().endsWith(ending)) ? [''] : known;
}

async function isProgram(path: string, platform: string): Promise<boolean> {
  try {
    if (platform !== 'win32') await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
