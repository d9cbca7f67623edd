import { count, listSome } from '../analysis/wording.ts';
import type { Direction } from '../model/networkPolicy.ts';
import type { TextNode } from '../syntax/textTree.ts';
import { plain } from './markdown.ts';
import { peersField } from './policyPlaces.ts';
import { entriesOf, entryOf, itemsOf, scalarOf, valueOf } from './textNodes.ts';

/** What a policy's parts say, in the words of the text alone: also of one that cannot be decoded as it stands. */

/** `app=web, tier in (a, b), !track`; undefined for a selector that asks for nothing. */
export function selectorWords(selector: TextNode | undefined): string | undefined {
  const labels = entriesOf(valueOf(selector, 'matchLabels')).map(({ key, value }) => `${key}=${wordOf(value)}`);
  const expressions = itemsOf(valueOf(selector, 'matchExpressions')).map(({ value }) => expressionWords(value));
  const all = [...labels, ...expressions];
  return all.length === 0 ? undefined : all.map(plain).join(', ');
}

function expressionWords(expression: TextNode | undefined): string {
  const key = wordOf(valueOf(expression, 'key'));
  const values = itemsOf(valueOf(expression, 'values')).map(({ value }) => wordOf(value));
  switch (scalarOf(valueOf(expression, 'operator')) ?? '') {
    case 'In':
      return `${key} in (${values.join(', ')})`;
    case 'NotIn':
      return `${key} not in (${values.join(', ')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return `${key} …`;
  }
}

/** `from app=frontend on 8080/TCP`, `to everyone on all ports`. */
export function ruleWords(rule: TextNode | undefined, direction: Direction): string {
  const field = peersField(direction);
  const peers = itemsOf(valueOf(rule, field)).map(({ value }) => peerWords(value));
  const ports = itemsOf(valueOf(rule, 'ports')).map(({ value }) => portWords(value));
  const whom = peers.length === 0 ? 'everyone' : listSome(peers, 2);
  return `${field} ${whom} on ${ports.length === 0 ? 'all ports' : listSome([...new Set(ports)], 3)}`;
}

/** `app=web`, `app=web in namespaces team=a`, `every pod of all namespaces`, `10.0.0.0/8`. */
export function peerWords(peer: TextNode | undefined): string {
  const block = valueOf(peer, 'ipBlock');
  if (block !== undefined) return plain(wordOf(valueOf(block, 'cidr')));
  const isWritten = (key: string): boolean => entryOf(peer, key)?.value !== undefined;
  const pods = isWritten('podSelector') ? (selectorWords(valueOf(peer, 'podSelector')) ?? 'every pod') : undefined;
  if (!isWritten('namespaceSelector')) return pods ?? '…';
  const selected = selectorWords(valueOf(peer, 'namespaceSelector'));
  const namespaces = selected === undefined ? 'all namespaces' : `namespaces ${selected}`;
  return pods === undefined || pods === 'every pod' ? `every pod of ${namespaces}` : `${pods} in ${namespaces}`;
}

function portWords(port: TextNode | undefined): string {
  const protocol = scalarOf(valueOf(port, 'protocol')) ?? 'TCP';
  const number = scalarOf(valueOf(port, 'port'));
  if (number === undefined) return plain(`all ${protocol} ports`);
  const end = scalarOf(valueOf(port, 'endPort'));
  return plain(`${number}${end === undefined ? '' : `-${end}`}/${protocol}`);
}

/** `ingress: 2 rules`, `egress: nothing`. */
export function directionWords(list: TextNode | undefined, direction: Direction): string {
  const rules = itemsOf(list).length;
  if (rules > 0) return `${direction}: ${count(rules, 'rule')}`;
  return `${direction}: ${direction === 'ingress' ? 'nobody' : 'nothing'}`;
}

/** A value that is not written yet, or is a list or map where a word belongs. */
function wordOf(node: TextNode | undefined): string {
  return scalarOf(node) ?? '…';
}
