import { compileCluster } from '../engine/compileCluster.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import type { EngineOptions, UnreadableScope } from '../model/cluster.ts';
import type { ForeignPolicy } from '../model/manifest.ts';
import type { Namespace } from '../model/workload.ts';
import { EMPTY_CONTENTS, type NamespaceContents, type SourceState } from './clusterSource.ts';
import { manifestClusterPolicies, manifestContents, manifestNamespaces, overlayPolicies } from './contents.ts';
import type { ObjectTable } from './objectTable.ts';

/**
 * What one answer is about: the manifests alone, or a cluster with documents laid over it. A namespace's contents
 * are the same object as long as nothing in the namespace changed, which is what makes an edit cheap.
 */
export interface UniverseParts {
  readonly contents: ReadonlyMap<string, NamespaceContents>;
  readonly namespaces: readonly Namespace[];
  readonly clusterPolicies: readonly ForeignPolicy[];
  /** What the source could not read, as the engine takes it. */
  readonly unread: readonly UnreadableScope[];
}

export interface Universe {
  readonly parts: UniverseParts;
  readonly cluster: CompiledCluster;
}

/** The manifests are the universe. `before` gives the contents of namespaces that were not touched. */
export function manifestParts(
  table: ObjectTable,
  before?: { readonly parts: UniverseParts; readonly touched: ReadonlySet<string> },
): UniverseParts {
  const contents = new Map<string, NamespaceContents>();
  for (const namespace of table.namespaces.keys()) {
    if (namespace === '') continue;
    const kept = before?.touched.has(namespace) === false ? before.parts.contents.get(namespace) : undefined;
    contents.set(namespace, kept ?? manifestContents(table, namespace));
  }
  return {
    contents,
    namespaces: manifestNamespaces(table),
    clusterPolicies: manifestClusterPolicies(table),
    unread: [],
  };
}

/** A cluster with the policies of open documents laid over it: its pods are the only pods. */
export function overlaidParts(
  state: SourceState,
  unread: readonly UnreadableScope[],
  open: ObjectTable,
): UniverseParts {
  const contents = new Map(state.contents);
  for (const namespace of open.namespaces.keys()) {
    const under = contents.get(namespace);
    if (namespace === '') continue;
    const over = overlayPolicies(under ?? EMPTY_CONTENTS, open, namespace);
    if (over !== EMPTY_CONTENTS) contents.set(namespace, over);
  }
  return { contents, namespaces: state.namespaces, clusterPolicies: state.clusterPolicies, unread };
}

/** A cluster with every object of the manifests laid over it, as the command line's inputs add up. */
export function combinedParts(
  state: SourceState,
  unread: readonly UnreadableScope[],
  table: ObjectTable,
): UniverseParts {
  const contents = new Map(state.contents);
  for (const namespace of table.namespaces.keys()) {
    if (namespace !== '') contents.set(namespace, manifestContents(table, namespace, contents.get(namespace)));
  }
  const written = manifestNamespaces(table);
  const names = new Set(written.map(({ name }) => name));
  return {
    contents,
    namespaces: [...state.namespaces.filter(({ name }) => !names.has(name)), ...written],
    clusterPolicies: [...state.clusterPolicies, ...manifestClusterPolicies(table)],
    unread,
  };
}

export function compileUniverse(parts: UniverseParts, options: EngineOptions): Universe {
  const all = [...parts.contents.values()];
  const cluster = compileCluster(
    {
      namespaces: parts.namespaces,
      pods: all.flatMap(({ pods }) => pods),
      policies: all.flatMap(({ policies }) => policies),
      unreadable: unreadableScopes(parts),
    },
    options,
  );
  return { parts, cluster };
}

/** Everything that could change verdicts and is not evaluated, each with a clause that names it. */
function unreadableScopes(parts: UniverseParts): UnreadableScope[] {
  const scopes = [...parts.unread];
  for (const policy of parts.clusterPolicies) {
    scopes.push({ namespace: '*', why: `${policy.kind} ${policy.name} is not evaluated` });
  }
  for (const [namespace, { foreignPolicies, rejectedPolicies }] of parts.contents) {
    for (const { kind, name } of foreignPolicies) {
      scopes.push({ namespace, why: `${kind} ${namespace}/${name} is not evaluated` });
    }
    for (const { name, fault } of rejectedPolicies) {
      scopes.push({ namespace, why: `the API server would reject NetworkPolicy ${namespace}/${name}: ${fault}` });
    }
  }
  return scopes;
}
