import { compileSelector, type CompiledSelector } from '../../engine/labelSelector.ts';
import type { LabelSelector } from '../../model/labels.ts';
import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import { Decoding } from '../../syntax/objects/decoding.ts';
import { asMap, isJsonMap } from '../../syntax/objects/jsonAccess.ts';
import { decodeLabelSelector } from '../../syntax/objects/labelSelector.ts';
import { namespacesMeant, podGroups, type PodGroup } from './podGroups.ts';
import type { Asked } from './proposal.ts';

/** The selector that a place belongs to, and what it looks at. */
export interface SelectorPlace {
  readonly of: 'pods' | 'namespaces';
  /** What it asks for beside what is being written. */
  readonly others: LabelSelector;
  readonly compiled: CompiledSelector;
  /** Where it looks for pods. */
  readonly namespaces: readonly string[];
}

const known = new WeakMap<Asked, SelectorPlace | 'none'>();

/** Undefined outside of a selector. */
export function selectorPlace(asked: Asked): SelectorPlace | undefined {
  let place = known.get(asked);
  if (place === undefined) known.set(asked, (place = placeOf(asked) ?? 'none'));
  return place === 'none' ? undefined : place;
}

export function groupsOf({ snapshot }: Asked, namespaces: readonly string[]): readonly PodGroup[] {
  return namespaces.length === 1
    ? podGroups(snapshot, namespaces[0] as string)
    : namespaces.flatMap((namespace) => podGroups(snapshot, namespace));
}

/** Where a peer's podSelector looks for pods: in the policy's namespace, or in those that the peer selects. */
function namespacesOfPeer({ snapshot, policy }: Asked, peer: JsonValue | undefined): readonly string[] {
  const { namespaceSelector } = asMap(peer);
  if (namespaceSelector === undefined || namespaceSelector === null) return [policy.namespace];
  return namespacesMeant(snapshot, compileSelector(decodeLabelSelector(namespaceSelector, new Decoding(), [])));
}

function placeOf(asked: Asked): SelectorPlace | undefined {
  const { object, path, policy } = asked;
  const at = path.findIndex((step) => step === 'podSelector' || step === 'namespaceSelector');
  if (at < 0) return undefined;
  const others = withoutOwn(
    decodeLabelSelector(mapAt(object, path.slice(0, at + 1)), new Decoding(), []),
    path.slice(at + 1),
  );
  const isPods = path[at] === 'podSelector';
  return {
    of: isPods ? 'pods' : 'namespaces',
    others,
    compiled: compileSelector(others),
    namespaces: isPods
      ? at === 1
        ? [policy.namespace]
        : namespacesOfPeer(asked, valueAt(object, path.slice(0, at)))
      : [],
  };
}

/** The requirement that is being written says nothing yet. */
function withoutOwn(selector: LabelSelector, [list, own]: FieldPath): LabelSelector {
  const { matchLabels, matchExpressions } = selector;
  const labels = Object.entries(matchLabels).filter(([key]) => list !== 'matchLabels' || key !== own);
  return {
    matchLabels: Object.fromEntries(labels),
    matchExpressions: matchExpressions.filter(
      ({ key }, index) => key !== '' && (list !== 'matchExpressions' || index !== own),
    ),
  };
}

export function valueAt(object: JsonValue, path: FieldPath): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const step of path) {
    if (typeof step === 'number') value = Array.isArray(value) ? value[step] : undefined;
    else value = isJsonMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

function mapAt(object: JsonValue, path: FieldPath): JsonValue | undefined {
  const value = valueAt(object, path);
  return isJsonMap(value) ? value : undefined;
}
