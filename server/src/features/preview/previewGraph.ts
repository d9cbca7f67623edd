import { connectionsText, count, shownName } from '../../analysis/wording.ts';
import type {
  PreviewAnswerBase,
  PreviewEdge,
  PreviewGraph,
  PreviewGraphParams,
  PreviewNode,
} from '../../protocol/preview.ts';
import type { PreviewedWorkload } from '../../workspace/preview/comparisonRows.ts';
import { neighbourhood, type Neighbourhood } from '../../workspace/preview/neighbourhood.ts';
import { picture, type Picture, type PictureEdge, type PictureNode } from '../../workspace/preview/picture.ts';
import {
  boxId,
  edgePoints,
  placePicture,
  plainRanks,
  type BoxGraph,
  type BoxRank,
  type PlacedPicture,
} from '../../workspace/preview/pictureLayout.ts';
import type { PreviewModel } from '../../workspace/preview/previewModel.ts';
import { shortId } from './previewWire.ts';

/** Nodes, boxes and edges together. */
const MOST_ELEMENTS = 5000;
/** Of a picture that a person can still read, unless more is asked for. */
const READABLE = 600;

export interface DrawnPicture {
  readonly drawn: Picture;
  readonly around: Neighbourhood;
}

/** What a picture of a neighbourhood shows, in steps; undefined where nobody of that name is known. */
export function* drawPicture(
  { comparison }: PreviewModel,
  { focus, filter, onlyChanged, most }: Omit<PreviewGraphParams, 'id'>,
): Generator<undefined, DrawnPicture | undefined, void> {
  const found = yield* neighbourhood(comparison, focus, filter ?? {});
  if (found === undefined) return undefined;
  const around =
    onlyChanged === true ? { ...found, links: found.links.filter(({ state }) => state !== 'unchanged') } : found;
  const bound = Math.min(MOST_ELEMENTS, Math.max(10, Math.floor(most ?? READABLE)));
  return { drawn: picture(comparison, around, bound), around };
}

/** The picture with a place for everything. */
export function graphAnswer(
  model: PreviewModel,
  base: PreviewAnswerBase,
  { drawn, around }: DrawnPicture,
  boxes: BoxGraph,
  ranks: readonly BoxRank[] | undefined,
  before: ReadonlyMap<string, BoxRank>,
): { readonly graph: PreviewGraph; readonly ranks: ReadonlyMap<string, BoxRank> } {
  const focus = new Set(drawn.nodes.filter((node) => node.focus).map(boxId));
  const placed = placePicture(drawn, boxes, ranks ?? plainRanks(boxes, focus), before);
  const aggregated = aggregatedText(drawn, around);
  const graph: PreviewGraph = {
    ...base,
    width: placed.width,
    height: placed.height,
    nodes: [...namespaceNodes(model, drawn, placed), ...drawn.nodes.map((node) => shownNode(model, node, placed))],
    edges: drawn.edges.flatMap((edge) => shownEdge(model, edge, placed)),
    ...(aggregated !== undefined && { aggregated }),
    ...(ranks === undefined && { layoutProblem: 'The picture is too large to be put in order; columns stand for it.' }),
  };
  return { graph, ranks: placed.ranks };
}

function aggregatedText({ aggregation, nodes }: Picture, { more }: Neighbourhood): string | undefined {
  const groups = nodes.filter(({ kind }) => kind === 'workloads').length;
  const left = more === 0 ? '' : ` ${count(more, 'pair')} more ${more === 1 ? 'is' : 'are'} left out.`;
  switch (aggregation) {
    case 'none':
      return left === '' ? undefined : left.trim();
    case 'alike':
      return `Workloads of one namespace with the same traffic are shown as one: ${count(groups, 'group')}.${left}`;
    case 'alikeAnywhere':
      return `Workloads with the same traffic are shown as one, whatever their namespace: ${count(groups, 'group')}.${left}`;
    case 'namespaces':
      return `All workloads of a namespace are shown as one: ${count(groups, 'namespace')}.${left}`;
    case 'cut':
      return `There is more than can be drawn: what changes comes first, and what does not is left out in part.${left}`;
  }
}

