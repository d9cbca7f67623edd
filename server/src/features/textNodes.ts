import type { FieldPath } from '../model/manifest.ts';
import type { TextEntry, TextItem, TextNode } from '../syntax/textTree.ts';

/** Ways through a document's text tree; every one takes a node that is missing or of another kind. */

/** The entry of a key: of two with one name the last, as the API server reads it. */
export function entryOf(node: TextNode | undefined, key: string): TextEntry | undefined {
  return node?.kind === 'map' ? node.entries.findLast((entry) => entry.key === key) : undefined;
}

export function valueOf(node: TextNode | undefined, key: string): TextNode | undefined {
  return entryOf(node, key)?.value;
}

export function itemsOf(node: TextNode | undefined): readonly TextItem[] {
  return node?.kind === 'list' ? node.items : [];
}

export function entriesOf(node: TextNode | undefined): readonly TextEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

export function scalarOf(node: TextNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.text : undefined;
}

export function nodeAt(root: TextNode | undefined, path: FieldPath): TextNode | undefined {
  let node = root;
  for (const step of path) node = typeof step === 'number' ? itemsOf(node)[step]?.value : valueOf(node, step);
  return node;
}
