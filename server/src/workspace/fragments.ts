import { folderOf } from './fileUri.ts';
import { resolvePath } from './resolvePath.ts';

/** Paths that kustomizations name as patches, resolved against the kustomization's folder. Forward slashes. */
export function fragmentPaths(
  kustomizations: Iterable<{ readonly file: string; readonly patches: readonly string[] }>,
): ReadonlySet<string> {
  const fragments = new Set<string>();
  for (const { file, patches } of kustomizations) {
    for (const patch of patches) fragments.add(resolvePath(folderOf(file), patch));
  }
  return fragments;
}
