import type { Direction } from '../model/networkPolicy.ts';

const DENIES = /(^|[-.])(den(y|ies|ied)|block(s|ed)?|forbid|isolat(e|es|ed|ion))([-.]|$)/;
const ALLOWS = /(^|[-.])(allow(s|ed)?|permit(s|ted)?|except|unless|but|open)([-.]|$)/;

/** Whether a policy's name says that something is denied: `default-deny`, `deny-all-except-dns`. */
export function mentionsDenial(name: string): boolean {
  return DENIES.test(name);
}

/** Whether it says so of everything that it speaks of: `block-internet`, and not `allow-egress-deny-ingress`. */
export function mentionsOnlyDenial(name: string): boolean {
  return DENIES.test(name) && !ALLOWS.test(name);
}

/** The directions that a name speaks of; both where it names none. */
export function namedDirections(name: string): readonly Direction[] {
  const egress = /(^|[-.])(egress|outbound|outgoing)([-.]|$)/.test(name);
  const ingress = /(^|[-.])(ingress|inbound|incoming)([-.]|$)/.test(name);
  if (egress === ingress) return ['ingress', 'egress'];
  return egress ? ['egress'] : ['ingress'];
}
