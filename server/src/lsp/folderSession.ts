import { DEFAULT_SETTINGS, type Settings } from '../workspace/settings.ts';
import { encodedPath, renderedUri } from '../features/renderLens.ts';
import type { RenderOutcome, RenderParams } from '../protocol/render.ts';
import { withSources } from '../features/renderedSource.ts';
import { pathOfUri, RENDERED_SCHEME } from '../workspace/fileUri.ts';
import { render } from './render.ts';
import { bindingProblem } from '../workspace/boundContext.ts';
import { FolderWorkspace } from '../workspace/folderWorkspace.ts';
import type { ServerStatus } from '../protocol/status.ts';
import type { ScanProgress } from './fileScanner.ts';
import { FolderFiles, pathOf } from './folderFiles.ts';
import { FolderSources } from './folderSources.ts';
import type { LiveParts } from './liveSource.ts';
import type { Log } from './log.ts';
import type { Clock } from './scheduler.ts';
import { statusOf } from './status.ts';
import { thriftily } from './thriftily.ts';

export interface SessionParts {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly date: () => number;
  readonly log: Log;
  readonly live: LiveParts;
  readonly yieldOnce: () => Promise<void>;
  /** Shows the reading of a folder's files in the editor. */
  readonly progress: (title: string) => Progress;
  /** Something that answers are made from has changed, other than by a person's typing. */
  readonly changed: () => void;
}

export interface Progress {
  /** @param fraction 0 to 1 */
  report(fraction: number): void;
  done(): void;
}

/** One folder with everything that feeds it: its files on disk, its settings, its source of pods. */
export class FolderSession {
  readonly workspace: FolderWorkspace;
  readonly sources: FolderSources;
  readonly #parts: SessionParts;
  readonly #files: FolderFiles | undefined;
  #settings: Settings = DEFAULT_SETTINGS;

  /** @param uri the folder's; `''` for a window without one */
  constructor(uri: string, parts: SessionParts) {
    const root = pathOf(uri);
    this.#parts = parts;
    this.workspace = new FolderWorkspace(uri, { now: () => parts.clock.now(), date: parts.date });
    this.sources = new FolderSources(this.workspace, root, parts.live, parts.clock, parts.changed);
    this.#files = root === undefined ? undefined : new FolderFiles(this.workspace, root);
    // Without a folder the open documents are all there is; a folder that is not on disk cannot be listed.
    if (uri === '') this.workspace.setIndexing(undefined);
    else if (root === undefined) this.workspace.setUnlisted();
  }

  async applySettings(settings: Settings): Promise<void> {
    const before = this.#settings;
    this.#settings = settings;
    this.workspace.setSettings(settings);
    this.#parts.changed();
    const isListed = before.exclude.join('\n') === settings.exclude.join('\n');
    await Promise.all([
      before.snapshot === settings.snapshot ? undefined : this.sources.followSetting(settings.snapshot),
      isListed ? undefined : this.scan(),
    ]);
  }

  /** Reads the folder's files, in the background and in slices. */
  async scan(): Promise<void> {
    const files = this.#files;
    if (files === undefined) return;
    const { changed, clock, log, yieldOnce } = this.#parts;
    const progress = this.#parts.progress('Bulkhead: reading manifests');
    try {
      const onProgress = ({ done, total }: ScanProgress): void => {
        if (!this.#isRead) this.workspace.setIndexing({ done, total });
        progress.report(total === 0 ? 1 : done / total);
        changed();
      };
      const finished = await thriftily(() => files.scan({ onProgress, yieldOnce, now: () => clock.now() }));
      if (!finished) return;
    } catch (error) {
      log.error(`Reading ${this.workspace.uri} failed: ${String(error)}`);
      this.workspace.setUnlisted();
      changed();
      return;
    } finally {
      progress.done();
    }
    this.#isRead = true;
    this.workspace.setIndexing(undefined);
    changed();
  }

  /** The first scan alone is a reading; a later one finds what has changed meanwhile. */
  #isRead = false;

  async fileChanged(uri: string, removed: boolean): Promise<void> {
    // Whatever Git leaves out from now on may be anywhere below it.
    if (uri.endsWith('/.gitignore')) return this.scan();
    if ((await this.#files?.changed(uri, removed)) === true) this.#parts.changed();
  }

  /** @param scope its folder; undefined: every document in its own */
  useScope(scope: string | undefined): void {
    this.workspace.chooseScope(scope);
    this.#parts.changed();
  }

  /** Renders a chart or an overlay of the folder and keeps the result as a document of it. */
  async render(params: RenderParams, signal: AbortSignal, trusted: boolean): Promise<RenderOutcome> {
    if (!trusted) return { problem: 'Nothing is run in a workspace that is not trusted: its files name what is run.' };
    const { name } = this.workspace.snapshot(params.uri).files.get(params.uri)?.namespace ?? { name: 'default' };
    const onDisk = (path: string): string => pathOf(`file://${encodedPath(path)}`) ?? path;
    const folder = onDisk(params.folder);
    const rendered = await render(
      { ...params, folder, values: params.values.map(onDisk) },
      { environment: process.env, cwd: process.cwd(), signal, namespace: name },
    );
    if ('problem' in rendered) return rendered;
    const uri = renderedUri(RENDERED_SCHEME, params);
    const text =
      params.kind === 'chart'
        ? rendered.text
        : withSources(rendered.text, this.workspace.objectsOf(params.folder), pathOfUri(this.workspace.uri), pathOfUri);
    this.workspace.putRendering(params.folder, uri, text);
    this.#parts.changed();
    return { uri, text };
  }

  async refresh(): Promise<void> {
    this.sources.refresh();
    await this.scan();
  }

  /** @param uri the document that a person looks at: its scope is counted */
  status(uri?: string): ServerStatus {
    // Asked after every change, whatever it was.
    this.sources.follow();
    const bound = uri === undefined ? undefined : bindingProblem(this.workspace, uri);
    const problems = [...(bound === undefined ? [] : [bound]), ...(this.#files?.problems() ?? [])];
    const others = this.sources.answering
      .map(({ live }) => live.context.name)
      .filter((context) => uri === undefined || context !== this.sources.liveOf(uri)?.context.name);
    return { ...statusOf(this.workspace.snapshot(uri), problems), ...(others.length > 0 && { others }) };
  }

  dispose(): void {
    this.#files?.stop();
    this.sources.dispose();
  }
}
