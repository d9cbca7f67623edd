import type { JsonValue } from '../../model/manifest.ts';
import { goQuote } from '../goText.ts';
import { asList, asMap, asString } from '../objects/jsonAccess.ts';
import { isPlaceholder } from '../objects/placeholder.ts';
import type { Cidr } from './cidr.ts';
import {
  canonicalText,
  containsNetwork,
  hasHostBits,
  isIpv4Mapped,
  networkText,
  parseCidr,
  singleAddressText,
} from './cidr.ts';
import type { FieldError, ServerPath } from './fieldError.ts';
import { child, index, invalid, required } from './fieldError.ts';
import type { ServerRules } from './serverVersion.ts';

/**
 * ValidateIPBlock, and the warnings that the server adds for CIDRs in unusual spellings.
 *
 * @param stored CIDRs of the live object: whatever stands there already stays accepted.
 */
export function validateIpBlock(
  value: JsonValue,
  path: ServerPath,
  rules: ServerRules,
  stored: ReadonlySet<string>,
): readonly FieldError[] {
  const { cidr, except } = asMap(value);
  const text = asString(cidr);
  const cidrPath = child(path, 'cidr');
  if (text === '') return [required(cidrPath, '')];
  const known = isPlaceholder(text) ? undefined : parseCidr(text);
  const errors: FieldError[] = isPlaceholder(text) ? [] : [...cidrErrors(text, known, cidrPath, rules, stored)];
  if (known === undefined && !isPlaceholder(text)) return errors;
  for (const [position, item] of asList(except).entries()) {
    const excepted = asString(item);
    if (isPlaceholder(excepted)) continue;
    const exceptPath = index(child(path, 'except'), position);
    const inner = parseCidr(excepted);
    errors.push(...cidrErrors(excepted, inner, exceptPath, rules, stored));
    if (inner === undefined || known === undefined) continue;
    if (!containsNetwork(known, inner) || known.prefix >= inner.prefix) {
      errors.push(invalid(exceptPath, excepted, 'must be a strict subset of `cidr`'));
    }
  }
  return errors;
}

function cidrErrors(
  text: string,
  cidr: Cidr | undefined,
  path: ServerPath,
  rules: ServerRules,
  stored: ReadonlySet<string>,
): readonly FieldError[] {
  if (stored.has(text)) return cidr === undefined ? [] : warnings(text, cidr, path, rules);
  if (cidr === undefined) {
    return [invalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
  }
  const fault = rules.strictCidrs ? strictFault(cidr) : undefined;
  return fault === undefined ? warnings(text, cidr, path, rules) : [invalid(path, text, fault)];
}

function strictFault(cidr: Cidr): string | undefined {
  if (cidr.leadingZeros) return 'must not have leading 0s in IP or prefix length';
  if (isIpv4Mapped(cidr)) return 'must not have an IPv4-mapped IPv6 address';
  return hasHostBits(cidr) ? 'must not have bits set beyond the prefix length' : undefined;
}

/** GetWarningsForCIDR. */
function warnings(text: string, cidr: Cidr, path: ServerPath, { cidrWarning }: ServerRules): readonly FieldError[] {
  if (cidrWarning === undefined) return [];
  const found: string[] = [];
  const network = networkText(cidr);
  if (hasHostBits(cidr)) {
    const single = goQuote(singleAddressText(cidr));
    found.push(
      `CIDR value ${goQuote(text)} is ambiguous in this context (should be ${goQuote(network)} or ${single}?)`,
    );
  }
  if (cidr.leadingZeros || isIpv4Mapped(cidr)) {
    found.push(`non-standard CIDR value ${goQuote(text)} ${cidrWarning}: use ${goQuote(network)}`);
  }
  const canonical = canonicalText(cidr);
  if (found.length === 0 && cidr.address.length === 16 && canonical !== text) {
    found.push(`IPv6 CIDR value ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`);
  }
  return found.map((message) => ({ path: path.text, at: path.at, message, warning: true }));
}
