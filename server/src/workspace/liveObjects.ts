import type { NetworkPolicy } from '../model/networkPolicy.ts';
import { workloadId, type Namespace, type Pod, type Service } from '../model/workload.ts';
import type { Coverage, CoverageStatus, NamespaceContents, SourceState } from './clusterSource.ts';

/**
 * What a cluster or a snapshot holds under a name, without any manifest over it. Each index is made when it is first
 * asked for and lives as long as the part of the state that it is of.
 */

export function livePolicy(state: SourceState, namespace: string, name: string): NetworkPolicy | undefined {
  const contents = state.contents.get(namespace);
  return contents && policies(contents).get(name);
}

/** A snapshot can hold a policy that does not decode; one clause says why. */
export function undecodablePolicy(state: SourceState, namespace: string, name: string): string | undefined {
  return state.contents.get(namespace)?.rejectedPolicies.find((policy) => policy.name === name)?.fault;
}

export function liveService(state: SourceState, namespace: string, name: string): Service | undefined {
  const contents = state.contents.get(namespace);
  return contents && services(contents).get(name);
}

export function liveNamespace(state: SourceState, name: string): Namespace | undefined {
  return namespaces(state.namespaces).get(name);
}

/** The pods of a workload; of kind Pod the one of that name, whoever owns it. */
export function livePods(state: SourceState, kind: string, namespace: string, name: string): readonly Pod[] {
  const contents = state.contents.get(namespace);
  if (contents === undefined) return [];
  if (kind !== 'Pod') return podsByWorkload(contents).get(workloadId({ kind, namespace, name })) ?? [];
  const pod = podsByName(contents).get(name);
  return pod === undefined ? [] : [pod];
}

/** How far a kind was read where an object would be; undefined where it was not looked for. */
export function readingOf(state: SourceState, kind: string, namespace?: string): CoverageStatus | undefined {
  const ofKind = coverage(state.coverage).get(kind);
  return ofKind?.get(namespace) ?? ofKind?.get(undefined);
}

const policies = indexed((contents: NamespaceContents) => byName(contents.policies));
const services = indexed((contents: NamespaceContents) => byName(contents.services));
const namespaces = indexed((all: readonly Namespace[]) => byName(all));
const podsByWorkload = indexed(({ pods }: NamespaceContents) =>
  Map.groupBy(pods, ({ workload }) => workloadId(workload)),
);
const podsByName = indexed(({ pods }: NamespaceContents) => byName(pods));
const coverage = indexed((entries: readonly Coverage[]) => {
  const kinds = new Map<string, Map<string | undefined, CoverageStatus>>();
  for (const { kind, namespace, status } of entries) {
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, new Map([[namespace, status]]));
    else known.set(namespace, status);
  }
  return kinds;
});

function byName<T extends { readonly name?: string }>(items: readonly T[]): ReadonlyMap<string | undefined, T> {
  return new Map(items.map((item) => [item.name, item]));
}

function indexed<K extends object, V>(make: (part: K) => V): (part: K) => V {
  const known = new WeakMap<K, V>();
  return (part) => {
    let index = known.get(part);
    if (index === undefined) known.set(part, (index = make(part)));
    return index;
  };
}
