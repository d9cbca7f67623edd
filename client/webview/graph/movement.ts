import type { PreviewEdge, PreviewNode } from '../../../server/src/protocol/preview.ts';
import { edgePath, type Point } from './edgeLooks.ts';

/** More at once is a flicker, not a movement that an eye follows. */
const MOST_MOVED = 150;
const TIMING = { duration: 180, easing: 'ease-out' } as const;

/** What was drawn, for the next picture to come from. */
export interface Drawn {
  readonly nodes: readonly PreviewNode[];
  readonly edges: readonly PreviewEdge[];
}

/**
 * Lets what stands elsewhere than before move there, and new lines appear: what stays where it is stands still. Whoever
 * wants less motion gets none.
 *
 * @param shift how far the whole picture lies from the old one
 */
export function animate(svg: SVGSVGElement, before: Drawn, after: Drawn, shift: Point): void {
  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const moved = after.nodes.filter(({ id, x, y }) => {
    const was = old.get(id);
    return was !== undefined && (Math.abs(was.x + shift.x - x) > 0.5 || Math.abs(was.y + shift.y - y) > 0.5);
  });
  if (moved.length > MOST_MOVED) return;
  const elements = new Map(
    [...svg.querySelectorAll<SVGElement>('.box')].map((box) => [box.dataset['id'], box.parentElement]),
  );
  for (const { id, x, y } of moved) {
    const was = old.get(id);
    if (was === undefined) continue;
    const from = `translate(${was.x + shift.x}px, ${was.y + shift.y}px)`;
    elements.get(id)?.animate([{ transform: from }, { transform: `translate(${x}px, ${y}px)` }], TIMING);
  }
  appear(svg, before.edges, after.edges, shift);
}

function appear(svg: SVGSVGElement, before: readonly PreviewEdge[], after: readonly PreviewEdge[], shift: Point): void {
  const old = new Map(
    before.map(({ id, points }) => [id, edgePath(points.map(({ x, y }) => ({ x: x + shift.x, y: y + shift.y })))]),
  );
  const fresh = new Set(after.filter(({ id, points }) => old.get(id) !== edgePath(points)).map(({ id }) => id));
  if (fresh.size > MOST_MOVED) return;
  for (const element of svg.querySelectorAll<SVGElement>('[data-edge]')) {
    if (fresh.has(element.dataset['edge'] ?? '')) element.animate([{ opacity: 0 }, { opacity: 1 }], TIMING);
  }
}
