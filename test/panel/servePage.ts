/** The panel's page as a webview shows it: our own HTML with its policy, and the two bundles, from a loopback server. */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { previewHtml } from '../../client/src/preview/previewHtml.ts';
import { ROOT } from '../scripts/manifest.ts';

export interface ServedPage {
  readonly origin: string;
  /** What was asked for, in order: nothing but the page and its two files ever is. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

export async function servePage(): Promise<ServedPage> {
  const requests: string[] = [];
  let origin = '';
  let pages = 0;
  const send = (response: ServerResponse, type: string, body: string | Buffer): void => {
    response.writeHead(200, { 'content-type': `${TYPES[type] ?? ''}; charset=utf-8`, 'cache-control': 'no-store' });
    response.end(body);
  };
  const server = createServer(({ url = '' }, response) => {
    requests.push(url);
    if (url === '/') {
      pages += 1;
      const html = previewHtml({
        source: origin,
        script: `${origin}/preview.js`,
        style: `${origin}/preview-style.css`,
        nonce: `nonce${pages}`,
        language: 'en',
      });
      // VS Code puts its own styles in front of the page's policy, which forbids those of anybody else.
      send(response, 'html', html.replace('<head>', `<head><style>${WEBVIEW_STYLE}</style>`));
    } else if (url === '/preview.js' || url === '/preview-style.css') {
      send(response, url.slice(url.lastIndexOf('.') + 1), readFileSync(join(ROOT, 'out', url.slice(1))));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Of VS Code's style for webviews what touches a page without images and code. */
const WEBVIEW_STYLE = `@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  body {
    overscroll-behavior-x: none;
    background-color: transparent;
    color: var(--vscode-editor-foreground);
    font-family: var(--vscode-font-family);
    font-weight: var(--vscode-font-weight);
    font-size: var(--vscode-font-size);
    margin: 0;
    padding: 0 20px;
  }
  a { color: var(--vscode-textLink-foreground); }
  a:focus, input:focus, select:focus, textarea:focus {
    outline: 1px solid -webkit-focus-ring-color;
    outline-offset: -1px;
  }
}`;
