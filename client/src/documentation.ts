import { commands, Uri, workspace } from 'vscode';
import { showPage } from './checkPages.ts';

/** The walkthrough's identifier in package.json. */
const WALKTHROUGH = 'start';

/** The README with its table of checks, each of which leads to a page, in VS Code's own Markdown preview. */
export async function openDocumentation(extensionUri: Uri): Promise<void> {
  await showPage(await readmeOf(extensionUri));
}

export async function openWalkthrough(extensionId: string): Promise<void> {
  await commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#${WALKTHROUGH}`, false);
}

/** Packaging writes the name in small letters, which is another file where letters' case counts. */
async function readmeOf(extensionUri: Uri): Promise<Uri> {
  const packaged = Uri.joinPath(extensionUri, 'readme.md');
  try {
    await workspace.fs.stat(packaged);
    return packaged;
  } catch {
    return Uri.joinPath(extensionUri, 'README.md');
  }
}
