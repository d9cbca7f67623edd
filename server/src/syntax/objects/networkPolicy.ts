import type { JsonValue } from '../../model/manifest.ts';
import type {
  IpBlock,
  NetworkPolicy,
  Peer,
  PolicyPort,
  PolicyRule,
  PolicyType,
  Protocol,
} from '../../model/networkPolicy.ts';
import type { Decoding } from './decoding.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, asString, isJsonMap } from './jsonAccess.ts';
import { decodeLabelSelector } from './labelSelector.ts';
import type { Identity } from './metadata.ts';
import { isPlaceholder } from './placeholder.ts';

/**
 * A NetworkPolicy that the API server's decoder accepts (see goDecode), before defaulting. Values that only its
 * validation refuses are taken as they are: such an object is refused as a whole elsewhere.
 */
export function decodeNetworkPolicy(object: JsonMap, { name, namespace }: Identity, decoding: Decoding): NetworkPolicy {
  const { spec } = object;
  const unknownSpec = typeof spec === 'string';
  if (unknownSpec) decoding.placeholder(['spec']);
  const { podSelector, policyTypes, ingress, egress } = asMap(spec);
  const types = decodePolicyTypes(policyTypes, decoding);
  return {
    namespace,
    name,
    podSelector: unknownSpec
      ? { matchLabels: {}, matchExpressions: [], incomplete: true }
      : decodeLabelSelector(podSelector, decoding, ['spec', 'podSelector']),
    ...(types.known !== undefined && { policyTypes: types.known }),
    ...rulesOf('ingress', ingress, decoding),
    ...rulesOf('egress', egress, decoding),
    ...((types.incomplete || unknownSpec) && { policyTypesIncomplete: true as const }),
  };
}

function decodePolicyTypes(
  value: JsonValue | undefined,
  decoding: Decoding,
): { readonly known?: readonly PolicyType[]; readonly incomplete: boolean } {
  if (typeof value === 'string') {
    decoding.placeholder(['spec', 'policyTypes']);
    return { incomplete: true };
  }
  if (!Array.isArray(value)) return { incomplete: false };
  const known: PolicyType[] = [];
  let incomplete = false;
  for (const [index, item] of value.entries()) {
    if (typeof item === 'string' && isPlaceholder(item)) {
      decoding.placeholder(['spec', 'policyTypes', index]);
      incomplete = true;
    } else known.push(asString(item) as PolicyType);
  }
  return { known, incomplete };
}

function rulesOf(
  direction: 'ingress' | 'egress',
  value: JsonValue | undefined,
  decoding: Decoding,
): { readonly ingress?: readonly PolicyRule[]; readonly egress?: readonly PolicyRule[] } {
  if (typeof value === 'string') {
    decoding.placeholder(['spec', direction]);
    return { [direction]: [UNKNOWN_RULE] };
  }
  if (!Array.isArray(value)) return {};
  const peersField = direction === 'ingress' ? 'from' : 'to';
  return {
    [direction]: value.map((item, index) => decodeRule(item, peersField, decoding, ['spec', direction, index])),
  };
}

const UNKNOWN_RULE: PolicyRule = { peers: [{ incomplete: true }], ports: [{ incomplete: true }] };

function decodeRule(
  value: JsonValue,
  peersField: 'from' | 'to',
  decoding: Decoding,
  at: readonly (string | number)[],
): PolicyRule {
  if (typeof value === 'string') {
    decoding.placeholder(at);
    return UNKNOWN_RULE;
  }
  const rule = asMap(value);
  const peers = decodeEach(rule[peersField], decoding, [...at, peersField], decodePeer);
  const ports = decodeEach(rule['ports'], decoding, [...at, 'ports'], decodePort);
  return { ...(peers !== undefined && { peers }), ...(ports !== undefined && { ports }) };
}

/** A list of peers or ports; a placeholder in its place stands for one entry that is not known. */
function decodeEach<T>(
  value: JsonValue | undefined,
  decoding: Decoding,
  at: readonly (string | number)[],
  decode: (item: JsonValue, decoding: Decoding, at: readonly (string | number)[]) => T,
): readonly T[] | undefined {
  if (typeof value === 'string') return [decode(value, decoding, at)];
  return Array.isArray(value) ? value.map((item, index) => decode(item, decoding, [...at, index])) : undefined;
}

function decodePeer(value: JsonValue, decoding: Decoding, at: readonly (string | number)[]): Peer {
  if (typeof value === 'string') {
    decoding.placeholder(at);
    return { incomplete: true };
  }
  const { podSelector, namespaceSelector, ipBlock } = asMap(value);
  const block = decodeIpBlock(ipBlock, decoding, [...at, 'ipBlock']);
  return {
    ...(isWritten(podSelector) && { podSelector: decodeLabelSelector(podSelector, decoding, [...at, 'podSelector']) }),
    ...(isWritten(namespaceSelector) && {
      namespaceSelector: decodeLabelSelector(namespaceSelector, decoding, [...at, 'namespaceSelector']),
    }),
    ...(block === 'placeholder' ? { incomplete: true as const } : block && { ipBlock: block }),
  };
}

function isWritten(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null;
}

function decodeIpBlock(
  value: JsonValue | undefined,
  decoding: Decoding,
  at: readonly (string | number)[],
): IpBlock | 'placeholder' | undefined {
  if (!isWritten(value)) return undefined;
  const { cidr, except } = asMap(value);
  const excepted = asList(except).map((item) => asString(item));
  const unknown =
    !isJsonMap(value) ||
    typeof except === 'string' ||
    [asString(cidr), ...excepted].some((text) => isPlaceholder(text));
  if (unknown) {
    decoding.placeholder(at);
    return 'placeholder';
  }
  return { cidr: asString(cidr), except: excepted };
}

function decodePort(value: JsonValue, decoding: Decoding, at: readonly (string | number)[]): PolicyPort {
  const { protocol, port, endPort } = asMap(value);
  if ([value, protocol, port, endPort].some((part) => typeof part === 'string' && isPlaceholder(part))) {
    decoding.placeholder(at);
    return { incomplete: true };
  }
  return {
    ...(typeof protocol === 'string' && { protocol: protocol as Protocol }),
    ...((typeof port === 'number' || typeof port === 'string') && { port }),
    ...(typeof endPort === 'number' && { endPort }),
  };
}
