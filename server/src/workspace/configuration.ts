import picomatch from 'picomatch/posix.js';
import type { BulkheadConfiguration, CheckSetting } from '../syntax/bulkheadYaml.ts';

/** A configuration with the place of its file; `folder` ends without a slash, `''` for a relative root. */
export interface PlacedConfiguration {
  readonly file: string;
  readonly folder: string;
  readonly configuration: BulkheadConfiguration;
}

/** The configuration in the nearest ancestor of a file. Paths use forward slashes, whatever the platform. */
export function nearestConfiguration(
  file: string,
  configurations: readonly PlacedConfiguration[],
): PlacedConfiguration | undefined {
  let nearest: PlacedConfiguration | undefined;
  for (const candidate of configurations) {
    if (!isInside(file, candidate.folder)) continue;
    if (nearest === undefined || candidate.folder.length > nearest.folder.length) nearest = candidate;
  }
  return nearest;
}

/** The check's setting for a file: the last matching override, else `checks`; undefined leaves the default. */
export function checkSetting(
  placed: PlacedConfiguration | undefined,
  file: string,
  code: string,
): CheckSetting | undefined {
  if (placed === undefined) return undefined;
  const { checks, overrides } = placed.configuration;
  let setting = ownSetting(checks, code);
  for (const override of overrides) {
    const overridden = ownSetting(override.checks, code);
    if (overridden !== undefined && matches(override.files, relativeTo(file, placed.folder))) setting = overridden;
  }
  return setting;
}

/** The namespace that a configuration gives to documents without one; a context's entry beats the general one. */
export function configuredNamespace(placed: PlacedConfiguration | undefined, file: string): string | undefined {
  if (placed === undefined) return undefined;
  const relative = relativeTo(file, placed.folder);
  const bound = placed.configuration.contexts.find(
    ({ files, namespace }) => namespace !== undefined && matches(files, relative),
  );
  return bound?.namespace ?? placed.configuration.namespace;
}

/** The context that a configuration binds a file to: its first entry whose globs match. */
export function configuredContext(placed: PlacedConfiguration | undefined, file: string): string | undefined {
  if (placed === undefined) return undefined;
  const relative = relativeTo(file, placed.folder);
  return placed.configuration.contexts.find(({ files, context }) => context !== '' && matches(files, relative))
    ?.context;
}

export function isExcluded(placed: PlacedConfiguration | undefined, file: string): boolean {
  return placed !== undefined && matches(placed.configuration.exclude, relativeTo(file, placed.folder));
}

/** True where any glob matches; a folder's own path matches `folder/**` too, so that a walk need not enter it. */
export function matches(globs: readonly string[], relative: string): boolean {
  return globs.some((glob) => matcher(glob)(relative));
}

const matchers = new Map<string, (text: string) => boolean>();

function matcher(glob: string): (text: string) => boolean {
  let compiled = matchers.get(glob);
  if (compiled === undefined) {
    compiled = picomatch(glob, { dot: true });
    matchers.set(glob, compiled);
  }
  return compiled;
}

function relativeTo(file: string, folder: string): string {
  return folder === '' ? file : file.slice(folder.length + 1);
}

function isInside(file: string, folder: string): boolean {
  return folder === '' || file.startsWith(`${folder}/`);
}

/** What a record says of a code; records come from people, who may name a code `constructor`. */
export function ownSetting<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
