/** The path of a URI with forward slashes; of an untitled document its name. Never throws. */
export function pathOfUri(uri: string): string {
  const path = uri.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/[^/?#]*)?/i, '');
  const decoded = decodedPath(path);
  // `/c:/x` and `/C:/x` are the same file.
  return /^\/[A-Za-z]:/.test(decoded) ? `/${decoded.charAt(1).toLowerCase()}${decoded.slice(2)}` : decoded;
}

/** What two spellings of one file's URI have in common: clients do not agree on which characters are encoded. */
export function fileKey(uri: string): string {
  return uri.startsWith('file:') ? `file:${pathOfUri(uri)}` : uri;
}

/** Whether a document lies in a folder. The folder `''` stands for a window without one. */
export function isInFolder(uri: string, folder: string): boolean {
  if (folder === '' || scheme(uri) !== scheme(folder)) return false;
  const path = pathOfUri(folder).replace(/\/$/, '');
  return pathOfUri(uri).startsWith(`${path}/`);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function scheme(uri: string): string {
  return uri.slice(0, Math.max(0, uri.indexOf(':')));
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
