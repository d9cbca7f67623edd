import type { KubeEnvironment } from '../workspace/clusterModule.ts';

/** The value of an environment variable; undefined where it is not set or empty. Windows does not tell case apart. */
export function variableOf(
  { variables, platform }: Pick<KubeEnvironment, 'variables' | 'platform'>,
  name: string,
): string | undefined {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (value !== undefined || platform !== 'win32') return value || undefined;
  const wanted = name.toLowerCase();
  const found = Object.keys(variables).find((key) => key.toLowerCase() === wanted);
  return (found === undefined ? undefined : variables[found]) || undefined;
}
