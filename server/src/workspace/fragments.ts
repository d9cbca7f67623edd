/** Paths that kustomizations name as patches, resolved against the kustomization's folder. Forward slashes. */
export function fragmentPaths(
  kustomizations: Iterable<{ readonly file: string; readonly patches: readonly string[] }>,
): ReadonlySet<string> {
  const fragments = new Set<string>();
  for (const { file, patches } of kustomizations) {
    const folder = file.split('/').slice(0, -1);
    for (const patch of patches) fragments.add(resolve(folder, patch.split('/')).join('/'));
  }
  return fragments;
}

function resolve(folder: readonly string[], steps: readonly string[]): readonly string[] {
  const path = [...folder];
  for (const step of steps) {
    if (step === '..' && path.length > 0 && path.at(-1) !== '..') path.pop();
    else if (step !== '.' && step !== '') path.push(step);
  }
  return path;
}
