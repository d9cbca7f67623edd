/** A window for one suite: opened before its tests, closed after them, pictured when one fails. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { ROOT } from '../scripts/manifest.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporaryFolder.ts';
import { openEditor, type Editor, type EditorOptions } from '../vscode/openEditor.ts';

export interface SuiteOptions extends Omit<EditorOptions, 'folder'> {
  /** A folder to copy into the workspace, relative to the repository or absolute. */
  readonly copyOf?: string;
  /** Files by path within the workspace. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface SuiteEditor extends Editor {
  /** The workspace folder, a copy that a test may change. */
  readonly folder: string;
  /** Pictures of the window in both themes: `out/screenshots/{light,dark}/NAME.png`. */
  readonly picture: (name: string) => Promise<void>;
}

/** To be called in a `describe`; the function that comes back gives the window to the tests. */
export function useEditor(options: SuiteOptions): () => SuiteEditor {
  let open: SuiteEditor | undefined;
  let workspace: TemporaryFolder | undefined;
  const current = (): SuiteEditor => {
    if (open === undefined) throw new Error('The window is open within tests only.');
    return open;
  };
  beforeAll(async () => {
    workspace = temporaryFolder('workspace');
    fill(workspace.path, options);
    const editor = await openEditor({
      extensionsDir: inject('extensionsDir'),
      server: inject('codeServer'),
      ...options,
      folder: workspace.path,
    });
    open = { ...editor, folder: workspace.path, picture: (name) => picture(editor, name) };
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || open === undefined) return;
    await open.screenshot(join(ROOT, 'out', 'ui-failures', `${task.name.replaceAll(/\W+/g, '-')}.png`));
    cpSync(open.logFile, join(ROOT, 'out', 'ui-failures', 'server.log'));
  });
  afterAll(async () => {
    await open?.close();
    workspace?.remove();
  });
  return current;
}

function fill(workspace: string, { copyOf, files = {} }: SuiteOptions): void {
  if (copyOf !== undefined) cpSync(join(copyOf.startsWith('/') ? '/' : ROOT, copyOf), workspace, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    const file = join(workspace, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

async function picture(editor: Editor, name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await editor.setTheme(theme);
    await editor.screenshot(join(ROOT, 'out', 'screenshots', theme, `${name}.png`));
  }
}
