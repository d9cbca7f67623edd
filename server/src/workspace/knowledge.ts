import type { Knowledge } from '../analysis/check.ts';
import type { Coverage, SourceState } from './clusterSource.ts';
import { FOREIGN_POLICIES_KIND } from './clusterSource.ts';
import type { UniverseParts } from './universe.ts';

/**
 * What may be called missing. Manifests are complete once the folder has been read (`indexed`), and that counts beside
 * a cluster too: a file not read yet may hold the policy or workload that mends what would be called missing. A cluster
 * is complete where each kind was read to its end, nowhere refused. A kubectl dump that does not say what it left out is
 * taken at its word.
 */
export function knowledgeOf(parts: UniverseParts, state: SourceState | undefined, indexed: boolean): Knowledge {
  const complete = (kind: string, namespace?: string): boolean =>
    indexed && (state === undefined || isComplete(state.coverage, kind, namespace));
  return {
    podsKnown: (namespace) =>
      complete('Pod', namespace) &&
      parts.unreadPods?.has('*') !== true &&
      parts.unreadPods?.has(namespace) !== true &&
      (parts.contents.get(namespace)?.pods.length ?? 0) > 0,
    // Manifests name only the namespaces that they bring themselves; others may well exist.
    namespacesKnown: state !== undefined && complete('Namespace'),
    policiesKnown: (namespace) =>
      complete('NetworkPolicy', namespace) &&
      (state === undefined || complete(FOREIGN_POLICIES_KIND, namespace)) &&
      parts.clusterPolicies.length === 0 &&
      nothingUnread(parts, namespace),
  };
}

function nothingUnread(parts: UniverseParts, namespace: string): boolean {
  const contents = parts.contents.get(namespace);
  const scoped = parts.unread.some((scope) => scope.namespace === '*' || scope.namespace === namespace);
  return !scoped && (contents?.foreignPolicies.length ?? 0) === 0 && (contents?.rejectedPolicies.length ?? 0) === 0;
}

function isComplete(coverage: readonly Coverage[], kind: string, namespace: string | undefined): boolean {
  const entries = coverage.filter((entry) => entry.kind === kind);
  const own = entries.find((entry) => entry.namespace !== undefined && entry.namespace === namespace);
  const state = (own ?? entries.find((entry) => entry.namespace === undefined))?.status.state;
  // Not looked for by a snapshot that states nothing: only what it holds is known of.
  return state === 'complete' || state === 'stale' || state === 'unstated';
}
