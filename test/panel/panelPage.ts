/**
 * The panel's built page in a Chromium, as a webview shows it, with somebody to talk to: what VS Code does for a page,
 * and no more. Its policy is real; a breach of it, an error, a dialog and a request are faults.
 */
import type { BrowserContext, Page } from 'playwright-core';
import type { HostMessage, PanelMessage } from '../../server/src/protocol/panel.ts';
import type { ServedPage } from './servePage.ts';
import { THEMES, type ThemeName } from './themes.ts';

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly reducedMotion?: 'reduce' | 'no-preference';
  /** As `setState` left it. */
  readonly stored?: unknown;
  /** What the page says. */
  readonly hear: (message: PanelMessage) => void;
}

export interface PanelPage {
  readonly page: Page;
  readonly faults: string[];
  /** Everything that the page has said that is no question, in order. */
  readonly said: PanelMessage[];
  /** Methods that the page has asked, in order. */
  readonly asked: string[];
  /** What the page kept last. */
  readonly kept: () => unknown;
  /** Says something to the page. */
  readonly post: (message: HostMessage) => Promise<boolean>;
  /** Shows the page. */
  readonly load: () => Promise<void>;
  /** Until every question is answered and what came of it is drawn. */
  readonly settled: () => Promise<void>;
}

export async function panelPage(served: ServedPage, context: BrowserContext, options: PageOptions): Promise<PanelPage> {
  const { stored, theme = 'dark', viewport = { width: 1100, height: 800 }, hear } = options;
  const page = await context.newPage();
  const faults: string[] = [];
  const said: PanelMessage[] = [];
  const asked: string[] = [];
  const open = new Set<number>();
  let kept: unknown = stored;
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
  return {
    page,
    faults,
    said,
    asked,
    kept: () => kept,
    post: async (message) => {
      if (page.isClosed()) return false;
      try {
        await page.evaluate((sent) => window.postMessage(sent), message as unknown);
      } catch (error) {
        // What is said to a page that goes meanwhile is not heard, as of a webview.
        if (page.isClosed()) return false;
        throw error;
      }
      if (message.kind === 'answer' || message.kind === 'failed') open.delete(message.id);
      return true;
    },
    load: async () => void (await page.goto(served.origin)),
    settled: async () => {
      for (;;) {
        const [before, isIdle] = [asked.length, open.size === 0];
        await page.evaluate(twoFrames);
        if (isIdle && open.size === 0 && asked.length === before) return;
      }
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
