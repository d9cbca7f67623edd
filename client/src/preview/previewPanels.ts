import { randomBytes } from 'node:crypto';
import {
  commands,
  env,
  l10n,
  Selection,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type LogOutputChannel,
  type TextDocument,
  type TextEditor,
  type WebviewPanel,
} from 'vscode';
import {
  FRESH_PANEL,
  PANEL_TABS,
  PANEL_VERSION,
  type PanelAction,
  type PanelBefore,
  type PanelState,
} from '../../../server/src/protocol/panel.ts';
import { PREVIEW_CHANGED } from '../../../server/src/protocol/preview.ts';
import { DISCONNECT } from '../../../server/src/protocol/methods.ts';
import { COMMANDS } from '../commandIds.ts';
import { isServedText } from '../activationProbe.ts';
import { isServedDocument } from '../servedDocuments.ts';
import type { ServerSession } from '../serverSession.ts';
import { beforeTexts, chooseBefore } from './beforeTexts.ts';
import { keepAsTest } from './keepAsTest.ts';
import { folderOf } from './panelPlace.ts';
import { PreviewPanel } from './previewPanel.ts';
import { previewHtml } from './previewHtml.ts';
import { showDocument } from './showDocument.ts';
import { saveFile, takeEdits } from './takeEdits.ts';

const VIEW = 'bulkhead.preview';

export interface PreviewPanels extends Disposable {
  /** Opens a panel beside the editor, or brings the one forward that follows the active document. */
  open(wanted: Partial<Pick<PanelState, 'uri' | 'tab' | 'before' | 'after' | 'view'>>): Promise<void>;
}

export interface PreviewPanelsParts {
  readonly session: Pick<ServerSession, 'request' | 'notify' | 'onNotification' | 'onDidChangeState' | 'start'>;
  readonly extension: Uri;
  readonly log: LogOutputChannel;
}

/** Every preview panel of the window. */
export function previewPanels({ session, extension, log }: PreviewPanelsParts): PreviewPanels {
  const panels = new Set<PreviewPanel>();
  let asking: PreviewPanel | undefined;

  /** Contexts that were connected for panels alone, with the folder of each. */
  const compared = new Map<string, string>();
  const disconnect = (): void => {
    const used = [...panels].flatMap(({ state: { before } }) => (before.kind === 'context' ? [before.context] : []));
    for (const [context, folder] of compared) {
      if (used.includes(context)) continue;
      compared.delete(context);
      void session.request(DISCONNECT, { folder, context }).catch(() => undefined);
    }
  };

  const begin = (panel: WebviewPanel, state: PanelState): PreviewPanel => {
    let following = state.follows;
    const made = new PreviewPanel(panel, state, {
      session,
      before: beforeTexts,
      act: async (acted, action) => {
        // A command that opens a panel with what was chosen means the one in which it was chosen.
        if (action.kind === 'choose') asking = acted;
        try {
          await act(session, acted, action);
        } finally {
          if (asking === acted) asking = undefined;
        }
      },
      changed: (changed) => {
        const { before, follows } = changed.state;
        if (before.kind === 'context') compared.set(before.context, folderOf(changed.state.uri));
        disconnect();
        // Whoever has just said so; a panel that was opened for something else looks at that until another editor is.
        const began = follows && !following;
        following = follows;
        if (began) void follow(window.activeTextEditor);
      },
      failed: ({ kind }, problem) => {
        log.warn(`${kind}: ${problem}`);
        void window.showErrorMessage(
          kind === 'reveal'
            ? l10n.t('This document cannot be opened any more. The log says more.')
            : l10n.t('That failed. The log says more.'),
        );
      },
      log: (line) => log.warn(line),
    });
    panels.add(made);
    panel.onDidDispose(() => {
      panels.delete(made);
      made.dispose();
      disconnect();
    });
    const { webview } = panel;
    const out = Uri.joinPath(extension, 'out');
    webview.options = { enableScripts: true, localResourceRoots: [out] };
    webview.html = previewHtml({
      source: webview.cspSource,
      script: webview.asWebviewUri(Uri.joinPath(out, 'preview.js')).toString(),
      style: webview.asWebviewUri(Uri.joinPath(out, 'preview-style.css')).toString(),
      nonce: randomBytes(24).toString('base64url'),
      language: env.language,
    });
    return made;
  };

  const follow = async (editor: TextEditor | undefined): Promise<void> => {
    if (editor === undefined || !hasManifests(editor.document)) return;
    const uri = writtenIn(editor.document.uri);
    for (const panel of panels) if (panel.state.follows && panel.state.uri !== uri) await panel.show({ uri });
  };

  session.onNotification(PREVIEW_CHANGED, ({ id }) => {
    for (const panel of panels) if (panel.id === id) panel.stale();
  });
  const listening = [
    window.onDidChangeActiveTextEditor((editor) => void follow(editor)),
    session.onDidChangeState((state) => {
      if (state === 'running') for (const panel of panels) void panel.reopen();
    }),
    window.registerWebviewPanelSerializer(VIEW, {
      deserializeWebviewPanel: async (panel, stored: unknown) => {
        begin(panel, stateOf(stored));
      },
    }),
  ];

  return {
    async open(wanted) {
      const uri =
        wanted.uri === undefined || wanted.uri === ''
          ? (asking?.state.uri ?? activeUri())
          : writtenIn(Uri.parse(wanted.uri));
      const following = asking ?? [...panels].find(({ state }) => state.follows || state.uri === uri);
      if (following !== undefined) {
        following.reveal();
        await following.show({ ...wanted, uri });
        return;
      }
      await session.start();
      const column = { viewColumn: ViewColumn.Beside, preserveFocus: wanted.tab !== 'path' };
      const panel = window.createWebviewPanel(VIEW, l10n.t('Reachability'), column, { enableScripts: true });
      panel.iconPath = Uri.joinPath(extension, 'client', 'media', 'icon.png');
      begin(panel, { ...FRESH_PANEL, ...wanted, uri });
    },
    dispose() {
      for (const disposable of listening) disposable.dispose();
      for (const panel of panels) panel.dispose();
    },
  };
}

