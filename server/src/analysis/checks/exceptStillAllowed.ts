import { parseCidr } from '../../engine/address.ts';
import { effectiveProtocol } from '../../engine/defaulting.ts';
import type { NetworkPolicy, PolicyPort, PolicyRule } from '../../model/networkPolicy.ts';
import { covers } from '../addressUse.ts';
import type { Check, CheckContext } from '../check.ts';
import { effectiveRules } from '../policyRules.ts';
import { selectorText } from '../selectorText.ts';
import { isEmptySelector } from '../targetText.ts';
import { listSome } from '../wording.ts';
import { writtenPeers, writtenRules, type WrittenRule } from '../writtenRules.ts';

export const exceptStillAllowed: Check = {
  code: 'except-still-allowed',
  severity: 'information',
  title: 'Another rule lets through what `except` leaves out, so leaving it out changes nothing',
  docs: `\`except\` is no deny: it only says what *this* block does not hold. Rules add up, and whatever any rule of any policy for the pods lets through is let through.

\`\`\`yaml
egress:
- to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }]
- ports: [{ port: 443 }]        # to everyone, 10.0.0.0/8 included
\`\`\`

What to do: give the other rule the same exception, or take the exception out.

It compares with the other rules for addresses of the same policy, and of policies that certainly select the same pods (the same selector, or every pod of the namespace). It is silent where the other rule holds only a part of what is left out, and where the two open different ports.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      for (const { peer, path } of writtenPeers(rule)) {
        const through = new Map<string, string[]>();
        for (const except of peer.ipBlock?.except ?? []) {
          const other = isInside(except, peer.ipBlock?.cidr) ? lettingThrough(context, rule, except) : undefined;
          if (other !== undefined) through.set(other, [...(through.get(other) ?? []), except]);
        }
        for (const [other, excepts] of through) {
          const way = rule.direction === 'ingress' ? 'get in' : 'be reached';
          yield {
            policy: rule.written,
            path: [...path, 'ipBlock', 'except'],
            part: 'key',
            message: `${listSome(excepts, 3)} can still ${way}: ${other} lets ${excepts.length === 1 ? 'it' : 'them'} through`,
          };
        }
      }
    }
  },
};

/** The API server refuses an exception that is no part of its block. */
function isInside(except: string, cidr = ''): boolean {
  const [inner, outer] = [parseCidr(except), parseCidr(cidr)];
  return inner !== undefined && outer !== undefined && covers(outer, inner);
}

/** The rule that lets through what this one leaves out, in words. */
function lettingThrough(context: CheckContext, own: WrittenRule, except: string): string | undefined {
  const { policy } = own.written;
  for (const other of context.intendedPolicies(policy.namespace)) {
    const isSame = other.name === policy.name;
    if (!isSame && !selectsAsMuch(other, policy)) continue;
    for (const { direction, index, rule } of effectiveRules(isSame ? policy : other)) {
      if (direction !== own.direction || (isSame && index === own.index)) continue;
      if (!holdsAll(rule, except) || !shareAPort(rule.ports, own.rule.ports)) continue;
      return isSame ? `rule ${index + 1} of this policy` : `${direction} rule ${index + 1} of ${other.name}`;
    }
  }
  return undefined;
}

function selectsAsMuch(other: NetworkPolicy, policy: NetworkPolicy): boolean {
  if (other.podSelector.incomplete === true || policy.podSelector.incomplete === true) return false;
  return isEmptySelector(other.podSelector) || selectorText(other.podSelector) === selectorText(policy.podSelector);
}

function holdsAll({ peers = [] }: PolicyRule, cidr: string): boolean {
  const left = parseCidr(cidr);
  if (left === undefined) return false;
  if (peers.length === 0) return true;
  return peers.some(({ ipBlock, incomplete }) => {
    const block = ipBlock === undefined || incomplete === true ? undefined : parseCidr(ipBlock.cidr);
    if (ipBlock === undefined || block === undefined || !covers(block, left)) return false;
    return !ipBlock.except.some((text) => {
      const except = parseCidr(text);
      return except !== undefined && (covers(except, left) || covers(left, except));
    });
  });
}

function shareAPort(a: readonly PolicyPort[] = [], b: readonly PolicyPort[] = []): boolean {
  if (a.length === 0 || b.length === 0) return true;
  return a.some((one) => b.some((other) => overlap(one, other)));
}

function overlap(a: PolicyPort, b: PolicyPort): boolean {
  if (a.incomplete === true || b.incomplete === true) return false;
  if (effectiveProtocol(a) !== effectiveProtocol(b)) return false;
  if (a.port === undefined || b.port === undefined) return true;
  if (typeof a.port === 'string' || typeof b.port === 'string') return a.port === b.port;
  return a.port <= (b.endPort ?? b.port) && b.port <= (a.endPort ?? a.port);
}
