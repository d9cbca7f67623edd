import { commands, Uri } from 'vscode';
import { showPage } from './checkPages.ts';

/** The walkthrough's identifier in package.json. */
const WALKTHROUGH = 'start';

/**
 * The manual with its table of checks, each of which leads to a page, in VS Code's own Markdown preview. Not the README:
 * VS Code takes one that lies beside a package.json for somebody's work on an extension, and finds fault with it.
 */
export async function openDocumentation(extensionUri: Uri): Promise<void> {
  await showPage(Uri.joinPath(extensionUri, 'client', 'manual.md'));
}

export async function openWalkthrough(extensionId: string): Promise<void> {
  await commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#${WALKTHROUGH}`, false);
}
