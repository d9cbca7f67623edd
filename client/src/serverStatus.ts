import {
  l10n,
  languages,
  LanguageStatusSeverity,
  MarkdownString,
  StatusBarAlignment,
  window,
  type Disposable,
  type LanguageStatusItem,
} from 'vscode';
import type { ServerStatus } from '../../server/src/protocol/status.ts';
import { COMMANDS, LINKED_COMMANDS } from './commandIds.ts';
import { isServedDocument, SERVED_DOCUMENTS } from './servedDocuments.ts';
import type { ServerSession } from './serverSession.ts';
import { statusView, type StatusView } from './statusView.ts';

const SEVERITIES: Readonly<Record<StatusView['severity'], LanguageStatusSeverity>> = {
  information: LanguageStatusSeverity.Information,
  warning: LanguageStatusSeverity.Warning,
  error: LanguageStatusSeverity.Error,
};

export interface StatusItems extends Disposable {
  show(status: ServerStatus): void;
  /** What the client itself has to say of a folder, in place of what it said last. */
  say(folder: string, notice: string | undefined): void;
  /** A login program waits for a person, or none does any more. */
  asksToSignIn(asks: boolean): void;
}

/**
 * The language status item, and beside it a status bar item whose hover can hold the table that the first cannot.
 * Both are there only while the server has something to say of the active editor.
 */
export function createStatusItems(session: ServerSession): StatusItems {
  let status: ServerStatus | undefined;
  const notices = new Map<string, string>();
  let signIn = false;
  const item = window.createStatusBarItem('bulkhead.source', StatusBarAlignment.Right, 100);
  item.name = 'Bulkhead';
  item.command = COMMANDS.chooseContext;
  // Made with the first answer: before that it would stand empty beside every YAML file.
  let languageItem: LanguageStatusItem | undefined;

  const render = (): void => {
    const { activeTextEditor } = window;
    if (session.state === 'idle' || activeTextEditor === undefined || !isServedDocument(activeTextEditor.document)) {
      item.hide();
      return;
    }
    const view = statusView({
      session: session.state,
      trouble: session.trouble,
      status,
      notices: [...notices.values()],
      signIn,
    });
    const tooltip = new MarkdownString(view.tooltip, true);
    tooltip.isTrusted = { enabledCommands: [...LINKED_COMMANDS] };
    item.text = `${view.busy ? '$(loading~spin) ' : ''}${view.text}${view.mark}`;
    item.tooltip = tooltip;
    item.show();
    languageItem ??= createLanguageItem();
    languageItem.text = view.text;
    languageItem.detail = view.detail;
    languageItem.severity = SEVERITIES[view.severity];
    languageItem.busy = view.busy;
  };
  const listening = [
    window.onDidChangeActiveTextEditor(render),
    session.onDidChangeState((state) => {
      if (state === 'starting') status = undefined;
      render();
    }),
  ];
  return {
    show: (next) => {
      status = next;
      render();
    },
    say: (folder, notice) => {
      if (notice === undefined) notices.delete(folder);
      else notices.set(folder, notice);
      render();
    },
    asksToSignIn: (asks) => {
      signIn = asks;
      render();
    },
    dispose: () => {
      for (const disposable of [...listening, item, languageItem]) disposable?.dispose();
    },
  };
}

function createLanguageItem(): LanguageStatusItem {
  const item = languages.createLanguageStatusItem('bulkhead.status', SERVED_DOCUMENTS);
  item.name = 'Bulkhead';
  item.command = { command: COMMANDS.showLog, title: l10n.t('Show log') };
  return item;
}
