/** A path as written in a file, against the file's folder. Forward slashes; a leading slash of the folder stays. */
export function resolvePath(folder: string, written: string): string {
  const path = written.startsWith('/') ? [''] : folder.split('/');
  for (const step of written.split('/')) {
    if (step === '..' && path.length > 0 && path.at(-1) !== '..' && path.at(-1) !== '') path.pop();
    else if (step !== '.' && step !== '') path.push(step);
  }
  return path.length > 1 && path[0] === '' && folder === '' && !written.startsWith('/')
    ? path.slice(1).join('/')
    : path.join('/');
}
