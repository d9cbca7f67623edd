import type { SelectionRange } from 'vscode-languageserver-types';
import type { OffsetRange, Position } from '../model/sourceRange.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { TextNode } from '../syntax/textTree.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { documentAt } from '../syntax/documentAt.ts';

/**
 * What a selection grows to from each position: the word, its entry, then the peer, rule, direction and object that it
 * stands in, the document, the file. One answer for each position, whatever the text.
 */
export function selectionRanges(
  snapshot: WorkspaceSnapshot,
  uri: string,
  positions: readonly Position[],
): SelectionRange[] | null {
  const file = snapshot.files.get(uri)?.file;
  if (file === undefined) return null;
  const lines = lineIndex(file.text);
  const whole: OffsetRange = { start: 0, end: file.text.length };
  return positions.map((position) => {
    const offset = lines.offset(position);
    const placed = documentAt(file.parsed, offset);
    const chain = [whole];
    if (placed !== undefined) {
      const { start, document } = placed;
      const at = offset - start;
      const inner = at > document.text.length ? [] : [contentOf(document.text), ...partsAt(document.textTree(), at)];
      for (const range of inner) {
        if (range.start > at || at > range.end) break;
        chain.push({ start: start + range.start, end: start + range.end });
      }
    }
    return linked(chain.map((range) => ({ range, shown: lines.range(range) })));
  });
}

/** A document without the marker and the blank lines around it. */
function contentOf(text: string): OffsetRange {
  const start = /^\uFEFF?(?:---)?\s*/.exec(text)?.[0].length ?? 0;
  return { start, end: Math.max(start, text.trimEnd().length) };
}

/** From the outermost node at an offset to the innermost. */
function partsAt(root: TextNode | undefined, offset: number): readonly OffsetRange[] {
  const found: OffsetRange[] = [];
  let node = root;
  while (node !== undefined) {
    found.push(node);
    if (node.kind === 'scalar') found.push(node.inner);
    if (node.kind === 'scalar' || node.kind === 'alias') break;
    const parts: readonly (OffsetRange & { readonly value: TextNode | undefined; readonly keyRange?: OffsetRange })[] =
      node.kind === 'map' ? node.entries : node.items;
    const part = parts.findLast(({ start, end }) => start <= offset && offset <= end);
    if (part === undefined) break;
    found.push(part);
    const { keyRange } = part;
    if (keyRange !== undefined && offset <= keyRange.end) {
      found.push(keyRange);
      break;
    }
    node = part.value;
  }
  return found;
}

function linked(
  chain: readonly { readonly range: OffsetRange; readonly shown: SelectionRange['range'] }[],
): SelectionRange {
  let current: { readonly range: OffsetRange; readonly selection: SelectionRange } | undefined;
  for (const { range, shown } of chain) {
    const outer = current?.range;
    // A list of one item is as large as the item: each step grows.
    if (outer !== undefined && outer.start === range.start && outer.end === range.end) continue;
    if (outer !== undefined && (range.start < outer.start || range.end > outer.end)) break;
    current = { range, selection: { range: shown, ...(current === undefined ? {} : { parent: current.selection }) } };
  }
  return current?.selection ?? { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } };
}
