import {
  CancellationTokenSource,
  commands,
  EventEmitter,
  l10n,
  ProgressLocation,
  RelativePattern,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type Memento,
  type QuickPickItem,
} from 'vscode';
import { RENDER } from '../../server/src/protocol/methods.ts';
import type { RenderOutcome, RenderParams } from '../../server/src/protocol/render.ts';
import { label, sentence } from './hostileText.ts';
import type { ServerSession } from './serverSession.ts';

/** The scheme of what was rendered (server/src/workspace/fileUri.ts). */
export const RENDERED_SCHEME = 'bulkhead-rendered';

export interface Renderer {
  readonly session: Pick<ServerSession, 'request'>;
  readonly rendered: RenderedDocuments;
  /** The values files that were chosen for a chart last. */
  readonly chosenValues: Memento;
}

/** Read-only documents with what charts and overlays render to. */
export interface RenderedDocuments extends Disposable {
  show(uri: Uri, text: string): Promise<void>;
}

export function renderedDocuments(): RenderedDocuments {
  const texts = new Map<string, string>();
  const changed = new EventEmitter<Uri>();
  const provider = workspace.registerTextDocumentContentProvider(RENDERED_SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) =>
      texts.get(uri.toString()) ?? `# ${l10n.t('Not rendered in this session. Run “Render and check” again.')}\n`,
  });
  return {
    async show(uri, text) {
      texts.set(uri.toString(), text);
      changed.fire(uri);
      const document = await workspace.openTextDocument(uri);
      await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preview: false });
    },
    dispose() {
      provider.dispose();
      changed.dispose();
    },
  };
}

/** Runs only ever as the answer to a person's click: a chart's templates may be anybody's. */
export async function renderAndCheck({ session, rendered, chosenValues }: Renderer, argument: unknown): Promise<void> {
  if (!isTarget(argument)) return;
  if (!workspace.isTrusted) return explainTrust();
  const values = argument.kind === 'chart' ? await pickValues(argument, chosenValues) : [];
  if (values === undefined) return;
  const outcome = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: l10n.t('Rendering {0}', sentence(baseName(argument.folder), 100)),
      cancellable: true,
    },
    async (_, token): Promise<RenderOutcome | undefined> => {
      const source = new CancellationTokenSource();
      token.onCancellationRequested(() => source.cancel());
      try {
        return await session.request(RENDER, { ...argument, values }, source.token);
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      } finally {
        source.dispose();
      }
    },
  );
  if (outcome === undefined) return;
  if ('problem' in outcome) await window.showErrorMessage(sentence(outcome.problem));
  else await rendered.show(Uri.parse(outcome.uri), outcome.text);
}

async function explainTrust(): Promise<void> {
  const manage = l10n.t('Manage workspace trust');
  const chosen = await window.showWarningMessage(
    l10n.t('Nothing is rendered in a workspace that is not trusted: its files name what is run.'),
    manage,
  );
  if (chosen === manage) await commands.executeCommand('workbench.trust.manage');
}

interface ValuesItem extends QuickPickItem {
  readonly path: string;
}

/** The values files of the chart to lay over its own `values.yaml`; undefined where a person leaves. */
async function pickValues(
  { uri, folder }: Omit<RenderParams, 'values'>,
  memory: Memento,
): Promise<readonly string[] | undefined> {
  const base = Uri.parse(uri).with({ path: folder, query: '' });
  const found = await workspace.findFiles(new RelativePattern(base, '*values*.{yaml,yml}'), null, 100);
  // A chart's own `values.yaml` always counts.
  const others = found
    .map(({ path }) => path)
    .filter((path) => path !== `${folder}/values.yaml`)
    .sort();
  if (others.length === 0) return [];
  const key = `values ${folder}`;
  const before = new Set(memory.get<readonly string[]>(key, []));
  const picked = await window.showQuickPick(
    others.map((path): ValuesItem => ({ label: label(baseName(path)), path, picked: before.has(path) })),
    {
      canPickMany: true,
      title: l10n.t('Values files to render with'),
      placeHolder: l10n.t("The chart's own values.yaml always counts; those picked are laid over it"),
    },
  );
  if (picked === undefined) return undefined;
  const values = picked.map(({ path }) => path);
  await memory.update(key, values);
  return values;
}

function isTarget(value: unknown): value is Omit<RenderParams, 'values'> {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, folder, kind } = value as Record<string, unknown>;
  return typeof uri === 'string' && typeof folder === 'string' && (kind === 'chart' || kind === 'kustomization');
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
