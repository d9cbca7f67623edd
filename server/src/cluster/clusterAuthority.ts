import { readFile } from 'node:fs/promises';
import type { KubeCluster } from './kubeconfig.ts';

/** PEM of the authorities that a cluster entry names; undefined where it names none. Throws where a file is missing. */
export async function authorityOf(cluster: KubeCluster): Promise<string | undefined> {
  if (cluster.caData !== undefined) return Buffer.from(cluster.caData, 'base64').toString('latin1');
  return cluster.caFile === undefined ? undefined : readFile(cluster.caFile, 'latin1');
}
