import path from 'node:path';
import { listSome, printable } from '../../analysis/wording.ts';
import { decodeKustomization } from '../../syntax/objects/kustomization.ts';
import { applyDocuments, type ApplySelection } from '../../workspace/apply/applyDocuments.ts';
import { isKustomization } from '../../workspace/folderConfiguration.ts';
import type { UniverseParts } from '../../workspace/universe.ts';
import { combinedParts } from '../../workspace/universe.ts';
import { EMPTY_TABLE } from '../../workspace/objectTable.ts';
import { readConfigurations, type Configurations } from '../configurations.ts';
import { inputsOf, type Inputs } from '../inputs.ts';
import { readManifests, type ManifestText } from '../manifestFiles.ts';
import type { InputOptions } from '../options.ts';
import type { ReadSource } from '../source.ts';
import { UsageError } from '../usageError.ts';

/** The texts of an apply, before anything is contacted. */
export interface AppliedTexts {
  readonly texts: readonly ManifestText[];
  readonly configurations: Configurations;
  /** The context that the configurations bind these files to, where they agree. */
  readonly bound: string | undefined;
}

/** @throws UsageError where a file cannot be read, or where files are meant for several clusters. */
export async function readAppliedTexts(paths: readonly string[]): Promise<AppliedTexts> {
  if (paths.length === 0) throw new UsageError('Name at least one file or folder to apply.');
  const configurations = await readConfigurations(paths);
  const texts = await readManifests(paths, configurations);
  const contexts = new Set(texts.flatMap(({ file }) => configurations.boundContext(file)?.context ?? []));
  if (contexts.size > 1) {
    throw new UsageError(
      `These files are meant for different contexts (${listSome([...contexts], 4)}): apply those of one at a time.`,
    );
  }
  return { texts, configurations, bound: [...contexts][0] };
}

/** One sentence where a file is meant for another cluster than the one that was chosen. */
export function bindingFault({ texts, configurations }: AppliedTexts, context: string): string | undefined {
  for (const { file } of texts) {
    const bound = configurations.boundContext(file);
    if (bound === undefined || bound.context === context) continue;
    return `${file} is meant for the context ${bound.context} (${bound.by}), not for ${context}.`;
  }
  return undefined;
}

export interface Applied {
  readonly inputs: Inputs;
  readonly selection: ApplySelection;
  /** The cluster as it is, without the manifests. */
  readonly live: UniverseParts;
}

/** What of the texts can be applied, and the cluster that it would change. */
export function selectApplied(
  { texts, configurations }: AppliedTexts,
  source: ReadSource,
  options: InputOptions,
): Applied {
  const inputs = inputsOf(texts, source, configurations, options);
  const selection = applyDocuments(inputs.files, { namespaceOf: ({ uri }) => inputs.namespaceOf(uri) });
  for (const { target, origin } of selection.overridden) {
    const name = target.namespace === '' ? target.name : `${target.namespace}/${target.name}`;
    console.error(
      `bulkhead: ${printable(`${target.kind} ${name} in ${origin.file.uri} does not count: a later one does`)}`,
    );
  }
  for (const { uri, parsed } of inputs.files) {
    const isOverlay = parsed.documents.some(
      ({ document: { value } }) =>
        value !== undefined && decodeKustomization(value, isKustomization(uri)) !== undefined,
    );
    if (!isOverlay) continue;
    const folder = path.posix.dirname(uri);
    console.error(
      `bulkhead: ${printable(uri)} is not applied, files go as they are written: kubectl kustomize ${printable(folder)} | bulkhead apply - applies what it renders to`,
    );
  }
  return { inputs, selection, live: combinedParts(source.state, source.unread, EMPTY_TABLE) };
}
