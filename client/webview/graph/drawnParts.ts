import type { PreviewGraph, PreviewNode } from '../../../server/src/protocol/preview.ts';

/** A page has no more than 5,000 elements; some of them are around the picture. */
const BUDGET = 4600;
/** More of them hide more than they tell. */
const MOST_LABELS = 60;

/** What is drawn of a graph beside boxes, names and lines. */
export interface DrawnParts {
  /** Second lines of nodes. */
  readonly details: boolean;
  /** Which lines say what passes; those that a person looks at do so with each of the first three. */
  readonly labels: 'all' | 'changed' | 'near' | 'none';
}

/** As much as fits into the page and can be read: labels go first, then second lines. The table has all of it. */
export function drawnParts({ nodes, edges }: Pick<PreviewGraph, 'nodes' | 'edges'>): DrawnParts {
  const bare = edges.length + nodes.reduce((sum, node) => sum + bareElements(node), 0);
  const withDetails = bare + nodes.length;
  if (withDetails + edges.length > BUDGET) return { details: withDetails <= BUDGET, labels: 'none' };
  if (edges.length <= MOST_LABELS) return { details: true, labels: 'all' };
  const changed = edges.filter(({ state }) => state !== 'unchanged').length;
  return { details: true, labels: changed <= MOST_LABELS ? 'changed' : 'near' };
}

/** A group, its box, its name; a box and a text for each badge, and a group of them over a namespace. */
function bareElements({ badges }: PreviewNode): number {
  return 3 + (badges.length === 0 ? 0 : 1 + 2 * badges.length);
}
