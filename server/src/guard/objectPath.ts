import type { ApplyTarget } from '../workspace/apply/clusterApply.ts';

/** The collection that an object belongs to, as a path below the server's URL. */
export function collectionPath({ kind, namespace }: Pick<ApplyTarget, 'kind' | 'namespace'>): string {
  return kind === 'Namespace'
    ? '/api/v1/namespaces'
    : `/apis/networking.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/networkpolicies`;
}

export function objectPath(ref: ApplyTarget): string {
  return `${collectionPath(ref)}/${encodeURIComponent(ref.name)}`;
}
