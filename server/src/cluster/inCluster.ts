import { readFile } from 'node:fs/promises';
import type { KubeEnvironment } from '../workspace/clusterModule.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { variableOf } from './variables.ts';

/** The context of the cluster that this process runs in. */
const NAME = 'in-cluster';
/** Where a kubelet mounts a pod's service account. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * A kubeconfig of one context for a process that runs in a pod, as client-go's rest.InClusterConfig makes it: address
 * from KUBERNETES_SERVICE_HOST and _PORT, the service account's token (read anew for each request, because it rotates),
 * CA and namespace from its files. Undefined where any of them is missing.
 */
export async function inClusterConfig(environment: KubeEnvironment): Promise<Kubeconfig | undefined> {
  const host = variableOf(environment, 'KUBERNETES_SERVICE_HOST');
  const port = variableOf(environment, 'KUBERNETES_SERVICE_PORT');
  if (host === undefined || port === undefined || !/^\d+$/.test(port)) return undefined;
  const folder = environment.serviceAccount ?? SERVICE_ACCOUNT;
  const [tokenFile, caFile] = [`${folder}/token`, `${folder}/ca.crt`];
  if ((await textOf(tokenFile)) === undefined || (await textOf(caFile)) === undefined) return undefined;
  const namespace = await textOf(`${folder}/namespace`);
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    clusters: new Map([[NAME, { server, caFile, skipTlsVerify: false }]]),
    users: new Map([[NAME, { tokenFile }]]),
    contexts: new Map([[NAME, { cluster: NAME, user: NAME, ...(namespace !== undefined && { namespace }) }]]),
  };
}

async function textOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trim() || undefined;
}
