import type { PreviewGraph, PreviewNode } from '../../../server/src/protocol/preview.ts';

/** A page has no more than 5,000 elements; some of them are around the picture. */
const BUDGET = 4600;
/** Beyond it labels of what does not change hide more than they tell. */
const MOST_LABELS = 60;

/** What is drawn of a graph beside boxes, names and lines. */
export interface DrawnParts {
  /** Second lines of nodes. */
  readonly details: boolean;
  readonly labels: 'all' | 'changed' | 'none';
}

/** As much as fits into the page: labels go first, then second lines. The table has all of it. */
export function drawnParts({ nodes, edges }: Pick<PreviewGraph, 'nodes' | 'edges'>): DrawnParts {
  const bare = edges.length + nodes.reduce((sum, node) => sum + bareElements(node), 0);
  const withDetails = bare + nodes.length;
  const changed = edges.filter(({ state }) => state !== 'unchanged').length;
  if (withDetails + edges.length <= BUDGET && edges.length <= MOST_LABELS) return { details: true, labels: 'all' };
  if (withDetails + changed <= BUDGET) return { details: true, labels: 'changed' };
  return { details: withDetails <= BUDGET, labels: 'none' };
}

/** A group, its box, its name; a box and a text for each badge. */
function bareElements({ badges }: PreviewNode): number {
  return 3 + 2 * badges.length;
}
