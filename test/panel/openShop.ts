/** A panel on a folder with a policy, which the built language server answers for over standard input and output. */
import { PREVIEW_CHANGED } from '../../server/src/protocol/preview.ts';
import type { PanelAction } from '../../server/src/protocol/panel.ts';
import * as vscode from '../support/fakeVscode.ts';
import { openFolder, type OpenFolder } from '../support/openFolder.ts';
import type { OpenPanel, PanelOptions, Panels } from './openPanel.ts';

export interface Shop {
  readonly folder: OpenFolder;
  readonly uri: string;
  /** Another panel on the same document. */
  readonly panel: (options?: Partial<PanelOptions>) => Promise<OpenPanel>;
  /** Types into the document: the first occurrence of a piece becomes something else. */
  readonly type: (piece: string, by: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ShopOptions {
  /** Files beside the one that is open; those of a cluster under `saved/prod.json` are its source. */
  readonly files: Readonly<Record<string, string>>;
  /** The document that panels follow. */
  readonly name: string;
  readonly text: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export async function openShop(browser: Panels, { files, name, text, settings }: ShopOptions): Promise<Shop> {
  const folder = await openFolder({ ...files, [name]: text }, settings === undefined ? {} : { settings });
  const uri = folder.uri(name);
  await folder.lsp.open(uri, text);
  vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.parse(folder.uri('.')) }];
  const open = new Set<OpenPanel>();
  folder.lsp.connection.onNotification(PREVIEW_CHANGED.name, ({ id }: { readonly id: string }) => {
    for (const { host } of open) if (host.id === id) host.stale();
  });
  const act = async (action: PanelAction): Promise<void> => {
    if (action.kind !== 'edit') return;
    for (const { uri: address, edits } of action.edits) {
      // From the end, so that places before an edit stay what they are.
      const ordered = [...edits].sort((a, b) => b.range.start.line - a.range.start.line);
      for (const { range, newText } of ordered) await folder.lsp.edit(address, range, newText);
    }
  };
  return {
    folder,
    uri,
    panel: async (options = {}) => {
      const { state, ...rest } = options;
      const panel = await browser.open({
        answering: {
          request: (method, params) => folder.lsp.request(method, params),
          notify: (method, params) => void folder.lsp.notify(method, params),
        },
        act,
        state: { uri, ...state },
        ...rest,
      });
      open.add(panel);
      await panel.settled();
      return {
        ...panel,
        close: () => {
          open.delete(panel);
          return panel.close();
        },
      };
    },
    type: (piece, by) => folder.lsp.replace(uri, piece, by),
    close: () => folder.close(),
  };
}
