import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listContexts } from '../../server/src/cluster/main.ts';
import type { SessionOptions } from '../../server/src/workspace/clusterSession.ts';

export interface SessionSetting {
  /** Lines of the kubeconfig's user, as JSON. */
  readonly user?: object;
  readonly variables?: Readonly<Record<string, string>>;
}

/** What a session with a server needs: a kubeconfig in the folder whose only context, `prod-eu`, leads there. */
export async function policySession(
  { url }: { readonly url: string },
  folder: string,
  { user = { token: 'opaque' }, variables = {} }: SessionSetting = {},
): Promise<SessionOptions> {
  const kubeconfig = join(folder, 'config');
  writeKubeconfig(kubeconfig, url, user);
  const environment = { variables: { ...variables, KUBECONFIG: kubeconfig }, platform: process.platform };
  const [context] = (await listContexts(environment)).contexts;
  return { environment, context: 'prod-eu', identity: context?.identity ?? '', allowExec: () => true };
}

/** JSON is YAML. */
export function writeKubeconfig(path: string, server: string, user: object): void {
  const config = {
    clusters: [{ name: 'prod', cluster: { server } }],
    users: [{ name: 'eve', user }],
    contexts: [{ name: 'prod-eu', context: { cluster: 'prod', user: 'eve' } }],
  };
  writeFileSync(path, JSON.stringify(config));
}
