import type { UnreadableScope } from '../model/cluster.ts';
import type { Direction } from '../model/networkPolicy.ts';
import type { ClassState } from './compiledCluster.ts';
import type { Facts } from './facts.ts';
import { OPEN_ROW, type Row } from './policyRow.ts';

/**
 * One layer of policies, as an evaluator in an ordered list: it decides about a class of pods in a direction (its
 * row says accept or deny for every peer) or passes to the next layer. What every layer passes on is accepted.
 */
export type PolicyLayer = (state: ClassState, direction: Direction) => Row | 'pass';

/** The layers of a cluster in the order in which they decide. */
export function policyLayers(unreadable: readonly UnreadableScope[], facts: Facts): readonly PolicyLayer[] {
  const unread = unreadable.filter(({ layer }) => layer === undefined);
  const unreadPolicies = unreadable.filter(({ layer }) => layer === 'networkPolicy');
  const layers = [
    ...(unread.length === 0 ? [] : [unreadableLayer(unread)]),
    unreadPolicies.length === 0 ? networkPolicyLayer : partlyReadLayer(unreadPolicies, facts),
  ];
  const meshes = unreadable.filter(({ layer }) => layer === 'mesh');
  return meshes.length === 0 ? layers : [behindLayer(meshes, layers)];
}

export function rowOf(layers: readonly PolicyLayer[], state: ClassState, direction: Direction): Row {
  for (const layer of layers) {
    const row = layer(state, direction);
    if (row !== 'pass') return row;
  }
  return OPEN_ROW;
}

/** networking.k8s.io/v1: decides about isolated pods, passes all others. */
const networkPolicyLayer: PolicyLayer = (state, direction) => {
  const { row } = state[direction];
  return row.kind === 'open' ? 'pass' : row;
};

/** Policies that are not evaluated could stand before all others: nothing is known of the pods in their scope. */
function unreadableLayer(scopes: readonly UnreadableScope[]): PolicyLayer {
  const unread = unreadIn(scopes);
  return (state, direction) => unread(state, direction) ?? 'pass';
}

/** Some NetworkPolicies were not read: what the others allow is allowed, everything else is not known. */
function partlyReadLayer(scopes: readonly UnreadableScope[], facts: Facts): PolicyLayer {
  const unread = unreadIn(scopes);
  const everyone = { peer: facts.peers.everyone, ports: facts.specs.compile(undefined) };
  const weakened = new Map<Row, Row>();
  return (state, direction) => {
    const unknown = unread(state, direction);
    const { row } = state[direction];
    if (unknown === undefined) return networkPolicyLayer(state, direction);
    if (row.kind !== 'isolated') return unknown;
    let weaker = weakened.get(row);
    if (weaker === undefined) {
      weaker = { ...row, possible: [...row.possible, everyone], unread: unknown.why };
      weakened.set(row, weaker);
    }
    return weaker;
  };
}

/** What stands behind all layers may refuse what they allow: refused stays refused, and nothing is allowed for sure. */
function behindLayer(scopes: readonly UnreadableScope[], layers: readonly PolicyLayer[]): PolicyLayer {
  const unread = unreadIn(scopes);
  const doubted = new Map<Row, Row>();
  return (state, direction) => {
    const row = rowOf(layers, state, direction);
    const unknown = unread(state, direction);
    if (unknown === undefined) return row;
    if (row.kind !== 'isolated') return row.kind === 'unknown' ? row : unknown;
    let doubtful = doubted.get(row);
    if (doubtful === undefined) {
      doubtful = { ...row, entries: [], possible: [...row.entries, ...row.possible], mayRefuse: unknown.why };
      doubted.set(row, doubtful);
    }
    return doubtful;
  };
}

/** The row of pods in one of the scopes; one object for all pods of a namespace. */
function unreadIn(
  scopes: readonly UnreadableScope[],
): (state: ClassState, direction: Direction) => (Row & { readonly kind: 'unknown' }) | undefined {
  const rows = new Map<string, (Row & { readonly kind: 'unknown' }) | undefined>();
  return ({ podClass }, direction) => {
    if (podClass.kind === 'node') return undefined;
    const { name } = podClass.namespace;
    const key = `${direction}/${name}`;
    if (rows.has(key)) return rows.get(key);
    const why = scopes
      .filter((scope) => scope.namespace === '*' || scope.namespace === name)
      .filter((scope) => scope.direction === undefined || scope.direction === direction)
      .map((scope) => scope.why);
    const row = why.length === 0 ? undefined : { kind: 'unknown' as const, why: [...new Set(why)] };
    rows.set(key, row);
    return row;
  };
}
