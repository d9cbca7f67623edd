import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LspHarness, uriOfPath, type HarnessOptions } from './lspHarness.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A folder on disk that an editor has open, with the server that answers for it. */
export interface OpenFolder {
  readonly lsp: LspHarness;
  readonly path: (name: string) => string;
  readonly uri: (name: string) => string;
  readonly write: (name: string, text: string) => void;
  readonly remove: (name: string) => void;
  /** Ends the server. Rejects where it has logged an error: no test provokes one. */
  readonly close: () => Promise<void>;
}

/** @param folders names of sub-folders that are the window's folders; absent: the folder itself */
export async function openFolder(
  files: Readonly<Record<string, string>>,
  options: HarnessOptions = {},
  folders: readonly string[] = ['.'],
): Promise<OpenFolder> {
  const folder = temporaryFolder('protocol');
  const path = (name: string): string => join(folder.path, name);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const lsp = await LspHarness.start({ folders: folders.map(path), ...options });
  // Only our own client is told how far the reading is.
  const isOwn = options.initializationOptions === undefined || !('clientKind' in options.initializationOptions);
  if (isOwn) await lsp.read();
  return {
    lsp,
    path,
    uri: (name) => uriOfPath(path(name)),
    write,
    remove: (name) => rmSync(path(name), { recursive: true }),
    close: async () => {
      await lsp.stop();
      folder.remove();
      if (lsp.errors.length > 0) throw new Error(lsp.errors.join('\n'));
    },
  };
}
