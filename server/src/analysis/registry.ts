import type { Check } from './check.ts';
import { allowAllVoidsDefaultDeny } from './checks/allowAllVoidsDefaultDeny.ts';
import { dnsWithoutUdp } from './checks/dnsWithoutUdp.ts';
import { egressWithoutDns } from './checks/egressWithoutDns.ts';
import { emptyListDeniesNothing } from './checks/emptyListDeniesNothing.ts';
import { emptyListMeansAll } from './checks/emptyListMeansAll.ts';
import { isolatesIngressToo } from './checks/isolatesIngressToo.ts';
import { labelOfAnyNamespace } from './checks/labelOfAnyNamespace.ts';
import { lostIndentation } from './checks/lostIndentation.ts';
import { missingEgress } from './checks/missingEgress.ts';
import { nameSaysDeny } from './checks/nameSaysDeny.ts';
import { namespaceLeftOut } from './checks/namespaceLeftOut.ts';
import { namespaceWithoutDefaultDeny } from './checks/namespaceWithoutDefaultDeny.ts';
import { peersMayBeMeantAsOne } from './checks/peersMayBeMeantAsOne.ts';
import { podSelectorLeftOut } from './checks/podSelectorLeftOut.ts';
import { policyNameTwice } from './checks/policyNameTwice.ts';
import { policyTypeTwice } from './checks/policyTypeTwice.ts';
import { protocolWithoutPort } from './checks/protocolWithoutPort.ts';
import { rulesMayBeMeantAsOne } from './checks/rulesMayBeMeantAsOne.ts';
import { rulesWithoutEffect } from './checks/rulesWithoutEffect.ts';
import { selectorMatchesNothing } from './checks/selectorMatchesNothing.ts';

/** Every semantic check; docs pages, tables and schemas are generated from it. */
export const CHECKS: readonly Check[] = [
  lostIndentation,
  missingEgress,
  namespaceWithoutDefaultDeny,
  egressWithoutDns,
  selectorMatchesNothing,
  policyTypeTwice,
  rulesWithoutEffect,
  emptyListDeniesNothing,
  isolatesIngressToo,
  nameSaysDeny,
  allowAllVoidsDefaultDeny,
  policyNameTwice,
  namespaceLeftOut,
  podSelectorLeftOut,
  emptyListMeansAll,
  peersMayBeMeantAsOne,
  rulesMayBeMeantAsOne,
  labelOfAnyNamespace,
  protocolWithoutPort,
  dnsWithoutUdp,
];

/** What `bulkhead.yaml` may name in `checks`. */
export const CHECK_CODES: readonly string[] = CHECKS.map(({ code }) => code);
