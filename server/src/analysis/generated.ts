import { isJsonMap } from '../syntax/objects/jsonAccess.ts';
import { valueAt } from '../syntax/jsonEdit.ts';
import type { WrittenManifest } from './check.ts';

/**
 * Whether another program writes a manifest: a controller owns the object, or a comment at the head of its document or
 * file says so. What stands in it is worth a hint, but nothing that a person would change here.
 *
 * @param text the file's
 */
export function isGenerated({ placed, manifest }: WrittenManifest, text: string): boolean {
  if (SAYS_SO.test(head(text)) || SAYS_SO.test(head(placed.document.text))) return true;
  const metadata = valueAt(placed.document.value, [...manifest.path, 'metadata']);
  const owners = isJsonMap(metadata) ? metadata['ownerReferences'] : undefined;
  return Array.isArray(owners) && owners.length > 0;
}

const SAYS_SO = /\bdo not (?:edit|modify)\b|\b(?:auto-?)?generated (?:by|from|with)\b|@generated\b/i;

/** The comments in front of the first line that says something. */
function head(text: string): string {
  return (
    /^(?:\ufeff?[ \t]*(?:#[^\n]*|---[ \t]*(?:#[^\n]*)?|%[^\n]*)?(?:\r?\n|$))*/.exec(text.slice(0, LONGEST))?.[0] ?? ''
  );
}

/** A header that is longer says it at its beginning. */
const LONGEST = 4000;
