/** The scheme of documents that hold what a chart or an overlay renders to; the path is the source's folder. */
export const RENDERED_SCHEME = 'bulkhead-rendered';

/** Stands before the path of such a document, so that it lies in no folder of files. */
const RENDERED = '#rendered';

/**
 * The path of a URI with forward slashes; of an untitled document its name; of a rendered document the path of its
 * source behind a mark. Never throws.
 */
export function pathOfUri(uri: string): string {
  return uri.startsWith(`${RENDERED_SCHEME}:`) ? `${RENDERED}${plainPath(uri)}` : plainPath(uri);
}

export function isRenderedPath(path: string): boolean {
  return path.startsWith(RENDERED);
}

/** The path beside which a rendered document is configured, named and owned; other paths are their own. */
export function sourcePath(path: string): string {
  return isRenderedPath(path) ? path.slice(RENDERED.length) : path;
}

/** The words in which the names of rendered documents begin, by what was rendered. */
const RENDERED_NAMES = { chart: 'chart', kustomization: 'overlay' } as const;

/** The name of what a folder renders to: it says of which folder, because a tab shows nothing else. */
export function renderedName(folder: string, kind: keyof typeof RENDERED_NAMES): string {
  return `${RENDERED_NAMES[kind]}-${baseName(folder)} (rendered).yaml`;
}

/** What a rendered document was rendered from, as its name says. */
export function renderedKind(path: string): keyof typeof RENDERED_NAMES {
  return baseName(path).startsWith(`${RENDERED_NAMES.chart}-`) ? 'chart' : 'kustomization';
}

function plainPath(uri: string): string {
  const path = fileOfRevision(uri).replace(/^[a-z][a-z0-9+.-]*:(?:\/\/[^/?#]*)?/i, '');
  const decoded = decodedPath(path);
  // `/c:/x` and `/C:/x` are the same file.
  return /^\/[A-Za-z]:/.test(decoded) ? `/${decoded.charAt(1).toLowerCase()}${decoded.slice(2)}` : decoded;
}

/** Whether a document is a file as Git has it, such as the old side of a diff view: it is no file of the folder. */
export function isRevision(uri: string): boolean {
  return uri.startsWith('git:');
}

/** The file that a revision is one of; any other URI as it is. The query of Git's URI says which revision. */
export function fileOfRevision(uri: string): string {
  return isRevision(uri) ? uri.replace(/^git:(?:\/\/)?/, 'file://').replace(/[?#].*$/s, '') : uri;
}

/** What two spellings of one file's URI have in common: clients do not agree on which characters are encoded. */
export function fileKey(uri: string): string {
  return uri.startsWith('file:') ? `file:${pathOfUri(uri)}` : uri;
}

/** Whether a document lies in a folder. The folder `''` stands for a window without one. */
export function isInFolder(uri: string, folder: string): boolean {
  const own = scheme(fileOfRevision(uri));
  if (folder === '' || (own !== scheme(folder) && own !== RENDERED_SCHEME)) return false;
  const path = pathOfUri(folder).replace(/\/$/, '');
  return sourcePath(pathOfUri(uri)).startsWith(`${path}/`);
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
