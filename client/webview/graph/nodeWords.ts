/** What the graph says of a node: texts of data, never HTML. */
import type { PreviewBadge, PreviewEdge, PreviewGraph, PreviewNode } from '../../../server/src/protocol/preview.ts';
import { l10n } from '../l10n.ts';
import { isolated, legible } from '../legible.ts';
import type { GraphFocus } from '../panel.ts';
import { SIGNS } from '../words.ts';
import { edgeStateWord, portsText } from './edgeLooks.ts';

/** Neighbours that are named below the picture; all of them are in the table. */
const MOST_NAMED = 4;

/** `shop/web`; a namespace, a range or a group by its own name. */
export function nodeName(node: PreviewNode, nodes: ReadonlyMap<string, PreviewNode>): string {
  const parent = node.parent === undefined ? undefined : nodes.get(node.parent);
  return legible(parent === undefined ? node.label : `${parent.label}/${node.label}`);
}

/** Short enough for the picture: `no ingress`. */
export function badgeText({ direction, kind, state }: PreviewBadge): string {
  const words = {
    ingress: {
      defaultDeny: l10n.t('no ingress'),
      isolated: l10n.t('ingress isolated'),
      unknown: l10n.t('ingress not known'),
    },
    egress: {
      defaultDeny: l10n.t('no egress'),
      isolated: l10n.t('egress isolated'),
      unknown: l10n.t('egress not known'),
    },
  };
  return `${state === 'unknown' ? '' : SIGNS[state]} ${words[direction][kind]}`.trim();
}

/** `no ingress (added)`. */
export function badgeWords(badge: PreviewBadge): string {
  const text = badgeText({ ...badge, state: 'unchanged' });
  return badge.state === 'unchanged' || badge.state === 'unknown'
    ? text
    : l10n.t('{0} ({1})', text, edgeStateWord(badge.state));
}

/** For those who hear it: who it is, and what is known of it. */
export function nodeLabel(node: PreviewNode, graph: PreviewGraph, nodes: ReadonlyMap<string, PreviewNode>): string {
  const name = isolated(nodeName(node, nodes));
  return [node.kind === 'namespace' ? l10n.t('namespace {0}', name) : name, ...nodeFacts(node, graph)].join(', ');
}

/** Its kind and pods, what isolates it, how much of what it is joined with changes. */
export function nodeFacts(node: PreviewNode, graph: PreviewGraph): readonly string[] {
  const edges = graph.edges.filter(({ from, to }) => from === node.id || to === node.id);
  const changed = edges.filter(({ state }) => state !== 'unchanged').length;
  return [
    legible(node.detail),
    ...node.badges.map(badgeWords),
    edges.length === 0 ? '' : edges.length === 1 ? l10n.t('1 connection') : l10n.t('{0} connections', edges.length),
    changed === 0 ? '' : l10n.t('{0} changed or not known', changed),
  ].filter((part) => part !== '');
}

/** `reaches shop/db 5432/TCP (removed)`, what changes first. */
export function neighbours(
  node: PreviewNode,
  graph: PreviewGraph,
  nodes: ReadonlyMap<string, PreviewNode>,
): readonly string[] {
  const edges = graph.edges
    .filter(({ from, to }) => from === node.id || to === node.id)
    .sort((a, b) => Number(a.state === 'unchanged') - Number(b.state === 'unchanged'));
  const named = edges.slice(0, MOST_NAMED).map((edge) => neighbour(edge, node, nodes));
  const more = edges.length - named.length;
  return more > 0 ? [...named, l10n.t('and {0} more', more)] : named;
}

export function focusText(focus: GraphFocus): string {
  switch (focus.kind) {
    case 'changes':
      return l10n.t('Everything that changes');
    case 'workload':
      return legible(focus.workload);
    case 'policy':
      return legible(focus.policy);
    case 'namespace':
      return legible(focus.namespace);
  }
}

function neighbour(edge: PreviewEdge, node: PreviewNode, nodes: ReadonlyMap<string, PreviewNode>): string {
  const other = nodes.get(edge.from === node.id ? edge.to : edge.from);
  const name = other === undefined ? '' : isolated(nodeName(other, nodes));
  const ports = edge.state === 'removed' ? edge.before : edge.after;
  // Of what is not known nothing can be said to pass.
  const what = edge.state === 'unknown' && ports === '' ? name : l10n.t('{0} {1}', name, portsText(ports));
  const text = edge.from === node.id ? l10n.t('reaches {0}', what) : l10n.t('reached by {0}', what);
  return edge.state === 'unchanged' ? text : l10n.t('{0} ({1})', text, edgeStateWord(edge.state));
}
