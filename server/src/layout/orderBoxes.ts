import { Graph, layout } from '@dagrejs/dagre';
import type { BoxGraph, BoxRank } from '../workspace/preview/pictureLayout.ts';

/**
 * The layered layout of a graph of boxes, of which only the order is taken: columns from left to right along the edges,
 * and in each column an order with few crossings. Seconds for some hundreds of boxes with many edges among them.
 */
export function orderBoxes({ boxes, edges }: BoxGraph): readonly BoxRank[] {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', ranker: 'longest-path' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const [from, to] of edges) graph.setEdge(from, to);
  layout(graph);
  const placed = boxes.map(({ id }) => {
    const { x = 0, y = 0 } = graph.node(id);
    return { id, x, y };
  });
  const columns = [...new Set(placed.map(({ x }) => Math.round(x)))].sort((a, b) => a - b);
  const rankOf = new Map(columns.map((x, rank) => [x, rank]));
  return placed
    .sort((a, b) => a.y - b.y || (a.id < b.id ? -1 : 1))
    .map(({ id, x }, order) => ({ id, rank: rankOf.get(Math.round(x)) ?? 0, order }));
}
