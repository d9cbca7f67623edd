import { decodeBulkheadYaml } from '../syntax/bulkheadYaml.ts';
import { decodeKustomization, patchFiles } from '../syntax/objects/kustomization.ts';
import type { PlacedConfiguration } from './configuration.ts';
import type { PlacedKustomization } from './kustomize/overlayPlan.ts';
import { scopesOf, type Scope } from './scopes.ts';
import { baseName, folderOf, isRenderedPath } from './fileUri.ts';
import type { FolderFile } from './folderFile.ts';
import { fragmentPaths } from './fragments.ts';

/** What a folder's own files say of the others. */
export interface FolderConfiguration {
  readonly placed: readonly PlacedConfiguration[];
  /** Paths of files that kustomizations name as patches. */
  readonly fragments: ReadonlySet<string>;
  /** By folder. */
  readonly kustomizations: ReadonlyMap<string, PlacedKustomization>;
  /** By folder. */
  readonly scopes: ReadonlyMap<string, Scope>;
}

export function isBulkheadYaml(path: string): boolean {
  return /^bulkhead\.ya?ml$/.test(baseName(path));
}

/** Files that change what other files mean. */
export function isConfigurationFile(path: string): boolean {
  return isBulkheadYaml(path) || isKustomization(path) || isChart(path);
}

export function readConfigurationFiles(
  files: Iterable<Pick<FolderFile, 'path' | 'text' | 'parsed'>>,
): FolderConfiguration {
  const placed: PlacedConfiguration[] = [];
  const kustomizations = new Map<string, PlacedKustomization>();
  const scopes: Scope[] = [];
  for (const { path, text, parsed } of files) {
    const folder = folderOf(path);
    if (isRenderedPath(path)) {
      scopes.push({ folder, kind: 'rendered' });
    } else if (isBulkheadYaml(path)) {
      placed.push({ file: path, folder, configuration: decodeBulkheadYaml(text).configuration });
      scopes.push({ folder, kind: 'bulkhead' });
    } else if (isChart(path)) {
      scopes.push({ folder, kind: 'chart' });
    } else if (isKustomization(path)) {
      for (const { document } of parsed.documents) {
        const kustomization = document.value === undefined ? undefined : decodeKustomization(document.value, true);
        if (kustomization === undefined) continue;
        kustomizations.set(folder, { file: path, kustomization });
        scopes.push({ folder, kind: 'kustomization' });
      }
    }
  }
  const named = [...kustomizations.values()].map(({ file, kustomization }) => ({
    file,
    patches: patchFiles(kustomization),
  }));
  return { placed, fragments: fragmentPaths(named), kustomizations, scopes: scopesOf(scopes) };
}

export function isKustomization(path: string): boolean {
  return /^(?:kustomization\.ya?ml|Kustomization)$/i.test(baseName(path));
}

function isChart(path: string): boolean {
  return baseName(path) === 'Chart.yaml';
}
