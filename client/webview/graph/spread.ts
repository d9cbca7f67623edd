import type { PreviewEdge } from '../../../server/src/protocol/preview.ts';
import type { Point } from './edgeLooks.ts';

/** An edge as it is drawn. */
export interface DrawnEdge extends PreviewEdge {
  /** Where along the line its label is, from 0 to 1. */
  readonly labelAt: number;
}

/** Between lines that join the same two nodes, in the picture's units. */
const APART = 9;
/** Of that, between their ends where they have bends. */
const ENDS_APART = 0.6;
const LABELS_APART = 0.16;

/** Lines that join the same two nodes lie beside each other, whichever way they lead, and so do their labels. */
export function spread(edges: readonly PreviewEdge[]): readonly DrawnEdge[] {
  const between = new Map<string, PreviewEdge[]>();
  for (const edge of edges) {
    const key = edge.from < edge.to ? `${edge.from}\n${edge.to}` : `${edge.to}\n${edge.from}`;
    const others = between.get(key);
    if (others === undefined) between.set(key, [edge]);
    else others.push(edge);
  }
  const places = new Map<PreviewEdge, DrawnEdge>();
  for (const together of between.values()) {
    together.forEach((edge, index) => {
      const place = index - (together.length - 1) / 2;
      const side = edge.from < edge.to ? 1 : -1;
      places.set(edge, {
        ...edge,
        points: place === 0 ? edge.points : aside(edge.points, place * APART, side),
        labelAt: Math.max(0.15, Math.min(0.85, 0.5 + place * LABELS_APART * side)),
      });
    });
  }
  return edges.map((edge) => places.get(edge) ?? { ...edge, labelAt: 0.5 });
}

/**
 * A straight line is moved at a right angle to itself; of one with bends the bends move out, and its ends along the
 * nodes.
 *
 * @param side -1 where it leads the other way, and a right angle to the other side
 */
function aside(points: readonly Point[], by: number, side: 1 | -1): readonly Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return points;
  if (points.length > 2) {
    return points.map(({ x, y }, index) => ({
      x: index === 0 || index === points.length - 1 ? x : x + by,
      y: y + by * ENDS_APART,
    }));
  }
  const [dx, dy] = [last.x - first.x, last.y - first.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return points;
  return points.map(({ x, y }) => ({ x: x - (dy / length) * by * side, y: y + (dx / length) * by * side }));
}
