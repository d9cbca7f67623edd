import { addressText, toCidrs } from '../../engine/addressSet.ts';
import { getOrMake } from '../../engine/changedTargets.ts';
import { decidingRow, type CompiledCluster } from '../../engine/compiledCluster.ts';
import { isolationOf } from '../../engine/workloadIsolation.ts';
import type { ClassedWorkload } from '../../engine/workloadVectors.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type { PreviewedWorkload } from './comparisonRows.ts';
import type { Link, LinkEnd, Neighbourhood } from './neighbourhood.ts';
import type { ReachComparison } from './reachComparison.ts';

export type EdgeState = 'added' | 'removed' | 'changed' | 'unchanged' | 'unknown';

export interface PictureNode {
  readonly id: string;
  readonly kind: 'workload' | 'workloads' | 'external' | 'anyPod' | 'unknown';
  /** Places of the workloads that it stands for. */
  readonly places: readonly number[];
  /** Ranges of `external`. */
  readonly ranges: string;
  /** The namespace whose box it lies in; absent: in none. */
  readonly namespace?: string;
  readonly focus: boolean;
  readonly badges: readonly Badge[];
}

export interface Badge {
  readonly direction: Direction;
  readonly kind: 'isolated' | 'defaultDeny' | 'unknown';
  readonly state: EdgeState;
}

export interface PictureEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly state: EdgeState;
  /** Port sets of the later state; several where edges of unlike ports were put together. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly pairs: number;
}

/** What is drawn, before anything has a place. */
export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  /** What was put together, from fine to coarse. */
  readonly aggregation: 'none' | 'alike' | 'alikeAnywhere' | 'namespaces' | 'cut';
}

/** How workloads become nodes, the finest way first. */
const WAYS = ['none', 'alike', 'alikeAnywhere', 'namespaces'] as const;

/** The finest picture that has at most so many nodes, boxes and edges. */
export function picture(comparison: ReachComparison, around: Neighbourhood, most: number): Picture {
  let drawn: Picture | undefined;
  for (const way of WAYS) {
    drawn = draw(comparison, around, way);
    if (sizeOf(drawn) <= most) return drawn;
  }
  const last = drawn as Picture;
  // Even namespaces are too many: what changes stays before what does not.
  const order: Readonly<Record<EdgeState, number>> = { removed: 0, added: 0, changed: 0, unknown: 1, unchanged: 2 };
  const edges = [...last.edges].sort((a, b) => order[a.state] - order[b.state]).slice(0, Math.floor(most / 4));
  const used = new Set(edges.flatMap(({ from, to }) => [from, to]));
  return { nodes: last.nodes.filter(({ id }) => used.has(id)), edges, aggregation: 'cut' };
}

function sizeOf({ nodes, edges }: Picture): number {
  return nodes.length + edges.length + new Set(nodes.map(({ namespace }) => namespace)).size;
}

function draw(comparison: ReachComparison, around: Neighbourhood, way: (typeof WAYS)[number]): Picture {
  const nodeOf = nodeNamer(comparison, around, way);
  const nodes = new Map<string, { node: Omit<PictureNode, 'badges' | 'places'>; places: Set<number> }>();
  const edges = new Map<
    string,
    { -readonly [K in keyof PictureEdge]: PictureEdge[K] extends readonly number[] ? Set<number> : PictureEdge[K] }
  >();
  const touch = (end: LinkEnd): string => {
    const node = nodeOf(end);
    const known = getOrMake(nodes, node.id, () => ({ node, places: new Set<number>() }));
    if (typeof end === 'number') known.places.add(end);
    return node.id;
  };
  for (const place of around.focus) touch(place);
  for (const { from, to, state, before, after } of around.links) {
    const [source, target] = [touch(from), touch(to)];
    if (source === target) continue;
    const id = `${source} → ${target} ${way === 'namespaces' ? state : `${state} ${portsKey(comparison, before, after)}`}`;
    const edge = getOrMake(edges, id, () => {
      return { id, from: source, to: target, state, before: new Set<number>(), after: new Set<number>(), pairs: 0 };
    });
    edge.before.add(before);
    edge.after.add(after);
    edge.pairs += 1;
  }
  addUnknown(around, nodeOf, nodes, edges);
  return {
    nodes: [...nodes.values()].map(({ node, places }) => {
      const list = [...places].sort((a, b) => a - b);
      return { ...node, places: list, badges: list.length === 1 ? badgesOf(comparison, list[0] as number) : [] };
    }),
    edges: [...edges.values()].map((edge) => ({ ...edge, before: [...edge.before], after: [...edge.after] })),
    aggregation: way,
  };
}

