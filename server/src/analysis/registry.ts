import type { Check } from './check.ts';
import { egressWithoutDns } from './checks/egressWithoutDns.ts';
import { lostIndentation } from './checks/lostIndentation.ts';
import { missingEgress } from './checks/missingEgress.ts';
import { namespaceWithoutDefaultDeny } from './checks/namespaceWithoutDefaultDeny.ts';
import { selectorMatchesNothing } from './checks/selectorMatchesNothing.ts';

/** Every semantic check; docs pages, tables and schemas are generated from it. */
export const CHECKS: readonly Check[] = [
  lostIndentation,
  missingEgress,
  namespaceWithoutDefaultDeny,
  egressWithoutDns,
  selectorMatchesNothing,
];

/** What `bulkhead.yaml` may name in `checks`. */
export const CHECK_CODES: readonly string[] = CHECKS.map(({ code }) => code);
