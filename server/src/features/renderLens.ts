import type { CodeLens } from 'vscode-languageserver-types';
import type { RenderParams } from '../protocol/render.ts';
import { baseName, folderOf, isRenderedPath, renderedKind, renderedName, sourcePath } from '../workspace/fileUri.ts';
import type { FileView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { ageText } from './sourceText.ts';

/** Renders a chart or an overlay (client/src/commandIds.ts). */
export const RENDER = 'bulkhead.render';

const TOP = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/**
 * The lens at the top of a `Chart.yaml`, of a chart's template and of a `kustomization.yaml` that renders it and shows
 * the result; at the top of what was rendered, how old it is.
 */
export function renderLenses(snapshot: WorkspaceSnapshot, view: FileView): CodeLens[] {
  const source = sourceOf(snapshot, view);
  if (source === undefined) return [];
  const { rendering } = snapshot.scope;
  const title =
    isRenderedPath(view.path) && rendering !== undefined ? age(rendering, snapshot.now) : 'Render and check';
  return [{ range: TOP, command: { title, command: RENDER, arguments: [{ uri: view.file.uri, ...source }] } }];
}

function age({ at, stale }: { at: number; stale: boolean }, now: number): string {
  const when = `Rendered ${ageText(Math.max(0, now - at))} ago`;
  return stale ? `${when} · its sources have changed since · render again` : `${when} · render again`;
}

function sourceOf(
  snapshot: WorkspaceSnapshot,
  { path, file }: FileView,
): Omit<RenderParams, 'uri' | 'values'> | undefined {
  if (isRenderedPath(path)) {
    return { folder: sourcePath(folderOf(path)), kind: renderedKind(path) };
  }
  if (baseName(path) === 'Chart.yaml') return { folder: folderOf(path), kind: 'chart' };
  if (/^kustomization(?:\.ya?ml)?$/i.test(baseName(path))) return { folder: folderOf(path), kind: 'kustomization' };
  const { kind, folder } = snapshot.scope;
  return kind === 'chart' && file.parsed.template ? { folder, kind } : undefined;
}

/** The address of the document that shows what a folder renders to. */
export function renderedUri(scheme: string, { folder, kind }: Pick<RenderParams, 'folder' | 'kind'>): string {
  return `${scheme}:${encodedPath(`${folder}/${renderedName(folder, kind)}`)}`;
}

/** A path as it stands in a URI, with all that VS Code escapes: it sends the address back in its own spelling. */
export function encodedPath(path: string): string {
  return path.split('/').map(encodedStep).join('/');
}

function encodedStep(step: string): string {
  return encodeURIComponent(step).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
