/**
 * A preview panel without an editor around it: the built page in a Chromium, the extension's own host of it, and behind
 * that whatever answers. The page's policy is real; a breach of it, an error and a dialog fail the test.
 */
import { join } from 'node:path';
import type { WebviewPanel } from 'vscode';
import type { BrowserContext, Page } from 'playwright-core';
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
import { servePage, type ServedPage } from './servePage.ts';
import { THEMES, type ThemeName } from './themes.ts';

/** What the host talks to: the language server, or a part of it. */
export interface Answering {
  request<P, R>(method: RequestMethod<P, R>, params: P): Promise<R>;
  notify(method: { readonly name: string }, params: object): void;
}

export interface PanelOptions {
  readonly answering: Answering;
  readonly state?: Partial<PanelState>;
  /** As `setState` left it; stands in for `state`. */
  readonly stored?: unknown;
  readonly theme?: ThemeName;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly reducedMotion?: 'reduce' | 'no-preference';
  /** What a person's action does, beside being remembered. */
  readonly act?: (action: PanelAction) => Promise<void>;
}

export interface OpenPanel {
  readonly page: Page;
  readonly host: PreviewPanel;
  /** Everything that the page has said that is no question, in order. */
  readonly said: PanelMessage[];
  /** Methods that the page has asked, in order. */
  readonly asked: string[];
  /** What the page kept last. */
  readonly kept: () => unknown;
  /** Until every question is answered and what came of it is drawn. */
  readonly settled: () => Promise<void>;
  /** Throws where the page has breached its policy, failed or asked for anything. */
  readonly close: () => Promise<void>;
}

export interface Panels {
  readonly open: (options: PanelOptions) => Promise<OpenPanel>;
  readonly close: () => Promise<void>;
}

/** A browser for the panels of one suite. */
export async function panels(): Promise<Panels> {
  const profile = temporaryFolder('panel');
  const [served, context] = await Promise.all([servePage(), launchBrowser(join(profile.path, 'browser'))]);
  return {
    open: (options) => openPanel(served, context, options),
    close: async () => {
      await context.close();
      await served.close();
      profile.remove();
    },
  };
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

async function openPanel(served: ServedPage, context: BrowserContext, options: PanelOptions): Promise<OpenPanel> {
  const { answering, state = {}, stored, theme = 'dark', viewport = { width: 1100, height: 800 } } = options;
  const page = await context.newPage();
  const faults: string[] = [];
  const said: PanelMessage[] = [];
  const asked: string[] = [];
  let kept: unknown = stored;
  const open = new Set<number>();
  // Less than a test may take, so that the step that hangs is named.
  page.setDefaultTimeout(15_000);
  await page.setViewportSize(viewport);
  await page.emulateMedia({ reducedMotion: options.reducedMotion ?? 'no-preference' });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${String(error)}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    const own = ['/', '/preview.js', '/preview-style.css'].map((path) => served.origin + path);
    // A picture that the page has made itself, to turn it into a PNG.
    if (!own.includes(url) && !url.startsWith('blob:')) faults.push(`request: ${url.slice(0, 200)}`);
  });

  const { panel, hear } = fakeWebview(async (message) => {
    if (page.isClosed()) return false;
    await page.evaluate((sent) => window.postMessage(sent), message as unknown);
    if (message.kind === 'answer' || message.kind === 'failed') open.delete(message.id);
    return true;
  });
  const host = new PreviewPanel(
    panel as unknown as WebviewPanel,
    stored === undefined ? { ...FRESH, ...state } : stateOf(stored),
    {
      session: {
        request: (method, params) => answering.request(method, params),
        notify: (method, params) => answering.notify(method, params as object),
      },
      before: async ({ before }) => (before.kind === 'source' ? before : { problem: 'Only the source is there.' }),
      act: async (_, action) => options.act?.(action),
      changed: () => undefined,
      failed: ({ kind }) => void faults.push(`host: ${kind} came to nothing`),
      log: (line) => faults.push(`host: ${line}`),
    },
  );
  await page.exposeBinding('fromPage', (_source, message: PanelMessage) => {
    if (message.kind === 'ask') {
      open.add(message.id);
      asked.push(message.method);
    } else if (message.kind === 'cancel') open.delete(message.id);
    else said.push(message);
    hear(message);
  });
  await page.exposeBinding('keptByPage', (_source, value: unknown) => {
    kept = value;
  });
  await page.exposeBinding('faultOfPage', (_source, fault: string) => faults.push(fault));
  await page.addInitScript(asWebview, { theme: THEMES[theme], stored: stored ?? null });
  await page.goto(served.origin);

  const settled = async (): Promise<void> => {
    for (;;) {
      const [before, isIdle] = [asked.length, open.size === 0];
      await page.evaluate(twoFrames);
      if (isIdle && open.size === 0 && asked.length === before) return;
    }
  };
  return {
    page,
    host,
    said,
    asked,
    kept: () => kept,
    settled,
    close: async () => {
      host.dispose();
      await page.close();
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
}

/** Runs in the page, before anything of it: what VS Code gives a webview. */
function asWebview({
  theme,
  stored,
}: {
  readonly theme: { readonly kind: string; readonly variables: Readonly<Record<string, string>> };
  readonly stored: unknown;
}): void {
  const page = window as unknown as {
    fromPage(message: unknown): void;
    keptByPage(state: unknown): void;
    faultOfPage(fault: string): void;
    acquireVsCodeApi: unknown;
  };
  let state: unknown = stored ?? undefined;
  let isTaken = false;
  page.acquireVsCodeApi = () => {
    if (isTaken) throw new Error('An instance of the VS Code API has already been acquired');
    isTaken = true;
    return {
      // What cannot be cloned cannot be sent.
      postMessage: (message: unknown) => page.fromPage(structuredClone(message)),
      getState: () => state,
      setState: (value: unknown) => {
        state = JSON.parse(JSON.stringify(value));
        page.keptByPage(state);
      },
    };
  };
  document.addEventListener(
    'securitypolicyviolation',
    ({ violatedDirective, blockedURI, sample, sourceFile, lineNumber }) =>
      page.faultOfPage(`policy: ${violatedDirective} ${blockedURI} ${sample} ${sourceFile}:${lineNumber}`),
  );
  const dress = (): void => {
    const { style } = document.documentElement;
    for (const [name, value] of Object.entries(theme.variables)) style.setProperty(`--vscode-${name}`, value);
    document.body.className = theme.kind;
    document.body.dataset['vscodeThemeKind'] = theme.kind;
  };
  if (document.body === null) document.addEventListener('DOMContentLoaded', dress);
  else dress();
}

/** Runs in the page: what was asked to be drawn is drawn in the first frame, and what followed from it in the second. */
function twoFrames(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
  });
}
