import type { FieldPath } from '../model/manifest.ts';
import type { WrittenManifest } from './check.ts';

/** The comments in a field's text and on the lines right above it, and the policy's name: where people say what they mean. */
export function commentText({ manifest, placed }: WrittenManifest, path: FieldPath): string {
  const { text, sourceMap } = placed.document;
  const range = sourceMap.entry([...manifest.path, ...path]);
  if (range === undefined) return manifest.name;
  const lineEnd = text.indexOf('\n', range.end);
  const lines = text.slice(startOfComments(text, range.start), lineEnd < 0 ? text.length : lineEnd);
  return [manifest.name, ...[...lines.matchAll(/(?:^|\s)#(.*)$/gm)].map(([, comment]) => comment)].join('\n');
}

/** The start of the first of the comment lines that stand right above an offset's line. */
function startOfComments(text: string, offset: number): number {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  while (start > 0) {
    const above = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^[ \t]*#/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}
