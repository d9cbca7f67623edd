import type { LooseList, LooseMap, LooseNode } from './looseTree.ts';

/** How a document is written, so that what is added looks like the rest. */
export interface WritingStyle {
  /** Every key and string in double quotes, nothing in block style. */
  readonly json: boolean;
  /** How far a key stands to the right of the key around it. */
  readonly indent: number;
  /** How far a dash stands to the right of its list's key. */
  readonly dash: number;
  readonly lineBreak: string;
}

export function writingStyle(root: LooseNode | undefined, text: string, isJson: boolean): WritingStyle {
  const json = root?.kind === 'map' && root.flow ? root.entries.every(({ quoted }) => quoted) : isJson;
  return {
    json,
    indent: clamped(root === undefined ? undefined : firstStep(root, 'map'), 1, 8) ?? 2,
    dash: clamped(root === undefined ? undefined : firstStep(root, 'list'), 0, 8) ?? 0,
    lineBreak: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

/** The first step to the right from a key to a collection of a kind below it. */
function firstStep(node: LooseNode, kind: 'map' | 'list'): number | undefined {
  if (node.kind === 'scalar' || node.flow) return undefined;
  const values = node.kind === 'map' ? node.entries.map(({ value }) => value) : node.items;
  for (const value of values) {
    if (value === undefined || value.kind === 'scalar' || value.flow) continue;
    if (node.kind === 'map' && value.kind === kind) return stepOf(node, value);
    const below = firstStep(value, kind);
    if (below !== undefined) return below;
  }
  return undefined;
}

function stepOf(outer: LooseMap, inner: LooseMap | LooseList): number {
  return inner.column - outer.column;
}

function clamped(value: number | undefined, least: number, most: number): number | undefined {
  return value === undefined || value < least || value > most ? undefined : value;
}
