import type { KubeEnvironment } from '../workspace/clusterModule.ts';
import type { ShellVariables } from './loginShell.ts';
import { variableOf } from './variables.ts';

type Variables = KubeEnvironment['variables'];

/**
 * The variables that decide which kubeconfig and which programs are meant: the process's; what is missing of PATH and
 * KUBECONFIG from the login shell; over both what a person has set.
 *
 * @param askShell called only where something is missing that neither the setting nor a kubeconfig path makes up for
 */
export async function completeEnvironment(
  environment: KubeEnvironment,
  own: Readonly<Record<string, string>>,
  askShell: (environment: KubeEnvironment) => Promise<ShellVariables>,
): Promise<KubeEnvironment> {
  const variables = withVariables(environment.variables, own, environment.platform);
  const complete = { ...environment, variables };
  const missing = (['PATH', 'KUBECONFIG'] as const).filter(
    (name) =>
      variableOf(complete, name) === undefined && !(name === 'KUBECONFIG' && environment.kubeconfig !== undefined),
  );
  if (missing.length === 0) return complete;
  const shell = await askShell(environment);
  const found = Object.fromEntries(missing.flatMap((name) => (shell[name] === undefined ? [] : [[name, shell[name]]])));
  return { ...complete, variables: withVariables(variables, found, environment.platform) };
}

/** Variables over others; on Windows a name in other capitals is the same name. Pure. */
function withVariables(below: Variables, above: Variables, platform: string): Variables {
  const names = new Set(Object.keys(above).map((name) => (platform === 'win32' ? name.toLowerCase() : name)));
  const kept = Object.entries(below).filter(([name]) => !names.has(platform === 'win32' ? name.toLowerCase() : name));
  return { ...Object.fromEntries(kept), ...above };
}
