/** Where keys lead in the graph: along edges in a direction, or through everything in reading order. */
import type { PreviewEdge, PreviewNode } from '../../../server/src/protocol/preview.ts';
import type { Point } from './edgeLooks.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

const STEPS: Readonly<Record<Direction, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

/** Each box with what is in it, from top to bottom and from left to right. */
export function readingOrder(nodes: readonly PreviewNode[]): readonly string[] {
  const children = new Map<string | undefined, PreviewNode[]>();
  const known = new Set(nodes.map(({ id }) => id));
  for (const node of nodes) {
    const parent = node.parent !== undefined && known.has(node.parent) ? node.parent : undefined;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
  }
  const order: string[] = [];
  const visit = (parent: string | undefined): void => {
    const siblings = children.get(parent) ?? [];
    children.delete(parent);
    for (const { id } of siblings.sort((a, b) => a.y - b.y || a.x - b.x)) {
      order.push(id);
      visit(id);
    }
  };
  visit(undefined);
  // What is in no box that can be reached comes last.
  for (const parent of children.keys()) visit(parent);
  return order;
}

/** The nearest end of an edge in that direction; without one, the nearest node there. Undefined: nothing is there. */
export function stepFrom(
  id: string,
  direction: Direction,
  nodes: readonly PreviewNode[],
  edges: readonly PreviewEdge[],
): string | undefined {
  const from = nodes.find((node) => node.id === id);
  if (from === undefined) return undefined;
  const joined = new Set(edges.flatMap((edge) => (edge.from === id ? [edge.to] : edge.to === id ? [edge.from] : [])));
  const boxes = new Set(nodes.map(({ parent }) => parent));
  const others = nodes.filter((node) => node.id !== id && !boxes.has(node.id));
  const nearest = (among: readonly PreviewNode[]): string | undefined => nearestIn(direction, from, among);
  return nearest(nodes.filter((node) => node.id !== id && joined.has(node.id))) ?? nearest(others);
}

function nearestIn(direction: Direction, from: PreviewNode, among: readonly PreviewNode[]): string | undefined {
  const { x, y } = STEPS[direction];
  const start = centreOf(from);
  let best: { readonly id: string; readonly cost: number } | undefined;
  for (const node of among) {
    const to = centreOf(node);
    const [dx, dy] = [to.x - start.x, to.y - start.y];
    const along = dx * x + dy * y;
    const aside = Math.abs(dx * y) + Math.abs(dy * x);
    // More aside than along is another direction.
    if (along <= 0 || aside > 2 * along) continue;
    const cost = along + 2 * aside;
    if (best === undefined || cost < best.cost) best = { id: node.id, cost };
  }
  return best?.id;
}

export function centreOf({ x, y, width, height }: Pick<PreviewNode, 'x' | 'y' | 'width' | 'height'>): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
