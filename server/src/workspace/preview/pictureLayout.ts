import { getOrMake } from '../../engine/changedTargets.ts';
import type { Picture, PictureNode } from './picture.ts';

/** Something that is moved as a whole: a namespace with its workloads, or a node that is in none. */
export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** Where a box stands: in which column, from left to right, and where in it, from top to bottom. */
export interface BoxRank {
  readonly id: string;
  readonly rank: number;
  readonly order: number;
}

export interface BoxGraph {
  readonly boxes: readonly Box[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedPicture {
  readonly width: number;
  readonly height: number;
  /** By namespace. */
  readonly namespaces: ReadonlyMap<string, Rectangle>;
  /** By node. */
  readonly nodes: ReadonlyMap<string, Rectangle>;
}

const NODE = { width: 172, height: 44 } as const;
/** Around the workloads of a namespace. */
const GAP = 12;
/** Between its columns, for lines that lead along them, and between its rows, for badges at the edges of nodes. */
const INNER_GAP = { across: 48, down: 20 } as const;
/** Above the workloads of a namespace, for its name. */
const TITLE = 28;
const COLUMN_GAP = 112;
const BOX_GAP = 24;
const MARGIN = 16;
/** A column that is higher than this, or than the picture is wide, goes on beside itself. */
const LEAST_HEIGHT = 900;

export function boxId(node: PictureNode): string {
  return node.namespace === undefined ? node.id : `namespace ${node.namespace}`;
}

/** The boxes of a picture and the edges between them, each once. */
export function boxGraph(picture: Picture): BoxGraph {
  const members = Map.groupBy(picture.nodes, boxId);
  const boxOf = new Map(picture.nodes.map((node) => [node.id, boxId(node)]));
  const edges = new Map<string, readonly [string, string]>();
  for (const { from, to } of picture.edges) {
    const [source, target] = [boxOf.get(from), boxOf.get(to)];
    if (source === undefined || target === undefined || source === target) continue;
    edges.set(`${source}\n${target}`, [source, target]);
  }
  const boxes = [...members].map(([id, nodes]) => ({ id, ...sizeOf(nodes) }));
  return { boxes: boxes.sort((a, b) => (a.id < b.id ? -1 : 1)), edges: [...edges.values()] };
}

function columnsOf(count: number): number {
  return Math.max(1, Math.min(6, Math.round(Math.sqrt(count / 3))));
}

function sizeOf(nodes: readonly PictureNode[]): { readonly width: number; readonly height: number } {
  if (nodes[0]?.namespace === undefined) return NODE;
  const columns = columnsOf(nodes.length);
  const rows = Math.ceil(nodes.length / columns);
  return {
    width: columns * (NODE.width + INNER_GAP.across) - INNER_GAP.across + 2 * GAP,
    height: TITLE + rows * (NODE.height + INNER_GAP.down) - INNER_GAP.down + GAP,
  };
}

/** So many boxes with edges among more than a few of them are put in order without a layout, which would take seconds. */
export const MOST_ORDERED = 400;

/** An order without a layout: who is about in the middle, who comes in left, who is reached right. */
export function plainRanks({ boxes, edges }: BoxGraph, focus: ReadonlySet<string>): readonly BoxRank[] {
  const comesIn = new Set(edges.filter(([, to]) => focus.has(to)).map(([from]) => from));
  return boxes.map(({ id }, order) => ({ id, rank: focus.has(id) ? 1 : comesIn.has(id) ? 0 : 2, order }));
}

/**
 * Places every box in its column. A box that was in the picture before stays in its column and among its neighbours, so
 * that little moves while a person types.
 */
export function placePicture(
  picture: Picture,
  { boxes }: BoxGraph,
  ranks: readonly BoxRank[],
  before: ReadonlyMap<string, BoxRank>,
): PlacedPicture & { readonly ranks: ReadonlyMap<string, BoxRank> } {
  const now = new Map(ranks.map((rank) => [rank.id, rank]));
  const rankOf = ({ id }: Box): BoxRank => before.get(id) ?? now.get(id) ?? { id, rank: 0, order: 0 };
  const columns = new Map<number, Box[]>();
  for (const box of boxes) getOrMake(columns, rankOf(box).rank, (): Box[] => []).push(box);
  const area = boxes.reduce((sum, { width, height }) => sum + (width + COLUMN_GAP) * (height + BOX_GAP), 0);
  const most = Math.max(LEAST_HEIGHT, Math.sqrt(area) * 0.8);
  const places = new Map<string, Rectangle>();
  const kept = new Map<string, BoxRank>();
  let x = MARGIN;
  let bottom = 0;
  for (const [rank, column] of [...columns].sort(([a], [b]) => a - b)) {
    column.sort((a, b) => rankOf(a).order - rankOf(b).order || (a.id < b.id ? -1 : 1));
    let y = MARGIN;
    let width = 0;
    column.forEach((box, order) => {
      if (y > MARGIN && y + box.height > most) {
        x += width + BOX_GAP;
        [y, width] = [MARGIN, 0];
      }
      places.set(box.id, { x, y, width: box.width, height: box.height });
      kept.set(box.id, { id: box.id, rank, order });
      y += box.height + BOX_GAP;
      width = Math.max(width, box.width);
      bottom = Math.max(bottom, y);
    });
    x += width + COLUMN_GAP;
  }
  return {
    width: x - COLUMN_GAP + MARGIN,
    height: bottom - BOX_GAP + MARGIN,
    ...placeNodes(picture, places),
    ranks: kept,
  };
}

function placeNodes(
  { nodes }: Picture,
  places: ReadonlyMap<string, Rectangle>,
): Pick<PlacedPicture, 'namespaces' | 'nodes'> {
  const namespaces = new Map<string, Rectangle>();
  const placed = new Map<string, Rectangle>();
  for (const [id, members] of Map.groupBy(nodes, boxId)) {
    const box = places.get(id) as Rectangle;
    const namespace = members[0]?.namespace;
    if (namespace === undefined) {
      for (const node of members) placed.set(node.id, box);
      continue;
    }
    namespaces.set(namespace, box);
    const columns = columnsOf(members.length);
    members.sort((a, b) => (a.id < b.id ? -1 : 1));
    members.forEach((node, at) => {
      const [column, row] = [at % columns, Math.floor(at / columns)];
      placed.set(node.id, {
        x: box.x + GAP + column * (NODE.width + INNER_GAP.across),
        y: box.y + TITLE + row * (NODE.height + INNER_GAP.down),
        ...NODE,
      });
    });
  }
  return { namespaces, nodes: placed };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** How far a line beside a column goes out: the further, the more nodes it passes, so that none lies on another. */
const BESIDE = { least: 20, step: 8, most: 60 } as const;

/**
 * From side to side where the ends stand beside each other, so that lines run between columns; where one stands above the
 * other, around what is between them, beside their column.
 */
export function edgePoints(from: Rectangle, to: Rectangle): readonly Point[] {
  const [start, end] = [middleOf(from), middleOf(to)];
  const [right, left] = [from.x + from.width, from.x];
  if (right < to.x)
    return [
      { x: right, y: start },
      { x: to.x, y: end },
    ];
  if (to.x + to.width < left)
    return [
      { x: left, y: start },
      { x: to.x + to.width, y: end },
    ];
  const passed = Math.round(Math.abs(end - start) / (NODE.height + INNER_GAP.down));
  const out = Math.max(right, to.x + to.width) + Math.min(BESIDE.most, BESIDE.least + passed * BESIDE.step);
  return [
    { x: right, y: start },
    { x: out, y: start },
    { x: out, y: end },
    { x: to.x + to.width, y: end },
  ];
}

function middleOf({ y, height }: Rectangle): number {
  return y + height / 2;
}
