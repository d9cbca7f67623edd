import { equalAddresses, intersect, isEmpty, type AddressSet } from '../../engine/addressSet.ts';
import { externalChanges, type ComparedStates } from '../../engine/comparedPair.ts';
import type { PortChange } from '../../engine/portChange.ts';
import { NO_PORT } from '../../engine/rowPorts.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type { PreviewedWorkload } from './comparisonRows.ts';

/** What passes between a workload and addresses outside that are treated alike. */
export function addressChangeOf(
  states: ComparedStates,
  workload: PreviewedWorkload,
  direction: Direction,
  addresses: AddressSet,
): PortChange {
  const all = externalChanges(states, workload, direction);
  const exact = all.find((each) => equalAddresses(each.addresses, addresses));
  const some = exact ?? all.find((each) => !isEmpty(intersect(each.addresses, addresses)));
  return some?.change ?? { before: NO_PORT, after: NO_PORT };
}
