import type { UnreadableScope } from '../model/cluster.ts';
import type { Coverage, CoverageStatus, SourceState } from './clusterSource.ts';
import { FOREIGN_POLICIES_KIND } from './clusterSource.ts';

/** Kinds that decide about traffic: where they could not be read, what they would say is not known. */
const DECIDING = ['NetworkPolicy', FOREIGN_POLICIES_KIND];

/** What a source could not read and what could therefore change verdicts, by namespace. */
export function unreadScopes(state: SourceState): readonly UnreadableScope[] {
  const namespaces = new Set([...state.contents.keys(), ...state.namespaces.map(({ name }) => name)]);
  const scopes: UnreadableScope[] = [];
  for (const kind of DECIDING) {
    const entries = state.coverage.filter((entry) => entry.kind === kind);
    const whole = entries.find(({ namespace }) => namespace === undefined);
    const byNamespace = new Map(
      entries.flatMap((entry) => (entry.namespace === undefined ? [] : [[entry.namespace, entry]])),
    );
    for (const namespace of namespaces) {
      const why = unread(byNamespace.get(namespace) ?? whole);
      if (why !== undefined) scopes.push({ namespace, why });
    }
  }
  return scopes;
}

function unread(entry: Coverage | undefined): string | undefined {
  return entry === undefined ? undefined : unreadText(entry.status);
}

function unreadText(status: CoverageStatus): string | undefined {
  switch (status.state) {
    case 'complete':
    case 'stale':
    case 'unstated':
      return undefined;
    case 'reading':
      return 'policies are still being read';
    case 'forbidden':
    case 'failed':
      return status.why;
  }
}