/** What a page kept, as far as it has the shape that this version knows. */
export function stateOf(stored: unknown): PanelState {
  if (typeof stored !== 'object' || stored === null) return FRESH_PANEL;
  const { version, uri, follows, tab, before, after, view } = stored as Partial<PanelState>;
  if (version !== PANEL_VERSION || typeof uri !== 'string') return FRESH_PANEL;
  return {
    version,
    uri,
    follows: follows !== false,
    tab: PANEL_TABS.find((each) => each === tab) ?? 'changes',
    before: beforeOf(before),
    after: AFTERS.find((each) => each === after?.kind) === undefined ? FRESH_PANEL.after : (after ?? FRESH_PANEL.after),
    view,
  };
}

const AFTERS: readonly PanelState['after']['kind'][] = ['document', 'unsaved', 'folder'];

/** Only what a person can have chosen: what a page kept is read again without asking them. */
function beforeOf(stored: unknown): PanelBefore {
  if (typeof stored !== 'object' || stored === null) return FRESH_PANEL.before;
  const { kind, context, path, revision } = stored as Record<string, unknown>;
  if (kind === 'context' && typeof context === 'string') return { kind, context };
  if (kind === 'snapshot' && typeof path === 'string') return { kind, path };
  if (kind === 'revision' && typeof revision === 'string') return { kind, revision };
  return FRESH_PANEL.before;
}

/** A document of another kind, such as an intent test, is looked at beside the policy that it is about. */
function hasManifests(document: TextDocument): boolean {
  return isServedDocument(document) && isServedText(document.getText());
}

/** A revision that is looked at in a diff editor is compared as the file that it is one of. */
function writtenIn(uri: Uri): string {
  return (uri.scheme === 'git' ? uri.with({ scheme: 'file', query: '' }) : uri).toString();
}

function activeUri(): string {
  const document = window.activeTextEditor?.document;
  if (document !== undefined && hasManifests(document)) return writtenIn(document.uri);
  return workspace.workspaceFolders?.[0]?.uri.toString() ?? '';
}

/** What a person does in a panel; a page says it, so that nothing of it is believed beyond its form. */
async function act(session: Pick<ServerSession, 'request'>, panel: PreviewPanel, action: PanelAction): Promise<void> {
  switch (action.kind) {
    case 'reveal':
      return reveal(action.uri, action.line);
    case 'choose': {
      const before = await chooseBefore(panel.state);
      return before === undefined ? undefined : panel.show({ before });
    }
    case 'edit':
      return takeEdits(action.edits);
    case 'keep':
      return keepAsTest(session, panel.state.uri, action.params);
    case 'copy':
      return void env.clipboard.writeText(action.text);
    case 'open': {
      const { language, text } = action;
      const document = await workspace.openTextDocument({
        language: LANGUAGES.get(language) ?? 'plaintext',
        content: text,
      });
      return void (await window.showTextDocument(document, ViewColumn.Active));
    }
    case 'save':
      return saveFile(action.name, action.base64);
    case 'apply':
      // What would be sent is shown beside the panel, not in front of it; and all of the document is meant.
      await commands.executeCommand('workbench.action.focusFirstEditorGroup');
      return void (await commands.executeCommand(COMMANDS.apply, { uri: panel.state.uri }));
    case 'command': {
      const command = RUN.find((each) => each === action.command);
      return command === undefined ? undefined : void (await commands.executeCommand(COMMANDS[command]));
    }
  }
}

/** What a page may run, whatever it says. */
const RUN: readonly Extract<PanelAction, { readonly kind: 'command' }>['command'][] = [
  'chooseContext',
  'useSnapshot',
  'copyReadRole',
];

/** Languages of exported texts, where the editor may not have them. */
const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['markdown', 'markdown'],
  ['json', 'json'],
  ['yaml', 'yaml'],
]);

async function reveal(address: string, line: number): Promise<void> {
  const editor = await showDocument(address);
  const { document } = editor;
  const { range } = document.lineAt(Math.max(0, Math.min(line, document.lineCount - 1)));
  editor.selection = new Selection(range.start, range.end);
  editor.revealRange(range);
}
