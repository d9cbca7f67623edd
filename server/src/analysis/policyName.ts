import type { Direction } from '../model/networkPolicy.ts';

/** Whether a policy's name says that something is denied: `default-deny`, `block-internet`. */
export function mentionsDenial(name: string): boolean {
  return /(^|[-.])(den(y|ies|ied)|block(s|ed)?|forbid|isolat(e|es|ed|ion))([-.]|$)/.test(name);
}

/** The directions that a name speaks of; both where it names none. */
export function namedDirections(name: string): readonly Direction[] {
  const egress = /(^|[-.])(egress|outbound|outgoing)([-.]|$)/.test(name);
  const ingress = /(^|[-.])(ingress|inbound|incoming)([-.]|$)/.test(name);
  if (egress === ingress) return ['ingress', 'egress'];
  return egress ? ['egress'] : ['ingress'];
}
