/**
 * A preview panel without an editor around it: the built page in a Chromium, the extension's own host of it, and behind
 * that whatever answers.
 */
import { join } from 'node:path';
import type { WebviewPanel } from 'vscode';
import { PreviewPanel } from '../../client/src/preview/previewPanel.ts';
import { stateOf } from '../../client/src/preview/previewPanels.ts';
import type { RequestMethod } from '../../server/src/protocol/methods.ts';
import {
  PANEL_VERSION,
  type PanelAction,
  type PanelMessage,
  type PanelState,
} from '../../server/src/protocol/panel.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { launchBrowser } from '../vscode/browser.ts';
import { fakeWebview } from './fakeWebview.ts';
import { panelPage, type PageOptions, type PanelPage } from './panelPage.ts';
import { servePage } from './servePage.ts';

/** What the host talks to: the language server, or a part of it. */
export interface Answering {
  request<P, R>(method: RequestMethod<P, R>, params: P): Promise<R>;
  notify(method: { readonly name: string }, params: object): void;
}

export interface PanelOptions extends Omit<PageOptions, 'hear'> {
  readonly answering: Answering;
  /** Where nothing is stored. */
  readonly state?: Partial<PanelState>;
  /** What a person's action does, beside being remembered. */
  readonly act?: (action: PanelAction) => Promise<void>;
}

export interface OpenPanel extends Pick<PanelPage, 'page' | 'said' | 'asked' | 'kept' | 'settled'> {
  readonly host: PreviewPanel;
  /** Throws where the page has breached its policy, failed or asked for anything. */
  readonly close: () => Promise<void>;
}

export interface Panels {
  readonly open: (options: PanelOptions) => Promise<OpenPanel>;
  readonly close: () => Promise<void>;
}

const FRESH: PanelState = {
  version: PANEL_VERSION,
  uri: '',
  follows: true,
  tab: 'changes',
  before: { kind: 'source' },
  after: { kind: 'document' },
  view: undefined,
};

/** A browser for the panels of one suite. */
export async function panels(): Promise<Panels> {
  const profile = temporaryFolder('panel');
  const [served, context] = await Promise.all([servePage(), launchBrowser(join(profile.path, 'browser'))]);
  return {
    open: async ({ answering, state = {}, act, ...options }) => {
      let hear = (_message: PanelMessage): void => undefined;
      const shown = await panelPage(served, context, { ...options, hear: (message) => hear(message) });
      const { page, faults, said, asked, kept, settled } = shown;
      const webview = fakeWebview(shown.post);
      ({ hear } = webview);
      const { stored } = options;
      const begun = stored === undefined ? { ...FRESH, ...state } : stateOf(stored);
      const host = new PreviewPanel(webview.panel as unknown as WebviewPanel, begun, {
        session: {
          request: (method, params) => answering.request(method, params),
          notify: (method, params) => answering.notify(method, params as object),
        },
        before: async ({ before }) => (before.kind === 'source' ? before : { problem: 'Only the source is there.' }),
        act: async (_, action) => act?.(action),
        changed: () => undefined,
        failed: ({ kind }) => void faults.push(`host: ${kind} came to nothing`),
        log: (line) => faults.push(`host: ${line}`),
      });
      await shown.load();
      return {
        page,
        said,
        asked,
        kept,
        settled,
        host,
        close: async () => {
          host.dispose();
          await page.close();
          if (faults.length > 0) throw new Error(faults.join('\n'));
        },
      };
    },
    close: async () => {
      await context.close();
      await served.close();
      profile.remove();
    },
  };
}
