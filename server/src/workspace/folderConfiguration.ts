import { decodeBulkheadYaml } from '../syntax/bulkheadYaml.ts';
import { decodeKustomization } from '../syntax/objects/kustomization.ts';
import type { PlacedConfiguration } from './configuration.ts';
import { baseName, folderOf } from './fileUri.ts';
import type { FolderFile } from './folderFile.ts';
import { fragmentPaths } from './fragments.ts';

/** What a folder's own files say of the others. */
export interface FolderConfiguration {
  readonly placed: readonly PlacedConfiguration[];
  /** Paths of files that kustomizations name as patches. */
  readonly fragments: ReadonlySet<string>;
}

export function isBulkheadYaml(path: string): boolean {
  return /^bulkhead\.ya?ml$/.test(baseName(path));
}

/** Files that change what other files mean. */
export function isConfigurationFile(path: string): boolean {
  return isBulkheadYaml(path) || isKustomization(path);
}

export function readConfigurationFiles(files: Iterable<FolderFile>): FolderConfiguration {
  const placed: PlacedConfiguration[] = [];
  const kustomizations: { readonly file: string; readonly patches: readonly string[] }[] = [];
  for (const { path, text, parsed } of files) {
    if (isBulkheadYaml(path)) {
      placed.push({ file: path, folder: folderOf(path), configuration: decodeBulkheadYaml(text).configuration });
    } else if (isKustomization(path)) {
      for (const { document } of parsed.documents) {
        const decoded = document.value === undefined ? undefined : decodeKustomization(document.value, true);
        if (decoded !== undefined) kustomizations.push({ file: path, patches: decoded.patches });
      }
    }
  }
  return { placed, fragments: fragmentPaths(kustomizations) };
}

export function isKustomization(path: string): boolean {
  return /^(?:kustomization\.ya?ml|Kustomization)$/i.test(baseName(path));
}