function namespaceNodes({ comparison }: PreviewModel, { nodes }: Picture, placed: PlacedPicture): PreviewNode[] {
  const byNamespace = Map.groupBy(nodes, ({ namespace }) => namespace);
  return [...placed.namespaces].map(([namespace, box]): PreviewNode => {
    const members = byNamespace.get(namespace) ?? [];
    const places = members.flatMap((node) => node.places);
    const pods = places.reduce((sum, at) => sum + (comparison.workloads[at] as PreviewedWorkload).pods, 0);
    return {
      id: shortId(`namespace ${namespace}`),
      kind: 'namespace',
      label: shownName(namespace),
      detail: count(places.length, 'workload'),
      leadsTo: { kind: 'namespace', namespace },
      focus: members.some(({ focus }) => focus),
      pods,
      workloads: places.length,
      badges: [],
      ...box,
    };
  });
}

function shownNode({ comparison }: PreviewModel, node: PictureNode, placed: PlacedPicture): PreviewNode {
  const { kind, places, namespace, focus, badges, ranges } = node;
  const workloads = places.map((at) => comparison.workloads[at] as PreviewedWorkload);
  const pods = workloads.reduce((sum, workload) => sum + workload.pods, 0);
  const [first] = workloads;
  const isOne = first !== undefined && workloads.length === 1;
  const label =
    kind === 'anyPod'
      ? 'any pod'
      : kind === 'unknown'
        ? 'not known'
        : kind === 'external'
          ? rangesText(ranges)
          : isOne
            ? shownName(first.ref.name)
            : count(workloads.length, 'workload');
  const detail =
    kind === 'external'
      ? 'outside the cluster'
      : kind === 'anyPod'
        ? 'every other workload'
        : kind === 'unknown'
          ? 'not decidable'
          : isOne
            ? `${first.ref.kind} · ${count(pods, 'pod')}`
            : count(pods, 'pod');
  return {
    id: shortId(node.id),
    kind: kind === 'workloads' && isOne ? 'workload' : kind,
    label,
    detail,
    ...(namespace !== undefined && { parent: shortId(`namespace ${namespace}`) }),
    leadsTo: isOne
      ? { kind: 'workload', workload: first.id }
      : namespace === undefined
        ? null
        : { kind: 'namespace', namespace },
    focus,
    pods,
    workloads: workloads.length,
    badges,
    ...(placed.nodes.get(node.id) ?? { x: 0, y: 0, width: 0, height: 0 }),
  };
}

function rangesText(ranges: string): string {
  const all = ranges.split(/[,\s]+/).filter((range) => range !== '');
  if (all.includes('0.0.0.0/0')) return 'anywhere outside';
  return all.length <= 2 ? all.join(', ') : `${all.slice(0, 2).join(', ')} and ${all.length - 2} more`;
}

function shownEdge({ comparison }: PreviewModel, edge: PictureEdge, placed: PlacedPicture): readonly PreviewEdge[] {
  const [from, to] = [placed.nodes.get(edge.from), placed.nodes.get(edge.to)];
  if (from === undefined || to === undefined) return [];
  const { ports } = comparison.states.after;
  const text = (ids: readonly number[]): string => {
    const all = ids.reduce((union, id) => ports.union(union, id), 0);
    const connections = ports.connections(all);
    return connections.length === 0 ? '' : connectionsText(connections);
  };
  return [
    {
      id: shortId(edge.id),
      from: shortId(edge.from),
      to: shortId(edge.to),
      state: edge.state,
      before: text(edge.before),
      after: text(edge.after),
      pairs: edge.pairs,
      points: edgePoints(from, to),
    },
  ];
}
