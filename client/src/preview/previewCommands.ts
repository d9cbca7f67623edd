import { Uri, window } from 'vscode';
import type { PanelState } from '../../../server/src/protocol/panel.ts';
import { isServedDocument } from '../servedDocuments.ts';
import { chooseRevision } from './beforeTexts.ts';
import { connectChosen, type ContextChooser } from '../chooseContext.ts';
import type { PreviewPanels } from './previewPanels.ts';

/** What a lens, a context menu or the palette means. Commands can be run by anything with any argument. */
export function previewOf(argument: unknown): Partial<PanelState> {
  const view = { tab: 'changes' } as const;
  if (argument instanceof Uri) return { ...view, uri: argument.toString() };
  if (typeof argument !== 'object' || argument === null) return view;
  const { uri } = argument as Record<string, unknown>;
  return typeof uri === 'string' ? { ...view, uri } : view;
}

/** What the document means now beside what it meant in a commit. */
export async function compareRevision(previews: PreviewPanels): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document === undefined || !isServedDocument(document)) return previews.open({});
  const uri = document.uri.toString();
  const before = await chooseRevision(uri);
  if (before !== undefined) await previews.open({ uri, before, tab: 'changes' });
}

/** What is written here over this cluster beside what another one holds; that one is contacted for this alone. */
export async function compareContext(parts: ContextChooser & { readonly previews: PreviewPanels }): Promise<void> {
  const chosen = await connectChosen(parts, true);
  if (chosen !== undefined)
    await parts.previews.open({ before: { kind: 'context', context: chosen.context }, tab: 'changes' });
}
