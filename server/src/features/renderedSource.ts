import type { DocumentLink } from 'vscode-languageserver-types';
import { lineIndex } from '../syntax/lineIndex.ts';
import { parseManifests } from '../syntax/parseManifests.ts';
import { folderOf, isRenderedPath, renderedKind, sourcePath } from '../workspace/fileUri.ts';
import { effectiveObjects, type ObjectTable } from '../workspace/objectTable.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { encodedPath } from './renderLens.ts';

const SOURCE = /^# Source: (.+)$/gm;

/**
 * What an overlay was built to, with a line above each object that says which file it comes from, as Helm writes it of a
 * chart. Files are named relative to the window's folder.
 *
 * @param objects what we take the overlay to hold; an object that is not in it gets no line
 */
export function withSources(text: string, objects: ObjectTable, root: string, pathOf: (uri: string) => string): string {
  const files = new Map<string, string>();
  for (const { key, origin } of effectiveObjects(objects)) files.set(key, pathOf(origin.file.uri));
  let annotated = '';
  let end = 0;
  for (const { start, document } of parseManifests(text).documents) {
    const [object] = document.objects;
    const file = object && findFile(files, object.kind, object.namespace, object.name);
    if (file === undefined) continue;
    const at = start + document.text.search(/^[^-#\s]/m);
    annotated += `${text.slice(end, at)}# Source: ${relative(file, root)}\n`;
    end = at;
  }
  return annotated + text.slice(end);
}

function findFile(
  files: ReadonlyMap<string, string>,
  kind: string,
  namespace: string,
  name: string,
): string | undefined {
  // Without a namespace of its own an object is in the folder's, whichever that is.
  return namespace === ''
    ? [...files].find(([key]) => key.startsWith(`${kind}/`) && key.endsWith(`/${name}`))?.[1]
    : files.get(`${kind}/${namespace}/${name}`);
}

/** Links from a rendered document back to the files that it comes from. */
export function sourceLinks({ files }: WorkspaceSnapshot, uri: string, root: string): DocumentLink[] {
  const view = files.get(uri);
  if (view === undefined || !isRenderedPath(view.path)) return [];
  const { text } = view.file;
  const lines = lineIndex(text);
  const folder = sourcePath(folderOf(view.path));
  // Helm's first step is the chart's name, which need not be its folder's.
  const isChart = renderedKind(view.path) === 'chart';
  return [...text.matchAll(SOURCE)].flatMap((match): DocumentLink[] => {
    const written = match[1]?.trim() ?? '';
    const path = isChart ? `${folder}/${written.slice(written.indexOf('/') + 1)}` : `${root}/${written}`;
    if (written.split('/').includes('..')) return [];
    const end = match.index + match[0].length;
    return [
      {
        range: lines.range({ start: end - written.length, end }),
        target: `file://${encodedPath(path)}`,
      },
    ];
  });
}

function relative(path: string, root: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}
