import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CHECK_CODES } from '../analysis/registry.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import { decodeBulkheadYaml, type CheckSetting } from '../syntax/bulkheadYaml.ts';
import type { BoundContext } from '../workspace/boundContext.ts';
import {
  checkSetting,
  configuredContext,
  configuredNamespace,
  isExcluded,
  nearestConfiguration,
  type PlacedConfiguration,
} from '../workspace/configuration.ts';
import { readText } from './manifestFiles.ts';
import { UsageError } from './usageError.ts';

/** What the `bulkhead.yaml` files say of a file, named as the inputs name it. */
export interface Configurations {
  /** Reads the configuration of a folder below the inputs, before its files are looked at. */
  readonly enter: (folder: string) => Promise<void>;
  readonly isExcluded: (file: string) => boolean;
  readonly namespaceOf: (file: string) => string | undefined;
  /** The context that the file is meant for, and the `bulkhead.yaml` that says so. */
  readonly boundContext: (file: string) => BoundContext | undefined;
  readonly checkSetting: (file: string, code: string) => CheckSetting | undefined;
}

const NAMES = ['bulkhead.yaml', 'bulkhead.yml'];

/**
 * Reads the `bulkhead.yaml` of every ancestor of the inputs, up to the Git root or the file system's. Those below the
 * inputs are read as their folders are entered.
 *
 * @throws UsageError for a configuration with an unknown key or value: a typo there would turn checks on or off unseen.
 */
export async function readConfigurations(paths: readonly string[]): Promise<Configurations> {
  const placed = new Map<string, PlacedConfiguration>();
  const seen = new Set<string>();
  for (const given of paths) {
    for (let folder = await startFolder(given); !seen.has(folder); folder = path.dirname(folder)) {
      seen.add(folder);
      const found = await configurationIn(folder);
      if (found !== undefined) placed.set(folder, found);
      if (await exists(path.join(folder, '.git'))) break;
    }
  }
  const nearest = (file: string): PlacedConfiguration | undefined =>
    nearestConfiguration(absolute(file), [...placed.values()]);
  return {
    enter: async (given) => {
      const folder = path.resolve(given);
      if (seen.has(folder)) return;
      seen.add(folder);
      const found = await configurationIn(folder);
      if (found !== undefined) placed.set(folder, found);
    },
    isExcluded: (file) => isExcluded(nearest(file), absolute(file)),
    namespaceOf: (file) => configuredNamespace(nearest(file), absolute(file)),
    boundContext: (file) => {
      const placed = nearest(file);
      const context = configuredContext(placed, absolute(file));
      return placed === undefined || context === undefined ? undefined : { context, by: placed.file };
    },
    checkSetting: (file, code) => checkSetting(nearest(file), absolute(file), code),
  };
}

async function configurationIn(folder: string): Promise<PlacedConfiguration | undefined> {
  for (const name of NAMES) {
    const file = path.join(folder, name);
    if (!(await exists(file))) continue;
    const text = await readText(file);
    const { configuration, problems } = decodeBulkheadYaml(text, CHECK_CODES);
    const [problem] = problems;
    if (problem !== undefined) {
      const { line, character } = lineIndex(text).position(problem.range.start);
      throw new UsageError(`${file}:${line + 1}:${character + 1}: ${problem.message}`);
    }
    return { file: slashes(file), folder: slashes(folder), configuration };
  }
  return undefined;
}

async function startFolder(given: string): Promise<string> {
  const resolved = path.resolve(given === '-' ? '.' : given);
  const isFolder = await stat(resolved).then(
    (info) => info.isDirectory(),
    () => false,
  );
  return isFolder ? resolved : path.dirname(resolved);
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function absolute(file: string): string {
  return slashes(path.resolve(file));
}

function slashes(file: string): string {
  return path.sep === '\\' ? file.replaceAll('\\', '/') : file;
}
