import { afterEach } from 'vitest';
import type { HarnessOptions } from './lspHarness.ts';
import { openFolder, type OpenFolder } from './openFolder.ts';
import { SHOP } from './shopManifests.ts';

/** Opens folders as `openFolder` does, and closes behind each test what it has opened. */
export function useFolders(): typeof openFolder {
  const opened: OpenFolder[] = [];
  afterEach(async () => {
    for (const folder of opened.splice(0)) await folder.close();
  });
  return async (files: Readonly<Record<string, string>>, options?: HarnessOptions, folders?: readonly string[]) => {
    const folder = await openFolder(files, options, folders);
    opened.push(folder);
    return folder;
  };
}

/** Opens the shop's files and more, and closes them behind each test. */
export function useShop(): (files?: Readonly<Record<string, string>>, options?: HarnessOptions) => Promise<OpenFolder> {
  const open = useFolders();
  return (files = {}, options) => open({ ...Object.fromEntries(SHOP), ...files }, options);
}
