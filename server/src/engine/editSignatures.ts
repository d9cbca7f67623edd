import type { Direction } from '../model/networkPolicy.ts';
import type { ClassState, CompiledCluster } from './compiledCluster.ts';
import { directionOf, isolates, type CompiledPolicy } from './compilePolicy.ts';
import { NO, YES } from './match.ts';
import { NO_SIGNATURE, makeSignature, type Signature } from './policyRow.ts';

/** A policy that was added (no `before`), removed (no `after`) or rewritten. */
export interface PolicyChange {
  readonly key: string;
  readonly before: CompiledPolicy | undefined;
  readonly after: CompiledPolicy | undefined;
}

/**
 * Brings the signatures of all classes up to date that a changed policy selected or selects. A row is computed once
 * for all classes whose policies change in the same way, and not at all where the policy says the same as before.
 */
export function editSignatures(
  cluster: CompiledCluster,
  /** Changed states so far, by class id; more are added. */
  states: Map<number, ClassState | undefined>,
  changes: readonly PolicyChange[],
): { readonly rowsComputed: number } {
  let rowsComputed = 0;
  for (const change of changes) {
    for (const direction of ['ingress', 'egress'] as const) {
      const known = new Map<Signature, Map<number, Signature>>();
      for (const id of affectedClasses(cluster, change, direction)) {
        const state = states.has(id) ? states.get(id) : cluster.classes.get(id);
        if (state === undefined) continue;
        const old = state[direction];
        const now = change.after === undefined ? NO : isolates(cluster.facts, change.after, direction, id);
        let byMatch = known.get(old);
        if (byMatch === undefined) known.set(old, (byMatch = new Map()));
        let signature = byMatch.get(now);
        if (signature === undefined) {
          signature = changed(old, change, direction, now);
          if (signature.row !== old.row && signature !== NO_SIGNATURE) rowsComputed += 1;
          byMatch.set(now, signature);
        }
        if (signature !== old) states.set(id, { ...state, [direction]: signature });
      }
    }
  }
  return { rowsComputed };
}

function* affectedClasses(
  { facts }: CompiledCluster,
  { before, after }: PolicyChange,
  direction: Direction,
): Generator<number> {
  const seen =
    before !== undefined && after !== undefined && before.targets !== after.targets ? new Set<number>() : undefined;
  for (const policy of before?.targets === after?.targets ? [after ?? before] : [before, after]) {
    if (policy === undefined) continue;
    // Where the selector stays, the directions of both texts count.
    const types = [before, after].map((each) => (each === undefined ? NO : directionOf(each, direction).isolates));
    if (types.every((type) => type === NO)) continue;
    facts.peers.update(policy.targets);
    for (const ids of [policy.targets.yes.ids, policy.targets.maybe.ids]) {
      for (const id of ids) {
        if (seen?.has(id) === true) continue;
        seen?.add(id);
        yield id;
      }
    }
  }
}

function changed(old: Signature, { before, after }: PolicyChange, direction: Direction, now: 0 | 1 | 2): Signature {
  const certain = replacePolicy(old.certain, before, now === YES ? after : undefined);
  const possible = replacePolicy(old.possible, before, now !== YES && now !== NO ? after : undefined);
  if (certain === old.certain && possible === old.possible) return old;
  if (certain.length === 0 && possible.length === 0) return NO_SIGNATURE;
  const stays = certain.length === old.certain.length && possible.length === old.possible.length;
  if (stays && before !== undefined && after !== undefined && saysTheSame(before, after, direction)) {
    return { certain, possible, row: old.row };
  }
  return makeSignature(direction, certain, possible);
}

/** In the place of the old policy, so that answers list policies in a stable order. */
export function replacePolicy(
  list: readonly CompiledPolicy[],
  before: CompiledPolicy | undefined,
  after: CompiledPolicy | undefined,
): readonly CompiledPolicy[] {
  const at = before === undefined ? -1 : list.indexOf(before);
  if (at < 0) return after === undefined ? list : [...list, after];
  return after === undefined ? list.toSpliced(at, 1) : list.with(at, after);
}

/** Whether two texts of a policy have the same rules in a direction, apart from their order of peers. */
function saysTheSame(before: CompiledPolicy, after: CompiledPolicy, direction: Direction): boolean {
  const [old, now] = [directionOf(before, direction).rules, directionOf(after, direction).rules];
  return (
    old.length === now.length &&
    old.every((rule, index) => rule.anyPeer === now[index]?.anyPeer && rule.ports === now[index]?.ports)
  );
}
