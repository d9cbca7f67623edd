import type { FoldingRange } from 'vscode-languageserver-types';
import { lineIndex, type LineIndex } from '../syntax/lineIndex.ts';
import type { ManifestDocument } from '../syntax/manifestDocument.ts';
import type { TextNode } from '../syntax/textTree.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';

/** Lines of a document, its first line being 0. */
interface Fold {
  readonly first: number;
  readonly last: number;
  /** 0 is a document. */
  readonly depth: number;
  readonly comment?: true;
}

/** Documents are read once and kept, so that an edit costs its own document. */
const known = new WeakMap<ManifestDocument, readonly Fold[]>();

/**
 * What can be folded in a file: its documents, every entry and item of several lines, runs of comments. Null where the
 * file holds no Kubernetes object: a client then folds by indentation, as it would without us.
 *
 * @param most the number of ranges that the client wants; the innermost are left out first
 */
export function foldingRanges(snapshot: WorkspaceSnapshot, uri: string, most = Infinity): FoldingRange[] | null {
  const file = snapshot.files.get(uri)?.file;
  const documents = file?.parsed.documents ?? [];
  if (file === undefined || documents.every(({ document }) => document.objects.length === 0)) return null;
  const lines = lineIndex(file.text);
  const several = documents.length > 1;
  const folds = documents.flatMap(({ start, document }) => {
    const base = lines.position(start).line;
    let own = known.get(document);
    if (own === undefined) known.set(document, (own = foldsOf(document)));
    const kept = several ? own : own.filter(({ depth }) => depth > 0);
    return kept.map(({ first, last, depth, comment }) => ({ first: base + first, last: base + last, depth, comment }));
  });
  const wanted = folds.length <= most ? folds : folds.toSorted((a, b) => a.depth - b.depth).slice(0, most);
  return wanted
    .toSorted((a, b) => a.first - b.first || b.last - a.last)
    .map(({ first, last, comment }) => ({
      startLine: first,
      endLine: last,
      ...(comment === true ? { kind: 'comment' as const } : {}),
    }));
}

function foldsOf(document: ManifestDocument): readonly Fold[] {
  const { text } = document;
  const lines = lineIndex(text);
  const folds = new Map<number, Fold>();
  const lineOf = (offset: number): number => lines.position(offset).line;
  /** Of what begins on one line the outermost can be folded there. */
  const add = (first: number, last: number, depth: number): void => {
    if (last > first && (folds.get(first)?.last ?? 0) < last) folds.set(first, { first, last, depth });
  };
  const texts: { readonly first: number; readonly last: number }[] = [];
  const visit = (node: TextNode | undefined, depth: number): void => {
    if (node?.kind === 'scalar') {
      const [first, last] = [lineOf(node.start), lineOf(node.end)];
      if (last > first) texts.push({ first, last });
    }
    const parts = node?.kind === 'map' ? node.entries : node?.kind === 'list' ? node.items : [];
    for (const part of parts) {
      add(lineOf(part.start), lastLine(lines, part.end, part.value), depth);
      visit(part.value, depth + 1);
    }
  };
  const tree = document.textTree();
  if (tree !== undefined) {
    if (tree.kind !== 'scalar' && tree.kind !== 'alias' && tree.flow)
      add(lineOf(tree.start), lastLine(lines, tree.end, tree), 1);
    visit(tree, 1);
  }
  const comments = commentFolds(text, lines, texts);
  // Comments above a document fold by themselves.
  const start = /^\uFEFF?---/.test(text) ? 0 : (tree?.start ?? 0);
  const whole = { first: lineOf(start), last: lineOf(text.trimEnd().length), depth: 0 };
  return [...(whole.last > whole.first ? [whole] : []), ...folds.values(), ...comments];
}

/** A closing bracket on a line of its own stays in sight. */
function lastLine(lines: LineIndex, end: number, value: TextNode | undefined): number {
  const { line } = lines.position(end);
  const isFlow = (value?.kind === 'map' || value?.kind === 'list') && value.flow;
  if (!isFlow) return line;
  const last = value.kind === 'map' ? value.entries.at(-1) : value.items.at(-1);
  return last !== undefined && lines.position(last.end).line < line ? line - 1 : line;
}

/** Two lines and more that hold nothing but a comment; `#` in a text of several lines begins none. */
function commentFolds(
  text: string,
  lines: LineIndex,
  texts: readonly { readonly first: number; readonly last: number }[],
): readonly Fold[] {
  const folds: Fold[] = [];
  let first = -1;
  let last = -2;
  const end = (): void => {
    if (last > first && first >= 0) folds.push({ first, last, depth: 1, comment: true });
  };
  for (const { index } of text.matchAll(/(?<=^|\n|\r)[ \t]*#/g)) {
    const { line } = lines.position(index);
    if (texts.some((one) => one.first < line && line <= one.last)) continue;
    if (line !== last + 1) {
      end();
      first = line;
    }
    last = line;
  }
  end();
  return folds;
}
