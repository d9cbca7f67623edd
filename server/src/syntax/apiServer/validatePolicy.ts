import type { JsonValue } from '../../model/manifest.ts';
import { goJson } from '../goText.ts';
import type { JsonMap } from '../objects/jsonAccess.ts';
import { asList, asMap, asString, isJsonMap } from '../objects/jsonAccess.ts';
import { isPlaceholder } from '../objects/placeholder.ts';
import type { FieldError, ServerPath } from './fieldError.ts';
import { child, forbidden, index, invalid, invalidJson, notSupported, required, rootPath } from './fieldError.ts';
import { portNameFaults, portNumberFaults } from './names.ts';
import type { ServerRules } from './serverVersion.ts';
import { validateIpBlock } from './validateIpBlock.ts';
import { validateMeta } from './validateMeta.ts';
import { validateSelector } from './validateSelector.ts';

/**
 * networking validation's ValidateNetworkPolicy, in the server's order: metadata, podSelector, ingress (ports before
 * peers), egress, policyTypes. Values of the wrong type are passed over: the decoder has spoken of them.
 *
 * @param live the object that an update would replace, whose faults are in part forgiven (ratcheting).
 */
export function validatePolicy(policy: JsonMap, rules: ServerRules, live?: JsonMap): readonly FieldError[] {
  const spec = asMap(policy['spec']);
  const path = rootPath('spec');
  const context: Context = {
    rules,
    anyValue: live !== undefined && hasSelectorFault(live, rules),
    stored: new Set(live === undefined ? [] : storedCidrs(live)),
  };
  return [
    ...validateMeta(asMap(policy['metadata']), rules.wording),
    ...validateSelector(spec['podSelector'], child(path, 'podSelector'), rules.wording, context.anyValue),
    ...ruleErrors(spec['ingress'], child(path, 'ingress'), 'from', context),
    ...ruleErrors(spec['egress'], child(path, 'egress'), 'to', context),
    ...policyTypeErrors(spec['policyTypes'], child(path, 'policyTypes')),
  ];
}

interface Context {
  readonly rules: ServerRules;
  readonly anyValue: boolean;
  readonly stored: ReadonlySet<string>;
}

function ruleErrors(
  value: JsonValue | undefined,
  path: ServerPath,
  peersField: 'from' | 'to',
  context: Context,
): readonly FieldError[] {
  return asList(value).flatMap((item, position) => {
    const rule = asMap(item);
    const rulePath = index(path, position);
    const portsPath = child(rulePath, 'ports');
    const peersPath = child(rulePath, peersField);
    return [
      ...asList(rule['ports']).flatMap((port, at) => portErrors(port, index(portsPath, at))),
      ...asList(rule[peersField]).flatMap((peer, at) => peerErrors(peer, index(peersPath, at), context)),
    ];
  });
}

function portErrors(value: JsonValue, path: ServerPath): readonly FieldError[] {
  if (!isJsonMap(value)) return [];
  const { protocol, port, endPort } = value;
  const errors: FieldError[] = [];
  if (typeof protocol === 'string' && !PROTOCOL_NAMES.includes(protocol) && !isPlaceholder(protocol)) {
    errors.push(notSupported(child(path, 'protocol'), protocol, PROTOCOL_NAMES));
  }
  const portPath = child(path, 'port');
  const endPath = child(path, 'endPort');
  if (isInt32(port)) {
    for (const fault of portNumberFaults(port)) errors.push(invalid(portPath, port, fault));
    if (isInt32(endPort)) {
      // The server shows the value of `port` here.
      if (endPort < port) errors.push(invalid(endPath, port, 'must be greater than or equal to `port`'));
      for (const fault of portNumberFaults(endPort)) errors.push(invalid(endPath, endPort, fault));
    }
  } else if (typeof port === 'string') {
    if (isPlaceholder(port)) return errors;
    if (isInt32(endPort)) {
      errors.push(invalid(endPath, endPort, 'may not be specified when `port` is non-numeric'));
    }
    for (const fault of portNameFaults(port)) errors.push(invalid(portPath, port, fault));
  } else if (isInt32(endPort) && (port === undefined || port === null)) {
    const error = invalid(endPath, endPort, 'may not be specified when `port` is not specified');
    errors.push({ ...error, missing: true });
  }
  return errors;
}

/** Other numbers are the decoder's to refuse. */
function isInt32(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
}

const PROTOCOL_NAMES: readonly string[] = ['TCP', 'UDP', 'SCTP'];

function peerErrors(value: JsonValue, path: ServerPath, { rules, anyValue, stored }: Context): readonly FieldError[] {
  if (!isJsonMap(value) && value !== null) return [];
  const { podSelector, namespaceSelector, ipBlock } = asMap(value);
  const errors: FieldError[] = [];
  let peers = 0;
  for (const [field, selector] of [
    ['podSelector', podSelector],
    ['namespaceSelector', namespaceSelector],
  ] as const) {
    if (!isWritten(selector)) continue;
    peers++;
    errors.push(...validateSelector(selector, child(path, field), rules.wording, anyValue));
  }
  if (isWritten(ipBlock)) {
    peers++;
    if (isJsonMap(ipBlock)) errors.push(...validateIpBlock(ipBlock, child(path, 'ipBlock'), rules, stored));
  }
  if (peers === 0) errors.push(required(path, 'must specify a peer'));
  else if (peers > 1 && isWritten(ipBlock))
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

function isWritten(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null;
}

const POLICY_TYPES: readonly string[] = ['Ingress', 'Egress'];

function policyTypeErrors(value: JsonValue | undefined, path: ServerPath): readonly FieldError[] {
  const types = asList(value);
  if (types.length > POLICY_TYPES.length) {
    const json = `[${types.map((type) => goJson(asString(type))).join(',')}]`;
    return [invalidJson(path, json, 'may not specify more than two policyTypes')];
  }
  return types.flatMap((type, position) => {
    const text = asString(type);
    const fine = POLICY_TYPES.includes(text) || isPlaceholder(text) || (type !== null && typeof type !== 'string');
    return fine ? [] : [notSupported(index(path, position), text, POLICY_TYPES)];
  });
}

function hasSelectorFault(live: JsonMap, { wording }: ServerRules): boolean {
  return validateSelector(asMap(live['spec'])['podSelector'], rootPath('spec'), wording, false).length > 0;
}

/** Every CIDR string that stands anywhere in the live object. */
function storedCidrs(live: JsonMap): readonly string[] {
  const { ingress, egress } = asMap(live['spec']);
  const peers = [
    ...asList(ingress).flatMap((rule) => asList(asMap(rule)['from'])),
    ...asList(egress).flatMap((rule) => asList(asMap(rule)['to'])),
  ];
  return peers.flatMap((peer) => {
    const { cidr, except } = asMap(asMap(peer)['ipBlock']);
    return [cidr, ...asList(except)].map((text) => asString(text));
  });
}
