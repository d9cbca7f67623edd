import type { PodScope } from '../engine/matchPods.ts';
import type { FieldPath, JsonValue } from '../model/manifest.ts';
import type { Direction, NetworkPolicy, Peer, PolicyPort } from '../model/networkPolicy.ts';
import { isWritten, type ObjectPlace } from './heldObjects.ts';
import type { PolicyView } from './policyViews.ts';

/** A selector as the present text writes it, with what it selects; both absent parts mean "not decodable yet". */
export interface SelectorPlace {
  readonly kind: 'targets' | 'peerPods' | 'peerNamespaces';
  /** In the object. */
  readonly path: FieldPath;
  readonly scope?: PodScope;
}

/** A rule as the present text writes it; rules are matched by index with what is known of the policy. */
export interface RulePlace {
  readonly direction: Direction;
  readonly index: number;
  readonly path: FieldPath;
}

export interface PortPlace {
  readonly rule: RulePlace;
  readonly index: number;
  readonly path: FieldPath;
  readonly entry?: PolicyPort;
}

export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

export function peersField(direction: Direction): 'from' | 'to' {
  return direction === 'ingress' ? 'from' : 'to';
}

/** Where rules stand: the text alone decides, so that lenses neither come nor go when data changes. */
export function rulePlaces(view: PolicyView): readonly RulePlace[] {
  return DIRECTIONS.flatMap((direction) =>
    indexesAt(view, ['spec', direction]).map((index) => ({ direction, index, path: ['spec', direction, index] })),
  );
}

/**
 * The place that a path of a policy has in the present text; of a text that is held, and in which a fault hides it from
 * the parser, the one that it had before.
 */
export function placeOf(view: PolicyView, path: FieldPath): ObjectPlace {
  const { earlier } = view;
  if (earlier === undefined || path.length === 0 || valueAt(view, path) !== undefined) return view;
  return valueAt(earlier, path) === undefined ? view : earlier;
}

export function selectorPlaces(view: PolicyView): readonly SelectorPlace[] {
  const { written } = view;
  const places: SelectorPlace[] = [];
  if (valueNow(view, ['spec', 'podSelector']) !== undefined) {
    places.push({
      kind: 'targets',
      path: ['spec', 'podSelector'],
      ...(written === undefined ? {} : { scope: targetScope(written) }),
    });
  }
  for (const rule of rulePlaces(view)) {
    const field = peersField(rule.direction);
    for (const index of indexesAt(view, [...rule.path, field])) {
      const peer = written?.[rule.direction]?.[rule.index]?.peers?.[index];
      const path = [...rule.path, field, index];
      const value = valueNow(view, path);
      for (const name of ['namespaceSelector', 'podSelector'] as const) {
        if (!isMap(value) || (value[name] ?? null) === null) continue;
        const kind = name === 'podSelector' ? 'peerPods' : 'peerNamespaces';
        const scope = written === undefined || peer === undefined ? undefined : peerScope(written, peer);
        places.push({ kind, path: [...path, name], ...(scope === undefined ? {} : { scope }) });
      }
    }
  }
  return places;
}

/** Entries of `ports`, with what the text says in them as far as it can be decoded. */
export function portPlaces(view: PolicyView): readonly PortPlace[] {
  return rulePlaces(view).flatMap((rule) =>
    indexesAt(view, [...rule.path, 'ports']).map((index) => {
      const entry = view.written?.[rule.direction]?.[rule.index]?.ports?.[index];
      return { rule, index, path: [...rule.path, 'ports', index], ...(entry === undefined ? {} : { entry }) };
    }),
  );
}

/** Entries of `ports` that name a port instead of giving its number. */
export function namedPortPlaces(view: PolicyView): readonly PortPlace[] {
  return portPlaces(view).flatMap((place) =>
    typeof place.entry?.port === 'string' ? [{ ...place, path: [...place.path, 'port'] }] : [],
  );
}

export function targetScope(policy: NetworkPolicy): PodScope {
  return { namespace: policy.namespace, podSelector: policy.podSelector };
}

/** Undefined for an ipBlock and for a peer that a placeholder leaves open. */
export function peerScope(policy: NetworkPolicy, peer: Peer): PodScope | undefined {
  const { podSelector, namespaceSelector } = peer;
  if (peer.ipBlock !== undefined || peer.incomplete === true) return undefined;
  if (podSelector === undefined && namespaceSelector === undefined) return undefined;
  return {
    namespace: policy.namespace,
    ...(podSelector === undefined ? {} : { podSelector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
  };
}

/** What the present text says at a path, or the last readable one where a fault hides it. */
function valueNow(view: PolicyView, path: FieldPath): JsonValue | undefined {
  return valueAt(placeOf(view, path), path);
}

function valueAt({ placed, manifest }: ObjectPlace, path: FieldPath): JsonValue | undefined {
  let value: JsonValue | undefined = placed.document.value;
  for (const step of [...manifest.path, ...path]) {
    if (typeof step === 'number') value = Array.isArray(value) ? value[step] : undefined;
    else value = isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** The items of a list, with those that a fault hides from the parser and that are still in the text. */
function indexesAt(view: PolicyView, path: FieldPath): readonly number[] {
  const { earlier } = view;
  const items = lengthOf(valueAt(view, path));
  const before = earlier === undefined ? 0 : lengthOf(valueAt(earlier, path));
  const indexes = Array.from({ length: Math.max(items, before) }, (_, index) => index);
  return indexes.filter((index) => index < items || (earlier !== undefined && isWritten(earlier, [...path, index])));
}

function lengthOf(value: JsonValue | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}

function isMap(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
