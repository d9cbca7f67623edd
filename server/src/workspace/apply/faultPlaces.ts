import type { FieldPath } from '../../model/manifest.ts';
import type { OffsetRange } from '../../model/sourceRange.ts';
import type { Origin } from '../sourceFile.ts';

/**
 * Where a field that the server names stands in the text that was applied, in offsets of the file: the value, or the
 * nearest thing written around it. Undefined for an empty path.
 */
export function faultRange({ placed, manifest }: Origin, serverPath: string): OffsetRange | undefined {
  const path = fieldPath(serverPath);
  if (path === undefined) return undefined;
  const { sourceMap } = placed.document;
  const full = [...manifest.path, ...path];
  const range = sourceMap.value(full) ?? sourceMap.nearest(full);
  return { start: placed.start + range.start, end: placed.start + range.end };
}

/** `spec.ingress[0].from[1].ipBlock.cidr` and `metadata.annotations[example.com/a]` as keys and indices. */
export function fieldPath(serverPath: string): FieldPath | undefined {
  if (serverPath === '') return undefined;
  const path: (string | number)[] = [];
  for (const [, key, bracket] of serverPath.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (key !== undefined) path.push(key);
    else if (bracket !== undefined) path.push(/^\d{1,9}$/.test(bracket) ? Number(bracket) : bracket);
  }
  return path.length === 0 ? undefined : path;
}
