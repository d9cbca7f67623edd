import { configuredContext, type PlacedConfiguration } from './configuration.ts';
import { pathOfUri, sourcePath } from './fileUri.ts';
import type { FolderSource } from './folderSource.ts';

/** The cluster that a file is meant for. */
export interface BoundContext {
  /** The context's name in a kubeconfig. */
  readonly context: string;
  /** The path of the `bulkhead.yaml` that says so. */
  readonly by: string;
}

/** What is asked of a folder. */
interface Folder {
  readonly configurationOf: (uri: string) => PlacedConfiguration | undefined;
  readonly sourceOf: (uri: string) => FolderSource;
}

/**
 * The context that the nearest `bulkhead.yaml` binds a file to (cli-contract, `contexts`): its first entry whose globs
 * match. Undefined where none does: then any context will do that a person has chosen.
 */
export function boundContext(folder: Pick<Folder, 'configurationOf'>, uri: string): BoundContext | undefined {
  const placed = folder.configurationOf(uri);
  const context = configuredContext(placed, sourcePath(pathOfUri(uri)));
  return placed === undefined || context === undefined ? undefined : { context, by: placed.file };
}

/**
 * One sentence where a file is bound to a context that is not connected while another one is: its answers are those of another
 * cluster, and nothing of it may be applied there. Undefined where the two agree or no cluster is connected.
 */
export function bindingProblem(folder: Folder, uri: string): string | undefined {
  const source = folder.sourceOf(uri);
  const bound = boundContext(folder, uri);
  if (bound === undefined || source.kind !== 'live' || source.label === bound.context) return undefined;
  return `This file is meant for the context ${bound.context} (bulkhead.yaml), and the pods are those of ${source.label}.`;
}

/** Every context that files of a folder are bound to, in the order of their configurations. */
export function boundContexts(
  configurations: readonly PlacedConfiguration[],
): readonly { readonly context: string; readonly files: readonly string[] }[] {
  const bound = new Map<string, string[]>();
  for (const { configuration } of configurations) {
    for (const { context, files } of configuration.contexts) {
      if (context !== '') bound.set(context, [...(bound.get(context) ?? []), ...files]);
    }
  }
  return [...bound].map(([context, files]) => ({ context, files }));
}
