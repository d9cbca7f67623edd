import path from 'node:path';

/** Where the command line keeps its journal and its guards, as each platform has it (XDG Base Directory, `state`). */
export function stateFolder(
  variables: Readonly<Record<string, string | undefined>>,
  platform: string,
  home: string,
): string {
  const { BULKHEAD_STATE: own, XDG_STATE_HOME: xdg, LOCALAPPDATA: local } = variables;
  if (own !== undefined && own !== '') return path.resolve(own);
  if (platform === 'win32') return path.join(local ?? path.join(home, 'AppData', 'Local'), 'bulkhead');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'bulkhead');
  // A relative path in the variable is to be ignored.
  const root = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'state');
  return path.join(root, 'bulkhead');
}
