import { canonicalPolicy } from '../../engine/canonicalPolicy.ts';
import type { PolicyName } from '../../engine/clusterEdit.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { policyKey } from '../../engine/compilePolicy.ts';
import { policyDelta, type PolicyDelta } from '../../engine/policyDelta.ts';
import { withEdit } from '../../engine/withEdit.ts';
import type { JsonValue } from '../../model/manifest.ts';
import type { NetworkPolicy } from '../../model/networkPolicy.ts';
import type { Namespace } from '../../model/workload.ts';
import { decodeObject } from '../../syntax/objects/decodeObject.ts';
import type { JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { SourceState } from '../clusterSource.ts';
import { updateUniverse, type Universe } from '../universe.ts';
import type { ApplyTarget } from './clusterApply.ts';

/** An object before and after a change, as the server gave it; absent where it is not there. */
export interface ObjectChange {
  readonly target: ApplyTarget;
  readonly before?: JsonMap | undefined;
  readonly after?: JsonMap | undefined;
}

/** What changes of objects do to reachability. */
export interface ApplyEffect {
  readonly before: CompiledCluster;
  readonly after: CompiledCluster;
  /** Undefined where Namespaces change too: `diffClusters` compares those. */
  readonly delta: PolicyDelta | undefined;
  /** The policies mean the same as before, for whatever pods there are or will be. */
  readonly meansTheSame: boolean;
  /** Objects of which it is not known what they do, so that the effect is not known either. */
  readonly unreadable: readonly ApplyTarget[];
}

/** A change of one policy or Namespace as the engine takes it. */
export interface DecodedChange {
  readonly target: ApplyTarget;
  readonly before: DecodedState;
  readonly after: DecodedState;
}

type DecodedState = NetworkPolicy | Namespace | undefined;

/**
 * The effect of changes in a live universe, computed from the very objects that the server returned: those before it
 * replace what was watched, which may be older.
 */
export function applyEffect(live: CompiledCluster, changes: readonly ObjectChange[]): ApplyEffect {
  const { decoded, unreadable } = decodeChanges(changes);
  const before = withStates(live, decoded, ({ before }) => before);
  const after = withStates(before, decoded, ({ after }) => after);
  return {
    before,
    after,
    delta: decoded.some(({ target }) => target.kind === 'Namespace') ? undefined : policyDelta(before, after),
    meansTheSame: unreadable.length === 0 && decoded.every(isSameMeaning),
    unreadable,
  };
}

/** The universe of a cluster alone, without documents that lie over it in an editor. */
export function liveUniverse(universe: Universe, state: SourceState): Universe {
  return updateUniverse(universe, {
    ...universe.parts,
    contents: state.contents,
    namespaces: state.namespaces,
    clusterPolicies: state.clusterPolicies,
  });
}

export function decodeChanges(changes: readonly ObjectChange[]): {
  readonly decoded: readonly DecodedChange[];
  readonly unreadable: readonly ApplyTarget[];
} {
  const decoded: DecodedChange[] = [];
  const unreadable: ApplyTarget[] = [];
  for (const { target, before, after } of changes) {
    const [old, now] = [decodeState(target, before), decodeState(target, after)];
    if (old === 'unreadable' || now === 'unreadable') unreadable.push(target);
    else decoded.push({ target, before: old, after: now });
  }
  return { decoded, unreadable };
}

function decodeState(target: ApplyTarget, object: JsonMap | undefined): DecodedState | 'unreadable' {
  if (object === undefined) return undefined;
  // A list's items leave out what they are.
  const typed = { ...object, kind: target.kind, apiVersion: API_VERSIONS[target.kind] } as JsonValue;
  const found = decodeObject(typed)?.object;
  const { namespace, name } = target;
  if (found?.type === 'networkPolicy') return { ...found.policy, namespace, name };
  return found?.type === 'namespace' ? found.namespace : 'unreadable';
}

const API_VERSIONS = { NetworkPolicy: 'networking.k8s.io/v1', Namespace: 'v1' } as const;

/** The cluster with each object in one of its states. */
export function withStates(
  cluster: CompiledCluster,
  changes: readonly DecodedChange[],
  stateOf: (change: DecodedChange) => DecodedState,
): CompiledCluster {
  const put: NetworkPolicy[] = [];
  const remove: PolicyName[] = [];
  const namespaces: Namespace[] = [];
  for (const change of changes) {
    const state = stateOf(change);
    if (state !== undefined && 'podSelector' in state) {
      const known = cluster.policies.get(policyKey(state))?.policy;
      // What is the same already stays the same object: less is compiled anew.
      if (known === undefined || canonicalPolicy(known) !== canonicalPolicy(state)) put.push(state);
    } else if (state !== undefined) namespaces.push(state);
    else if (change.target.kind === 'NetworkPolicy') remove.push(change.target);
  }
  if (put.length + remove.length + namespaces.length === 0) return cluster;
  return withEdit(cluster, {
    policies: { put, remove },
    ...(namespaces.length > 0 && { namespaces: { put: namespaces } }),
  });
}

function isSameMeaning({ before, after }: DecodedChange): boolean {
  if (before === undefined || after === undefined) return before === after;
  if (!('podSelector' in before) || !('podSelector' in after)) return JSON.stringify(before) === JSON.stringify(after);
  return canonicalPolicy(before) === canonicalPolicy(after);
}
