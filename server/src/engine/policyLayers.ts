import type { UnreadableScope } from '../model/cluster.ts';
import type { Direction } from '../model/networkPolicy.ts';
import type { ClassState } from './compiledCluster.ts';
import { OPEN_ROW, type Row } from './policyRow.ts';

/**
 * One layer of policies, as an evaluator in an ordered list: it decides about a class of pods in a direction (its
 * row says accept or deny for every peer) or passes to the next layer. What every layer passes on is accepted.
 */
export type PolicyLayer = (state: ClassState, direction: Direction) => Row | 'pass';

/** The layers of a cluster in the order in which they decide. */
export function policyLayers(unreadable: readonly UnreadableScope[]): readonly PolicyLayer[] {
  return unreadable.length === 0 ? [networkPolicyLayer] : [unreadableLayer(unreadable), networkPolicyLayer];
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
  const rows = new Map<string, Row | 'pass'>();
  return ({ podClass }, direction) => {
    if (podClass.kind === 'node') return 'pass';
    const { name } = podClass.namespace;
    const key = `${direction}/${name}`;
    let row = rows.get(key);
    if (row === undefined) {
      const why = scopes
        .filter((scope) => scope.namespace === '*' || scope.namespace === name)
        .filter((scope) => scope.direction === undefined || scope.direction === direction)
        .map((scope) => scope.why);
      row = why.length === 0 ? 'pass' : { kind: 'unknown', why: [...new Set(why)] };
      rows.set(key, row);
    }
    return row;
  };
}
