import { parse } from 'yaml';
import type { ControlPlane, User } from './controlPlane.ts';

/** Who signs in to which cluster. */
export interface ContextOf {
  readonly cluster: ControlPlane;
  /** `admin` unless given. */
  readonly user?: User;
  /** In place of the user's token. */
  readonly credentials?: object;
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: object }];
  readonly users: readonly [{ readonly user: object }];
}

/** One kubeconfig with several contexts by name, the first of them the current one. */
export function kubeconfigOf(contexts: Readonly<Record<string, ContextOf>>): string {
  const parts = Object.entries(contexts).map(([name, { cluster, user = 'admin', credentials }]) => {
    const own = parse(cluster.kubeconfig(user)) as Kubeconfig;
    return {
      cluster: { name, cluster: own.clusters[0].cluster },
      user: { name, user: credentials ?? own.users[0].user },
      context: { name, context: { cluster: name, user: name } },
    };
  });
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: parts.map((part) => part.cluster),
    users: parts.map((part) => part.user),
    contexts: parts.map((part) => part.context),
    'current-context': parts[0]?.context.name ?? '',
  });
}
