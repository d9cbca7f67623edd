import type { UnreadableScope } from '../model/cluster.ts';
import { MESH_GROUPS, POLICY_GROUPS } from '../syntax/objects/foreignPolicy.ts';
import type { Coverage, CoverageStatus, SourceState } from './clusterSource.ts';
import { FOREIGN_POLICIES_KIND } from './clusterSource.ts';

/**
 * What a source could not read and what could therefore change verdicts. A kind that was read nowhere is one scope for
 * the whole cluster; where some namespaces could be read, each of the others that is known is a scope.
 */
export function unreadScopes(state: SourceState): readonly UnreadableScope[] {
  const scopes: UnreadableScope[] = [];
  for (const entries of Map.groupBy(state.coverage.filter(decides), ({ kind, group }) => `${kind}.${group}`).values()) {
    const whole = entries.find(({ namespace }) => namespace === undefined);
    const parts = new Map(
      entries.flatMap((entry) => (entry.namespace === undefined ? [] : [[entry.namespace, entry]])),
    );
    const wholeWhy = unreadWhy(whole);
    if (wholeWhy !== undefined && [...parts.values()].every((part) => unreadWhy(part) !== undefined)) {
      scopes.push(scope('*', entries, wholeWhy));
      continue;
    }
    for (const namespace of namespacesOf(state, parts)) {
      const part = parts.get(namespace);
      const why = part === undefined ? wholeWhy : unreadWhy(part);
      if (why !== undefined) scopes.push(scope(namespace, entries, why));
    }
  }
  return scopes;
}

/** Kinds that decide about traffic: where they could not be read, what they would say is not known. */
function decides({ kind, group }: Coverage): boolean {
  return (
    isNetworkPolicy(kind, group) || kind === FOREIGN_POLICIES_KIND || [...POLICY_GROUPS, ...MESH_GROUPS].includes(group)
  );
}

function isNetworkPolicy(kind: string, group: string): boolean {
  return kind === 'NetworkPolicy' && group === 'networking.k8s.io';
}

function scope(namespace: string, [entry]: readonly Coverage[], why: string): UnreadableScope {
  const { kind = '', group = '' } = entry ?? {};
  const own = isNetworkPolicy(kind, group);
  const what = own ? 'NetworkPolicies' : kind === FOREIGN_POLICIES_KIND ? kind : `${kind} objects`;
  const mesh = MESH_GROUPS.includes(group);
  return {
    namespace,
    ...(own && { layer: 'networkPolicy' as const }),
    ...(mesh && { layer: 'mesh' as const, direction: 'ingress' as const }),
    why: `${what} ${why}`,
  };
}

function namespacesOf(state: SourceState, parts: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  return new Set([...state.contents.keys(), ...state.namespaces.map(({ name }) => name), ...parts.keys()]);
}

function unreadWhy(entry: Coverage | undefined): string | undefined {
  return entry === undefined ? undefined : statusWhy(entry.status);
}

/** A clause that goes on from the kind's name. */
function statusWhy(status: CoverageStatus): string | undefined {
  switch (status.state) {
    case 'complete':
    case 'stale':
    case 'unstated':
      return undefined;
    case 'reading':
      return 'are still being read';
    case 'forbidden':
      return `may not be read: ${status.why.replace(/\.$/, '')}`;
    case 'failed':
      return `could not be read: ${status.why.replace(/\.$/, '')}`;
  }
}
