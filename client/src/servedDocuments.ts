import { workspace, type Disposable, type TextDocument, type TextDocumentChangeEvent } from 'vscode';
import { isEmptyText, isServedPath, isServedText } from './activationProbe.ts';

/**
 * What VS Code and other extensions call such files: `helm` and `helm-template` are charts' templates. Most of `jsonc`
 * are settings of programs, VS Code's own among them: they start nothing, because none mentions a kind that we serve.
 */
const LANGUAGES = ['yaml', 'json', 'jsonc', 'helm', 'helm-template'];

/**
 * `git`: a revision in a diff view, which the server answers from its own text in place of its file; what a chart or an
 * overlay was rendered to.
 */
const SCHEMES = ['file', 'untitled', 'vscode-vfs', 'git', 'bulkhead-rendered'];

export const SERVED_DOCUMENTS: { readonly scheme: string; readonly language: string }[] = SCHEMES.flatMap((scheme) =>
  LANGUAGES.map((language) => ({ scheme, language })),
);

export function isServedDocument(document: TextDocument): boolean {
  return SCHEMES.includes(document.uri.scheme) && LANGUAGES.includes(document.languageId);
}

/** Calls `onFirst` once: as soon as an open document mentions a kind that we serve, or is YAML and empty. */
export function watchForServedKind(onFirst: () => void): Disposable {
  const watching: Disposable[] = [];
  const stop = (): void => {
    for (const disposable of watching.splice(0)) disposable.dispose();
  };
  const found = (): void => {
    stop();
    onFirst();
  };
  const opened = (document: TextDocument): void => {
    if (mentionsServedKind(document)) found();
  };
  watching.push(
    workspace.onDidOpenTextDocument(opened),
    workspace.onDidChangeTextDocument((event) => {
      if (changeMentionsServedKind(event)) found();
    }),
  );
  const already = workspace.textDocuments.find(mentionsServedKind);
  if (already !== undefined) found();
  return { dispose: stop };
}

function mentionsServedKind(document: TextDocument): boolean {
  if (!isServedDocument(document)) return false;
  const text = document.getText();
  return isServedPath(document.uri.path) || isServedText(text) || (document.languageId === 'yaml' && isEmptyText(text));
}

/** Looks at the changed lines alone, so that a keystroke in a large file costs a keystroke. */
function changeMentionsServedKind({ document, contentChanges }: TextDocumentChangeEvent): boolean {
  if (!isServedDocument(document)) return false;
  return contentChanges.some(({ range, text }) => {
    const first = Math.min(range.start.line, document.lineCount - 1);
    const last = Math.min(first + text.split('\n').length - 1, document.lineCount - 1);
    const { start } = document.lineAt(first).range;
    return isServedText(document.getText(document.lineAt(last).range.with(start)));
  });
}
