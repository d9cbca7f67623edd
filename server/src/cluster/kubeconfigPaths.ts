import type { KubeEnvironment } from '../workspace/clusterModule.ts';
import { variableOf } from './variables.ts';

/**
 * The kubeconfig files in the order in which kubectl reads them: the list in KUBECONFIG (`;`-separated on Windows,
 * else `:`), or `.kube/config` in the home folder. Pure; a file named twice is read once.
 */
export function kubeconfigPaths(environment: KubeEnvironment): readonly string[] {
  const { platform } = environment;
  const list = environment.kubeconfig || variableOf(environment, 'KUBECONFIG');
  if (list) return [...new Set(splitList(list, platform))];
  const home = homeFolder(environment);
  if (home === undefined) return [];
  return [platform === 'win32' ? `${home}\\.kube\\config` : `${home}/.kube/config`];
}

function splitList(list: string, platform: string): readonly string[] {
  const parts = list.split(platform === 'win32' ? ';' : ':');
  return parts.map((part) => part.trim().replace(/^"(.*)"$/, '$1')).filter((part) => part !== '');
}

function homeFolder(environment: KubeEnvironment): string | undefined {
  const home = variableOf(environment, 'HOME');
  if (environment.platform !== 'win32') return home?.replace(/\/+$/, '');
  const [drive, path] = [variableOf(environment, 'HOMEDRIVE'), variableOf(environment, 'HOMEPATH')];
  const joined = drive !== undefined && path !== undefined ? `${drive}${path}` : undefined;
  return (home ?? joined ?? variableOf(environment, 'USERPROFILE'))?.replace(/[/\\]+$/, '');
}

/** Whether a path is absolute on the platform whose kubeconfig this is, drive letters and `\\wsl$` included. */
export function isAbsolutePath(path: string, platform: string): boolean {
  return platform === 'win32' ? /^(?:[A-Za-z]:[/\\]|[/\\])/.test(path) : path.startsWith('/');
}

/** A path of a kubeconfig: relative ones start at the file's own folder, as kubectl reads them. */
export function resolveBeside(file: string, path: string, platform: string): string {
  if (isAbsolutePath(path, platform)) return path;
  const separator = platform === 'win32' ? '\\' : '/';
  const end = Math.max(file.lastIndexOf('/'), platform === 'win32' ? file.lastIndexOf('\\') : -1);
  if (end < 0) return path;
  return `${file.slice(0, end)}${separator}${path.replace(/^(?:\.[/\\])+/, '')}`;
}
