import path from 'node:path';

/**
 * The one folder in which a person's journal and guards lie on a machine, whether the editor or the command line writes
 * them, as each platform has it (XDG Base Directory, `state`). Pure.
 *
 * @param variables `BULKHEAD_STATE` names another folder
 */
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
