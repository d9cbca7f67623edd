import type { Check } from './check.ts';
import { addressOfAPod } from './checks/addressOfAPod.ts';
import { allPortsOpen } from './checks/allPortsOpen.ts';
import { allowAllVoidsDefaultDeny } from './checks/allowAllVoidsDefaultDeny.ts';
import { alwaysAllowedTraffic } from './checks/alwaysAllowedTraffic.ts';
import { apiServerLeftOut } from './checks/apiServerLeftOut.ts';
import { clientAddressHidden } from './checks/clientAddressHidden.ts';
import { clusterIpAsAddress } from './checks/clusterIpAsAddress.ts';
import { dnsRuleMissesResolver } from './checks/dnsRuleMissesResolver.ts';
import { dnsRuleWithoutNodeLocal } from './checks/dnsRuleWithoutNodeLocal.ts';
import { dnsToAnywhere } from './checks/dnsToAnywhere.ts';
import { dnsWithoutTcp } from './checks/dnsWithoutTcp.ts';
import { dnsWithoutUdp } from './checks/dnsWithoutUdp.ts';
import { egressWithoutDns } from './checks/egressWithoutDns.ts';
import { emptyListDeniesNothing } from './checks/emptyListDeniesNothing.ts';
import { emptyListMeansAll } from './checks/emptyListMeansAll.ts';
import { exceptOnlyIpv4 } from './checks/exceptOnlyIpv4.ts';
import { exceptStillAllowed } from './checks/exceptStillAllowed.ts';
import { hostNameAsAddress } from './checks/hostNameAsAddress.ts';
import { hostNetworkPods } from './checks/hostNetworkPods.ts';
import { ingressFromAnywhere } from './checks/ingressFromAnywhere.ts';
import { ipv6LeftOut } from './checks/ipv6LeftOut.ts';
import { isolatesIngressToo } from './checks/isolatesIngressToo.ts';
import { kustomizeLabelsInPeers } from './checks/kustomizeLabelsInPeers.ts';
import { labelOfAnyNamespace } from './checks/labelOfAnyNamespace.ts';
import { lostIndentation } from './checks/lostIndentation.ts';
import { metadataAddressOpen } from './checks/metadataAddressOpen.ts';
import { missingEgress } from './checks/missingEgress.ts';
import { nameSaysDeny } from './checks/nameSaysDeny.ts';
import { namedPortDiffers } from './checks/namedPortDiffers.ts';
import { namedPortForAddresses } from './checks/namedPortForAddresses.ts';
import { namedPortUnknown } from './checks/namedPortUnknown.ts';
import { namespaceLeftOut } from './checks/namespaceLeftOut.ts';
import { namespaceNameLabel } from './checks/namespaceNameLabel.ts';
import { namespaceNotFound } from './checks/namespaceNotFound.ts';
import { namespaceWithoutDefaultDeny } from './checks/namespaceWithoutDefaultDeny.ts';
import { namespaceWithoutPolicy } from './checks/namespaceWithoutPolicy.ts';
import { noCommonPort } from './checks/noCommonPort.ts';
import { oneSidedAllow } from './checks/oneSidedAllow.ts';
import { peersMayBeMeantAsOne } from './checks/peersMayBeMeantAsOne.ts';
import { podSelectorLeftOut } from './checks/podSelectorLeftOut.ts';
import { policiesNotEnforced } from './checks/policiesNotEnforced.ts';
import { policyInAnotherNamespace } from './checks/policyInAnotherNamespace.ts';
import { policyNameTwice } from './checks/policyNameTwice.ts';
import { policyTypeTwice } from './checks/policyTypeTwice.ts';
import { portNotDeclared } from './checks/portNotDeclared.ts';
import { protocolWithoutPort } from './checks/protocolWithoutPort.ts';
import { rulesMayBeMeantAsOne } from './checks/rulesMayBeMeantAsOne.ts';
import { rulesWithoutEffect } from './checks/rulesWithoutEffect.ts';
import { selectorMatchesNothing } from './checks/selectorMatchesNothing.ts';
import { sensitivePortOpen } from './checks/sensitivePortOpen.ts';
import { serviceNobodyReaches } from './checks/serviceNobodyReaches.ts';
import { servicePortUsed } from './checks/servicePortUsed.ts';
import { volatileLabel } from './checks/volatileLabel.ts';
import { workloadWithoutPolicy } from './checks/workloadWithoutPolicy.ts';

/** Every semantic check; docs pages, tables and schemas are generated from it. */
export const CHECKS: readonly Check[] = [
  policiesNotEnforced,
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
  alwaysAllowedTraffic,
  oneSidedAllow,
  noCommonPort,
  serviceNobodyReaches,
  apiServerLeftOut,
  servicePortUsed,
  namedPortUnknown,
  namedPortForAddresses,
  namedPortDiffers,
  portNotDeclared,
  allPortsOpen,
  sensitivePortOpen,
  ingressFromAnywhere,
  clusterIpAsAddress,
  addressOfAPod,
  metadataAddressOpen,
  ipv6LeftOut,
  exceptOnlyIpv4,
  exceptStillAllowed,
  clientAddressHidden,
  hostNameAsAddress,
  dnsRuleMissesResolver,
  dnsWithoutTcp,
  dnsToAnywhere,
  dnsRuleWithoutNodeLocal,
  volatileLabel,
  namespaceNameLabel,
  namespaceNotFound,
  policyInAnotherNamespace,
  hostNetworkPods,
  workloadWithoutPolicy,
  namespaceWithoutPolicy,
  kustomizeLabelsInPeers,
];

/** What `bulkhead.yaml` may name in `checks`. */
export const CHECK_CODES: readonly string[] = CHECKS.map(({ code }) => code);
