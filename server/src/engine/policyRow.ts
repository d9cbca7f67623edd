import type { Direction } from '../model/networkPolicy.ts';
import { directionOf, type CompiledPolicy } from './compilePolicy.ts';
import type { PeerSet } from './peerSpec.ts';
import type { PortSpec } from './portSpecs.ts';

/**
 * What policies say of a class of pods in one direction, for every peer at once. It names peers, not classes, so it
 * stays true when pods come and go.
 */
export type Row =
  /** Nothing isolates the pods. */
  | { readonly kind: 'open' }
  /** Nothing is known: what is not evaluated could allow or refuse anything. */
  | { readonly kind: 'unknown'; readonly why: readonly string[] }
  /** Isolated: `entries` let in or out, `possible` may do so (a policy that may or may not select the pods). */
  | {
      readonly kind: 'isolated';
      readonly entries: readonly RowEntry[];
      readonly possible: readonly RowEntry[];
      /** Why everyone is among `possible`: policies that are not evaluated. */
      readonly unread?: readonly string[];
      /** Why nothing is among `entries`: what stands behind these policies may refuse what they allow. */
      readonly mayRefuse?: readonly string[];
    }
  /** Each of these policies may or may not isolate the pods: certain is only what all of them allow. */
  | { readonly kind: 'perhaps'; readonly policies: readonly (readonly RowEntry[])[] };

/** A rule: its peers and its ports. */
export interface RowEntry {
  readonly peer: PeerSet;
  readonly ports: PortSpec;
}

export const OPEN_ROW: Row = { kind: 'open' };

/** The policies that isolate a class of pods in one direction. */
export interface Signature {
  readonly certain: readonly CompiledPolicy[];
  readonly possible: readonly CompiledPolicy[];
  readonly row: Row;
}

export const NO_SIGNATURE: Signature = { certain: [], possible: [], row: OPEN_ROW };

export function makeSignature(
  direction: Direction,
  certain: readonly CompiledPolicy[],
  possible: readonly CompiledPolicy[],
): Signature {
  return { certain, possible, row: makeRow(direction, certain, possible) };
}

/**
 * With certainly isolating policies C and possibly isolating ones U, a peer is allowed for sure iff one of C allows it,
 * or C is empty and each of U allows it; refused for sure iff C is not empty and none of C and U may allow it.
 *
 * Unknown facts are taken as independent of each other. Where two policies ask about one fact (the same unknown label),
 * a verdict that would come out the same either way can be `unknown`; none is ever decided that the fact could turn.
 */
function makeRow(direction: Direction, certain: readonly CompiledPolicy[], possible: readonly CompiledPolicy[]): Row {
  if (certain.length > 0) {
    return { kind: 'isolated', entries: entriesOf(direction, certain), possible: entriesOf(direction, possible) };
  }
  if (possible.length === 0) return OPEN_ROW;
  return { kind: 'perhaps', policies: possible.map((policy) => entriesOf(direction, [policy])) };
}

function entriesOf(direction: Direction, policies: readonly CompiledPolicy[]): RowEntry[] {
  const seen = new Set<number>();
  const entries: RowEntry[] = [];
  for (const policy of policies) {
    for (const { anyPeer, ports } of directionOf(policy, direction).rules) {
      // Exact below 2^26 port specs and 2^27 peers, which is far beyond what fits in memory.
      const key = anyPeer.id * 2 ** 26 + ports.id;
      if (seen.has(key)) continue;
      seen.add(key);
      entries.push({ peer: anyPeer, ports });
    }
  }
  return entries;
}
