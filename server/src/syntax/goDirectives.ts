import type { OffsetRange } from '../model/sourceRange.ts';

/** The first directive that Go's reader refuses, and its words for it: it knows `%YAML 1.1` and `%TAG` only. */
export function refusedDirective(text: string): { readonly message: string; readonly range: OffsetRange } | undefined {
  if (!text.includes('%')) return undefined;
  // Directives stand before the document's marker, or alone.
  const marker = text.search(/^---/m);
  const end = marker < 0 ? (/^(?:[ \t]*(?:#.*)?\n|%.*(?:\n|$))*/.exec(text)?.[0].length ?? 0) : marker;
  for (const match of text.slice(0, end).matchAll(/^%.*$/gm)) {
    const range = { start: match.index, end: match.index + match[0].trimEnd().length };
    if (/^%YAML[ \t]+1\.1[ \t]*(?:#.*)?$/.test(match[0].trimEnd()) || /^%TAG[ \t]/.test(match[0])) continue;
    const isVersion = /^%YAML[ \t]/.test(match[0]);
    return { message: isVersion ? 'found incompatible YAML document' : 'found unknown directive name', range };
  }
  return undefined;
}
