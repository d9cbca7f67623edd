import type { HostMessage, PanelMessage } from '../../server/src/protocol/panel.ts';

/** What the host uses of VS Code's panel. */
export interface FakeWebviewPanel {
  title: string;
  readonly webview: {
    onDidReceiveMessage(listener: (message: PanelMessage) => void): { dispose(): void };
    postMessage(message: HostMessage): Promise<boolean>;
  };
  reveal(): void;
}

/** @param post what the host says goes there */
export function fakeWebview(post: (message: HostMessage) => Promise<boolean>): {
  readonly panel: FakeWebviewPanel;
  /** What the page says. */
  readonly hear: (message: PanelMessage) => void;
} {
  const listeners = new Set<(message: PanelMessage) => void>();
  return {
    panel: {
      title: '',
      webview: {
        onDidReceiveMessage: (listener) => {
          listeners.add(listener);
          return { dispose: () => void listeners.delete(listener) };
        },
        postMessage: post,
      },
      reveal: () => undefined,
    },
    hear: (message) => {
      for (const listener of listeners) listener(message);
    },
  };
}
