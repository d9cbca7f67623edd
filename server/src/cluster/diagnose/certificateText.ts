import type { DetailedPeerCertificate } from 'node:tls';
import { plainText } from '../plainText.ts';

/** Longer chains are cut: a server may send what it likes. */
const MOST_CERTIFICATES = 5;

/** A chain as lines: whom each certificate is for, by whom, and until when. Names are hostile text. */
export function chainLines(leaf: DetailedPeerCertificate): readonly string[] {
  const lines: string[] = [];
  let next: DetailedPeerCertificate | undefined = leaf;
  while (next !== undefined && lines.length < MOST_CERTIFICATES) {
    const { subject, issuer, valid_to: end, subjectaltname: names } = next;
    const forNames = names === undefined ? '' : `, for ${plainText(names)}`;
    lines.push(`${fields(subject)}, issued by ${fields(issuer)}, valid until ${dateText(end)}${forNames}`);
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate;
    // A root names itself as its issuer, as a new object each time it is asked for.
    if (next?.fingerprint256 === leaf.fingerprint256) next = undefined;
  }
  return lines;
}

/** `O=system:masters\nCN=admin` as one line. */
export function nameText(subject: string): string {
  return plainText(subject.split('\n').join(', ')) || '(no name)';
}

function fields(name: object): string {
  const parts = Object.entries(name).map(([key, value]) => `${key}=${[value].flat().join('+')}`);
  return nameText(parts.join('\n'));
}

/** A certificate's own date as a day and minute in UTC. */
export function dateText(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? plainText(date) : `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
