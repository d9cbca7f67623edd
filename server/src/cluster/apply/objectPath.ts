import type { ApplyTarget } from '../../workspace/apply/clusterApply.ts';
import { NAMESPACES, NETWORK_POLICIES, resourcePath, type Resource } from '../resource.ts';

/** The kinds that may be written; there is no path for any other. */
export function resourceOf({ kind }: ApplyTarget): Resource {
  switch (kind) {
    case 'NetworkPolicy':
      return NETWORK_POLICIES;
    case 'Namespace':
      return NAMESPACES;
  }
}

export function collectionPath(target: ApplyTarget): string {
  return target.kind === 'Namespace' ? resourcePath(NAMESPACES) : resourcePath(NETWORK_POLICIES, target.namespace);
}

export function objectPath(target: ApplyTarget): string {
  return `${collectionPath(target)}/${encodeURIComponent(target.name)}`;
}
