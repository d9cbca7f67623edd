import { matchNamespaces } from '../engine/matchPods.ts';
import type { LabelSelector } from '../model/labels.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { ManifestDocument } from '../syntax/manifestDocument.ts';
import type { Check, CheckContext, WrittenManifest, WrittenPolicy } from './check.ts';
import { isEmptySelector } from './targetText.ts';

/** What a check has to look at again after an edit that changed policies of some namespaces and nothing else. */
export interface PartOfFile {
  readonly context: CheckContext;
  /** Whether what was found at a policy may be something else now. */
  readonly holds: (namespace: string, document: ManifestDocument) => boolean;
}

/**
 * @param fallback the namespace of objects that name none
 * @param changed the namespaces whose policies have changed
 */
export function partsOfFile(
  context: CheckContext,
  fallback: string,
  changed: ReadonlySet<string>,
): (check: Check) => PartOfFile {
  const own = partOf(context, fallback, changed, new Set());
  let wide: PartOfFile | undefined;
  return ({ acrossNamespaces, wholeFile }) => {
    if (wholeFile === true) return { context, holds: () => true };
    if (acrossNamespaces !== true) return own;
    return (wide ??= partOf(context, fallback, changed, reaching(context, changed)));
  };
}

function partOf(
  context: CheckContext,
  fallback: string,
  changed: ReadonlySet<string>,
  reaching: ReadonlySet<ManifestDocument>,
): PartOfFile {
  const holds = (namespace: string, document: ManifestDocument): boolean =>
    changed.has(namespace) || reaching.has(document);
  const isHeld = (written: WrittenManifest): boolean => holds(namespaceOf(written, fallback), written.placed.document);
  return {
    holds,
    context: {
      ...context,
      policies: context.policies.filter(isHeld),
      manifests: context.manifests.filter(isHeld),
      objects: context.objects.filter(isHeld),
    },
  };
}

/** The namespace that an object is in, or is. */
export function namespaceOf({ manifest: { kind, name, namespace } }: WrittenManifest, fallback: string): string {
  if (kind === 'Namespace') return name;
  return namespace === '' ? fallback : namespace;
}

/** The documents of policies that name pods of the namespaces, or may, from another one. */
function reaching(context: CheckContext, changed: ReadonlySet<string>): ReadonlySet<ManifestDocument> {
  const documents = new Set<ManifestDocument>();
  const known = new Map<string, boolean>();
  const mayMean = (selector: LabelSelector): boolean => {
    const key = JSON.stringify(selector);
    let may = known.get(key);
    if (may === undefined) {
      const { certain, possible } = matchNamespaces(context.intended, selector);
      known.set(key, (may = [...certain, ...possible].some((name) => changed.has(name))));
    }
    return may;
  };
  for (const written of context.policies) if (namesPodsOf(written, mayMean)) documents.add(written.placed.document);
  return documents;
}

function namesPodsOf({ policy }: WrittenPolicy, mayMean: (selector: LabelSelector) => boolean): boolean {
  let selectors = otherNamespaces.get(policy);
  if (selectors === undefined) otherNamespaces.set(policy, (selectors = selectorsOf(policy)));
  return selectors.some(mayMean);
}

/** Of the peers that name pods of other namespaces. */
const otherNamespaces = new WeakMap<NetworkPolicy, readonly LabelSelector[]>();

function selectorsOf({ ingress = [], egress = [] }: NetworkPolicy): readonly LabelSelector[] {
  return [...ingress, ...egress].flatMap(({ peers = [] }) =>
    peers.flatMap(({ podSelector, namespaceSelector }) => {
      const isNamed = podSelector !== undefined && namespaceSelector !== undefined && !isEmptySelector(podSelector);
      return isNamed ? [namespaceSelector] : [];
    }),
  );
}
