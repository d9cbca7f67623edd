import type { SymbolKind, WorkspaceSymbol } from 'vscode-languageserver-types';
import type { SourceRange } from '../model/sourceRange.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { kindOf, objectName } from './documentSymbol.ts';

/** Where a symbol's object stands, for `WorkspaceSymbol.data`: its range is worked out for those that are shown. */
export interface SymbolData {
  readonly uri: string;
  readonly key: string;
  /** Of several of one key in a file, which. */
  readonly index: number;
}

export interface FoundSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly containerName: string;
  readonly data: SymbolData;
  /** The smaller, the nearer to what was typed. */
  readonly rank: number;
}

/** More than a picker shows. */
export const MOST_SYMBOLS = 500;

/**
 * The policies, workloads, Services and namespaces of a folder's files whose name holds the characters that were typed
 * in their order: the best first, at most `MOST_SYMBOLS`.
 */
export function workspaceSymbols({ manifests }: WorkspaceSnapshot, query: string): readonly FoundSymbol[] {
  const wanted = query.toLowerCase().replaceAll(/\s/g, '');
  const found: FoundSymbol[] = [];
  for (const [uri, objects] of manifests.files) {
    const seen = new Map<string, number>();
    for (const { key, object } of objects) {
      const index = seen.get(key) ?? 0;
      seen.set(key, index + 1);
      if (object.type === 'foreignPolicy') continue;
      const [kind = '', namespace = ''] = key.split('/', 2);
      const name = key.slice(kind.length + namespace.length + 2);
      const rank = rankOf(wanted, name.toLowerCase(), `${namespace}/${name}`.toLowerCase());
      if (rank === undefined) continue;
      found.push({
        name: objectName(name, namespace),
        kind: kindOf(kind),
        containerName: kind,
        data: { uri, key, index },
        rank,
      });
    }
  }
  return bestSymbols(found);
}

/** The best of those of several folders. */
export function bestSymbols(found: readonly FoundSymbol[]): readonly FoundSymbol[] {
  return found
    .toSorted((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .slice(0, MOST_SYMBOLS);
}

/** Where the object of a symbol names itself; undefined where it has gone since. */
export function symbolRange(
  { manifests }: WorkspaceSnapshot,
  { uri, key, index }: SymbolData,
): SourceRange | undefined {
  const alike = (manifests.files.get(uri) ?? []).filter((placed) => placed.key === key);
  const origin = alike[index]?.origin;
  if (origin === undefined) return undefined;
  const { file, placed, manifest } = origin;
  const { sourceMap } = placed.document;
  const range = sourceMap.value([...manifest.path, 'metadata', 'name']) ?? sourceMap.nearest(manifest.path);
  return lineIndex(file.text).range({ start: placed.start + range.start, end: placed.start + range.end });
}

/** Clients send back what they were given, and may send anything. */
export function isSymbolData(value: unknown): value is SymbolData {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, key, index } = value as Readonly<Record<keyof SymbolData, unknown>>;
  return typeof uri === 'string' && typeof key === 'string' && typeof index === 'number';
}

/** Without a range, which the client asks for when it shows one. */
export function unresolved({ name, kind, containerName, data }: FoundSymbol): WorkspaceSymbol {
  return { name, kind, containerName, location: { uri: data.uri }, data };
}

/** A whole name, its beginning, a part of it, then characters in their order: of the name before its namespace. */
function rankOf(wanted: string, name: string, full: string): number | undefined {
  if (wanted === '' || name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  if (name.includes(wanted)) return 2;
  if (full.includes(wanted)) return 3;
  if (isSubsequence(wanted, name)) return 4;
  return isSubsequence(wanted, full) ? 5 : undefined;
}

function isSubsequence(wanted: string, text: string): boolean {
  let at = 0;
  for (const character of wanted) {
    at = text.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
