import type { AddressSet } from './addressSet.ts';
import { MAYBE, type Match } from './match.ts';

/**
 * Whether an ipBlock matches a pod whose address is not known.
 */
export function blockHoldsUnaddressed(_block: AddressSet): Match {
  return MAYBE;
}
