import { SymbolKind, type DocumentSymbol, type SymbolInformation } from 'vscode-languageserver-types';
import type { Direction } from '../model/networkPolicy.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import { qualifiedName } from '../analysis/wording.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { ManifestDocument, ManifestObject } from '../syntax/manifestDocument.ts';
import type { TextNode } from '../syntax/textTree.ts';
import { isNetworkPolicy } from '../workspace/placeObjects.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { plain } from './markdown.ts';
import { DIRECTIONS, peersField } from './policyPlaces.ts';
import { directionWords, peerWords, ruleWords, selectorWords } from './policyWords.ts';
import { entryOf, itemsOf, nodeAt, valueOf } from './textNodes.ts';

/** A symbol in offsets of its document. */
interface Outline {
  readonly name: string;
  readonly detail?: string;
  readonly kind: SymbolKind;
  readonly range: OffsetRange;
  readonly selection: OffsetRange;
  readonly children: readonly Outline[];
}

/** Documents are read once and kept, so that an edit costs its own document. */
const known = new WeakMap<ManifestDocument, readonly Outline[]>();

/**
 * The outline of a file: its Kubernetes objects, and of a policy whom it selects, its directions and its rules in
 * words. Made from the text alone, so that it neither waits for a source nor changes with one. Null where the file
 * holds no object.
 */
export function documentSymbols(snapshot: WorkspaceSnapshot, uri: string): DocumentSymbol[] | null {
  const file = snapshot.files.get(uri)?.file;
  if (file === undefined) return null;
  const lines = lineIndex(file.text);
  const symbols = file.parsed.documents.flatMap(({ start, document }) => {
    const place = (range: OffsetRange): DocumentSymbol['range'] =>
      lines.range({ start: start + range.start, end: start + range.end });
    const symbol = ({ name, detail, kind, range, selection, children }: Outline): DocumentSymbol => ({
      name,
      ...(detail === undefined ? {} : { detail }),
      kind,
      range: place(range),
      selectionRange: place(selection),
      children: children.map(symbol),
    });
    return outlineOf(document).map(symbol);
  });
  return symbols.length === 0 ? null : symbols;
}

function outlineOf(document: ManifestDocument): readonly Outline[] {
  let outline = known.get(document);
  if (outline !== undefined) return outline;
  const tree = document.objects.length === 0 ? undefined : document.textTree();
  outline = document.objects.flatMap((manifest) => objectOutline(manifest, nodeAt(tree, manifest.path)));
  known.set(document, outline);
  return outline;
}

/** The same for clients that know no hierarchy. */
export function flatSymbols(symbols: readonly DocumentSymbol[] | null, uri: string): SymbolInformation[] | null {
  if (symbols === null) return null;
  const flat: SymbolInformation[] = [];
  const add = ({ name, kind, range, children = [] }: DocumentSymbol, containerName: string | undefined): void => {
    flat.push({ name, kind, location: { uri, range }, ...(containerName === undefined ? {} : { containerName }) });
    for (const child of children) add(child, name);
  };
  for (const symbol of symbols) add(symbol, undefined);
  return flat;
}

function objectOutline(manifest: ManifestObject, node: TextNode | undefined): readonly Outline[] {
  if (node === undefined) return [];
  const { kind, name, namespace } = manifest;
  const named = valueOf(valueOf(node, 'metadata'), 'name');
  const isPolicy =
    isNetworkPolicy(manifest) || (manifest.undecodable !== undefined && (kind === 'NetworkPolicy' || kind === ''));
  return [
    {
      name: objectName(name, namespace),
      detail: plain(kind === '' ? 'NetworkPolicy' : kind),
      kind: isPolicy ? SymbolKind.Class : kindOf(kind),
      range: node,
      selection:
        (named?.kind === 'scalar' ? named.inner : undefined) ?? entryOf(node, 'kind')?.keyRange ?? startOf(node),
      children: isPolicy ? policyOutline(valueOf(node, 'spec')) : [],
    },
  ];
}

/** `shop/web`; the namespace only where the text names it. */
export function objectName(name: string, namespace: string): string {
  return qualifiedName({ namespace: plain(namespace), name: plain(name) });
}

function policyOutline(spec: TextNode | undefined): readonly Outline[] {
  const selector = entryOf(spec, 'podSelector');
  const outlines: Outline[] = [];
  if (selector !== undefined) {
    outlines.push({
      name: `selects ${selectorWords(selector.value) ?? 'every pod'}`,
      kind: SymbolKind.Key,
      range: selector,
      selection: selector.keyRange,
      children: [],
    });
  }
  for (const direction of DIRECTIONS) {
    const entry = entryOf(spec, direction);
    if (entry === undefined) continue;
    outlines.push({
      name: directionWords(entry.value, direction),
      kind: SymbolKind.Array,
      range: entry,
      selection: entry.keyRange,
      children: rulesOutline(entry.value, direction),
    });
  }
  return outlines.sort((a, b) => a.range.start - b.range.start);
}

function rulesOutline(list: TextNode | undefined, direction: Direction): readonly Outline[] {
  return itemsOf(list).map((rule) => {
    const peers = itemsOf(valueOf(rule.value, peersField(direction)));
    return {
      name: ruleWords(rule.value, direction),
      kind: SymbolKind.Event,
      range: rule,
      selection: startOf(rule),
      // One peer says what its rule says already.
      children: peers.length < 2 ? [] : peers.map(peerOutline),
    };
  });
}

function peerOutline(peer: {
  readonly start: number;
  readonly end: number;
  readonly value: TextNode | undefined;
}): Outline {
  return { name: peerWords(peer.value), kind: SymbolKind.Object, range: peer, selection: startOf(peer), children: [] };
}

function startOf({ start, end }: OffsetRange): OffsetRange {
  return { start, end: Math.min(start + 1, end) };
}

/** An icon for kinds of other objects. */
export function kindOf(kind: string): SymbolKind {
  switch (kind) {
    case 'NetworkPolicy':
      return SymbolKind.Class;
    case 'Namespace':
      return SymbolKind.Namespace;
    case 'Service':
      return SymbolKind.Interface;
    default:
      return SymbolKind.Object;
  }
}
