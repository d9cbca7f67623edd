/** Whether a folder of the window is a copy of the demo. Both are URIs as VS Code writes them. */
export function isDemoFolder(folder: string, storage: string): boolean {
  return folder.startsWith(`${storage}/`) && /^[^/]+\/shop\/?$/.test(folder.slice(storage.length + 1));
}