/** One node for everybody of whom it is not decided. */
function addUnknown(
  around: Neighbourhood,
  nodeOf: (end: LinkEnd) => { readonly id: string },
  nodes: Map<string, { node: Omit<PictureNode, 'badges' | 'places'>; places: Set<number> }>,
  edges: Map<
    string,
    { id: string; from: string; to: string; state: EdgeState; before: Set<number>; after: Set<number>; pairs: number }
  >,
): void {
  for (const [place, counts] of around.undecided) {
    for (const direction of ['egress', 'ingress'] as const) {
      if (counts[direction] === 0) continue;
      getOrMake(nodes, 'unknown', () => {
        const node = { id: 'unknown', kind: 'unknown', ranges: '', focus: false } as const;
        return { node, places: new Set<number>() };
      });
      const own = nodeOf(place).id;
      const [from, to] = direction === 'egress' ? [own, 'unknown'] : ['unknown', own];
      const id = `${from} → ${to} unknown`;
      const edge = getOrMake(edges, id, () => {
        return {
          id,
          from,
          to,
          state: 'unknown' as const,
          before: new Set<number>(),
          after: new Set<number>(),
          pairs: 0,
        };
      });
      edge.pairs += counts[direction];
    }
  }
}

function nodeNamer(
  { workloads }: ReachComparison,
  around: Neighbourhood,
  way: (typeof WAYS)[number],
): (end: LinkEnd) => Omit<PictureNode, 'badges' | 'places'> {
  const links = way === 'alike' || way === 'alikeAnywhere' ? linksByPlace(around) : undefined;
  const groups = new Map<string, string>();
  return (end) => {
    if (end === 'anyPod') return { id: 'anyPod', kind: 'anyPod', ranges: '', focus: false };
    if (typeof end !== 'number') {
      const ranges = toCidrs(end).join(', ');
      return { id: `external ${ranges}`, kind: 'external', ranges, focus: false };
    }
    const { id, ref } = workloads[end] as PreviewedWorkload;
    const { namespace } = ref;
    const focus = around.focus.has(end);
    if (way === 'none' || (focus && way !== 'namespaces')) {
      return { id: `workload ${id}`, kind: 'workload', ranges: '', namespace, focus };
    }
    if (links === undefined) {
      return { id: `workloads ${namespace}`, kind: 'workloads', ranges: '', namespace, focus };
    }
    const signature = [...new Set(links.get(end) ?? [])].sort().join(';');
    const group = way === 'alike' ? `${namespace} ${signature}` : signature;
    // Named by its first member, so that it keeps its name while others come and go.
    const name = getOrMake(groups, group, () => `workloads ${id}`);
    return { id: name, kind: 'workloads', ranges: '', focus, ...(way === 'alike' && { namespace }) };
  };
}

/** What of each workload a picture shows, as texts that are equal for workloads that look the same in it. */
function linksByPlace(around: Neighbourhood): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  const add = (place: LinkEnd, other: LinkEnd, way: string, { state, before, after }: Link): void => {
    if (typeof place !== 'number' || around.focus.has(place)) return;
    const end = typeof other === 'object' ? addressText(other) : String(other);
    getOrMake(found, place, (): string[] => []).push(`${way} ${end} ${state} ${before} ${after}`);
  };
  for (const link of around.links) {
    add(link.to, link.from, 'from', link);
    add(link.from, link.to, 'to', link);
  }
  return found;
}

function portsKey({ states }: ReachComparison, before: number, after: number): string {
  return JSON.stringify([states.after.ports.connections(before), states.after.ports.connections(after)]);
}

function badgesOf({ workloads, states }: ReachComparison, place: number): readonly Badge[] {
  const workload = workloads[place] as PreviewedWorkload;
  return (['ingress', 'egress'] as const).flatMap((direction) => {
    const before = isolationKind(states.before.cluster, workload.before, direction);
    const after = isolationKind(states.after.cluster, workload.after, direction);
    const kind = after ?? before;
    if (kind === undefined) return [];
    const state =
      before === after ? 'unchanged' : before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
    return [{ direction, kind, state }];
  });
}

function isolationKind(
  cluster: CompiledCluster,
  node: ClassedWorkload | undefined,
  direction: Direction,
): Badge['kind'] | undefined {
  if (node === undefined) return undefined;
  const isolated = isolationOf(cluster, node.classes).isolated[direction];
  if (isolated === false) return undefined;
  if (isolated === 'unknown') return 'unknown';
  const isClosed = node.classes.every(({ id }) => {
    const state = cluster.classes.get(id);
    const row = state && decidingRow(cluster, state, direction);
    return row?.kind === 'isolated' && row.entries.length + row.possible.length === 0;
  });
  return isClosed ? 'defaultDeny' : 'isolated';
}
