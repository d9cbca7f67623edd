import { commands, l10n, Uri, window, workspace, type UriHandler } from 'vscode';
import { checkCodeOf, isCheckCode } from './checkCode.ts';

/** Opens the page of a check in VS Code's Markdown preview; the pages ship with the extension. */
export interface CheckPages extends UriHandler {
  open(code: unknown): Promise<void>;
}

export function checkPages(extensionUri: Uri): CheckPages {
  const open = async (code: unknown): Promise<void> => {
    const page = isCheckCode(code) ? await find(extensionUri, code) : undefined;
    if (page === undefined) await window.showWarningMessage(l10n.t('There is no such check.'));
    else await showPage(page);
  };
  return { open, handleUri: (uri) => open(checkCodeOf(uri)) };
}

async function find(extensionUri: Uri, code: string): Promise<Uri | undefined> {
  const page = Uri.joinPath(extensionUri, 'server', 'docs', `${code}.md`);
  try {
    await workspace.fs.stat(page);
    return page;
  } catch {
    return undefined;
  }
}

/** Opens a Markdown file of the extension as a page. */
export async function showPage(page: Uri): Promise<void> {
  try {
    await commands.executeCommand('markdown.showPreview', page);
  } catch {
    // VS Code's own Markdown extension is switched off.
    await window.showTextDocument(page, { preview: true });
  }
}
