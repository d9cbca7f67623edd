import type { UnreadableScope } from '../model/cluster.ts';
import type { Namespace } from '../model/workload.ts';
import { EMPTY_CONTENTS, type NamespaceContents, type SourceState } from './clusterSource.ts';
import { manifestClusterPolicies, manifestContents, manifestNamespaces, overlayPolicies } from './contents.ts';
import type { ObjectTable } from './objectTable.ts';
import type { UniverseParts } from './universe.ts';
import { unreadScopes } from './unreadScopes.ts';

type Over = (under: NamespaceContents, table: ObjectTable, namespace: string) => NamespaceContents;

/**
 * Lays manifests over what is below them, namespace by namespace. A namespace in which neither changed keeps its
 * contents, the same object, which is what makes an edit cost its own namespaces alone.
 */
export class PartsBuilder {
  readonly #over: Over;
  readonly #known = new Map<
    string,
    { readonly under: NamespaceContents; readonly written: Written | undefined; readonly contents: NamespaceContents }
  >();
  #unread: { readonly state: SourceState; readonly scopes: readonly UnreadableScope[] } | undefined;
  #namespaces: { readonly written: unknown; readonly under: unknown; readonly all: readonly Namespace[] } | undefined;

  /** @param over how one namespace's manifests are laid over the contents below them */
  constructor(over: Over) {
    this.#over = over;
  }

  /** @param withNamespaces whether the manifests' Namespace objects count beside the source's */
  parts(state: SourceState | undefined, table: ObjectTable, withNamespaces: boolean): UniverseParts {
    const contents = new Map(state?.contents);
    for (const namespace of table.namespaces.keys()) {
      if (namespace === '') continue;
      const under = contents.get(namespace) ?? EMPTY_CONTENTS;
      const over = this.#contents(under, table, namespace);
      if (over !== EMPTY_CONTENTS) contents.set(namespace, over);
    }
    return {
      contents,
      namespaces: withNamespaces ? this.#allNamespaces(state, table) : (state?.namespaces ?? []),
      clusterPolicies: state === undefined ? manifestClusterPolicies(table) : state.clusterPolicies,
      nodes: state?.nodes ?? [],
      unread: this.#unreadOf(state),
    };
  }

  #contents(under: NamespaceContents, table: ObjectTable, namespace: string): NamespaceContents {
    const written = table.namespaces.get(namespace);
    const known = this.#known.get(namespace);
    const isSame = known?.under === under && sameObjects(known.written, written);
    const contents = isSame ? known.contents : this.#over(under, table, namespace);
    this.#known.set(namespace, { under, written, contents });
    return contents;
  }

  #allNamespaces(state: SourceState | undefined, table: ObjectTable): readonly Namespace[] {
    const written = table.namespaces.get('');
    const under = state?.namespaces;
    const known = this.#namespaces;
    if (known !== undefined && known.written === written && known.under === under) return known.all;
    const own = manifestNamespaces(table);
    const names = new Set(own.map(({ name }) => name));
    const all = [...(under ?? []).filter(({ name }) => !names.has(name)), ...own];
    this.#namespaces = { written, under, all };
    return all;
  }

  #unreadOf(state: SourceState | undefined): readonly UnreadableScope[] {
    if (state === undefined) return NOTHING_UNREAD;
    if (this.#unread?.state !== state) {
      const scopes = unreadScopes(state);
      const before = this.#unread?.scopes;
      // The same list is the same object, so that a state that says nothing new in it changes no verdict.
      this.#unread = { state, scopes: before !== undefined && sameScopes(before, scopes) ? before : scopes };
    }
    return this.#unread.scopes;
  }
}

/** The manifests alone. */
export function ofManifests(): PartsBuilder {
  return new PartsBuilder((under, table, namespace) => manifestContents(table, namespace, under));
}

/** A cluster with the policies of open documents laid over it. */
export function ofOverlay(): PartsBuilder {
  return new PartsBuilder(overlayPolicies);
}

/** A cluster after everything in some documents was applied to it. What a server would refuse changes nothing. */
export function ofApplied(): PartsBuilder {
  return new PartsBuilder((under, table, namespace) => {
    const { policies, rejectedPolicies } = overlayPolicies(under, table, namespace);
    return { ...manifestContents(table, namespace, under), policies, rejectedPolicies };
  });
}

/** A cluster with every policy and workload that is written, applied or not. What a server would refuse changes nothing. */
export function ofIntentions(): PartsBuilder {
  return new PartsBuilder((under, table, namespace) => {
    const { pods } = manifestContents(table, namespace, under);
    return { ...overlayPolicies(under, table, namespace), pods };
  });
}

/** What a source that gives nothing leaves: no pods, and policies of open documents only. */
export const NO_STATE: SourceState = {
  origin: { kind: 'snapshot' },
  namespaces: [],
  contents: new Map(),
  clusterPolicies: [],
  nodes: [],
  coverage: [],
};

type Written = NonNullable<ReturnType<ObjectTable['namespaces']['get']>>;

/** Whether the same objects count in the same order; where they are written in their files is nothing to a universe. */
export function sameObjects(a: Written | undefined, b: Written | undefined): boolean {
  if (a === b) return true;
  if (a?.size !== b?.size || a === undefined || b === undefined) return false;
  const others = b.values();
  for (const list of a.values()) if (list.at(-1)?.object !== others.next().value?.at(-1)?.object) return false;
  return true;
}

const NOTHING_UNREAD: readonly UnreadableScope[] = [];

function sameScopes(a: readonly UnreadableScope[], b: readonly UnreadableScope[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ namespace, why }, index) => b[index]?.namespace === namespace && b[index].why === why)
  );
}
