import { nothing, svg, type SVGTemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { PreviewBadge, PreviewEdge, PreviewGraph, PreviewNode } from '../../../server/src/protocol/preview.ts';
import { legible } from '../legible.ts';
import type { DrawnParts } from './drawnParts.ts';
import { EDGE_STATES, edgeLabel, edgePath, pointAlong } from './edgeLooks.ts';
import { fitText } from './fitText.ts';
import { badgeText, nodeLabel } from './nodeWords.ts';
import type { DrawnEdge } from './spread.ts';

export interface Drawing {
  readonly graph: PreviewGraph;
  /** The graph's edges, beside each other. */
  readonly edges: readonly DrawnEdge[];
  readonly nodes: ReadonlyMap<string, PreviewNode>;
  readonly parts: DrawnParts;
  /** The node to which the Tab key comes. */
  readonly active: string | undefined;
  /** What the person looks at: a node, of which the edges stand out, or an edge. */
  readonly near: string | undefined;
  /** The width of a text in the picture's font, in its units. */
  readonly measure: (text: string, bold: boolean) => number;
}

/** Around a name, in the picture's units. */
const PADDING = 8;
const BADGE = { height: 15, padding: 5, over: 10 } as const;

/** Boxes of namespaces, then lines, then what they join, then what is written at the lines. */
export function drawing(each: Drawing): SVGTemplateResult {
  const { edges } = each;
  const { nodes } = each.graph;
  const isNear = ({ id, from, to }: PreviewEdge): boolean =>
    each.near !== undefined && (each.near === id || each.near === from || each.near === to);
  const boxes = nodes.filter(({ kind }) => kind === 'namespace');
  const others = nodes.filter(({ kind }) => kind !== 'namespace');
  const { labels } = each.parts;
  const labelled = edges.filter(
    (edge) =>
      labels === 'all' || (labels === 'changed' && edge.state !== 'unchanged') || (labels !== 'none' && isNear(edge)),
  );
  // What is said of a namespace stands over the lines that cross its edge.
  const badged = boxes.filter(({ badges }) => badges.length > 0);
  const node = (of: PreviewNode): SVGTemplateResult => drawnNode(of, each);
  const keyOf = ({ id }: { readonly id: string }): string => id;
  return svg`
    <g class="boxes">${repeat(boxes, keyOf, node)}</g>
    <g class="edges" aria-hidden="true">${repeat(edges, keyOf, (edge) => drawnEdge(edge, isNear(edge)))}</g>
    <g aria-hidden="true">${repeat(
      badged,
      keyOf,
      (of) => svg`<g transform="translate(${of.x} ${of.y})">${drawnBadges(of, each.measure)}</g>`,
    )}</g>
    <g class="nodes">${repeat(others, keyOf, node)}</g>
    <g class="labels" aria-hidden="true">${repeat(labelled, keyOf, (edge) => drawnLabel(edge, isNear(edge)))}</g>
  `;
}

/** Arrow heads: one for each state, because a head takes no colour from its line in every program. */
export function arrowHeads(): SVGTemplateResult {
  return svg`<defs>${EDGE_STATES.map(
    (state) => svg`<marker id="arrow-${state}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9"
      markerUnits="userSpaceOnUse" orient="auto"><path class="head ${state}" d="M0 0L8 4L0 8z"></path></marker>`,
  )}</defs>`;
}

/** The box has the role and the focus: what is written on it is part of its label, and cut off where it is drawn. */
function drawnNode(node: PreviewNode, { graph, nodes, parts, active, measure }: Drawing): SVGTemplateResult {
  const { id, kind, x, y, width, height, focus, leadsTo } = node;
  const room = width - 2 * PADDING;
  const isBox = kind === 'namespace';
  const rounding = kind === 'external' || kind === 'anyPod' ? Math.min(18, height / 2) : 4;
  const label = fitText(legible(node.label), room, (text) => measure(text, isBox || focus));
  return svg`<g
    class="node ${kind} ${focus ? 'focus' : ''} ${leadsTo === null ? '' : 'leads'}"
    transform="translate(${x} ${y})"
  >
    <rect
      class="box"
      width=${width}
      height=${height}
      rx=${rounding}
      data-id=${id}
      role=${leadsTo === null ? 'img' : 'button'}
      aria-label=${nodeLabel(node, graph, nodes)}
      tabindex=${id === active ? 0 : -1}
    ></rect>
    <text class="label" aria-hidden="true" data-id=${id} x=${PADDING} y="16">${label}</text>
    ${
      parts.details && node.detail !== '' && !isBox
        ? svg`<text class="detail" aria-hidden="true" x=${PADDING} y="31">${fitText(legible(node.detail), room, (text) => measure(text, false))}</text>`
        : nothing
    }
    ${isBox ? nothing : drawnBadges(node, measure)}
  </g>`;
}

function drawnBadges(node: PreviewNode, measure: Drawing['measure']): readonly SVGTemplateResult[] {
  return node.badges.map((badge) => drawnBadge(badge, node, measure));
}

/** What is let in is said at the upper edge, what is let out at the lower one. */
function drawnBadge(
  badge: PreviewBadge,
  { width, height }: PreviewNode,
  measure: Drawing['measure'],
): SVGTemplateResult {
  const text = badgeText(badge);
  const length = measure(text, false) * 0.9 + 2 * BADGE.padding;
  const left = Math.max(0, width - length - 6);
  // Over the edge, so that it covers neither the name nor the second line.
  const top = badge.direction === 'ingress' ? -BADGE.over : height - BADGE.height + BADGE.over;
  return svg`<rect class="badge-box ${badge.kind} ${badge.state}" x=${left} y=${top} width=${length} height=${BADGE.height} rx="7"></rect>
    <text class="badge-text ${badge.state}" aria-hidden="true" x=${left + BADGE.padding} y=${top + 11}>${text}</text>`;
}

function drawnEdge(edge: PreviewEdge, near: boolean): SVGTemplateResult {
  return svg`<path
    class="edge ${edge.state} ${near ? 'near' : ''}"
    data-edge=${edge.id}
    d=${edgePath(edge.points)}
    marker-end="url(#arrow-${edge.state})"
  ></path>`;
}

function drawnLabel(edge: DrawnEdge, near: boolean): SVGTemplateResult {
  const { x, y } = pointAlong(edge.points, edge.labelAt);
  return svg`<text class="edge-label ${edge.state} ${near ? 'near' : ''}" data-edge=${edge.id} x=${x} y=${y - 4}>${edgeLabel(edge)}</text>`;
}
