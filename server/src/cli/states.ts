import { stat } from 'node:fs/promises';
import { combinedParts, compileUniverse, type Universe } from '../workspace/universe.ts';
import type { SourceState } from '../workspace/clusterSource.ts';
import { engineOptions, inputsOf, sayBehaviour, sayUnenforced, type Inputs } from './inputs.ts';
import { readConfigurations } from './configurations.ts';
import { readGitManifests } from './gitFiles.ts';
import { readManifests, readText } from './manifestFiles.ts';
import type { InputOptions } from './options.ts';
import { readContext, readSnapshotFile, currentContext, type ReadSource } from './source.ts';

/** One side of a `diff`: a whole state. */
export interface State {
  readonly label: string;
  readonly inputs: Inputs;
}

/**
 * Reads BEFORE or AFTER: paths (several: comma-separated), a snapshot file, `context:NAME`, `cluster` (the current
 * context), or `git:REVISION:PATH`.
 */
export async function readState(given: string, options: InputOptions): Promise<State> {
  if (given === 'cluster') return clusterState(await currentContext(), options);
  const context = /^context:(.+)$/.exec(given)?.[1];
  if (context !== undefined) return clusterState(context, options);
  const git = /^git:([^:]+):(.*)$/.exec(given);
  if (git !== null) {
    const [, revision = '', path = ''] = git;
    const texts = await readGitManifests(revision, path);
    return { label: given, inputs: inputsOf(texts, undefined, await readConfigurations([path]), options) };
  }
  const paths = given.split(',').filter((path) => path !== '');
  const snapshot = paths.length === 1 ? await snapshotIn(paths[0] ?? '') : undefined;
  if (snapshot !== undefined) return { label: given, inputs: await sourceInputs(given, snapshot, options) };
  const configurations = await readConfigurations(paths);
  const texts = await readManifests(paths, configurations);
  return { label: given, inputs: inputsOf(texts, undefined, configurations, options) };
}

/** AFTER laid over BEFORE: its objects replace those of the same kind, namespace and name. */
export function overlay(before: State, after: State, options: InputOptions): Universe {
  const { parts } = before.inputs;
  const state: SourceState = {
    origin: { kind: 'snapshot' },
    namespaces: parts.namespaces,
    contents: parts.contents,
    clusterPolicies: parts.clusterPolicies,
    nodes: parts.nodes,
    coverage: [],
  };
  const laid = combinedParts(state, parts.unread, after.inputs.table);
  const behaviour = parts.behaviour === undefined ? {} : { behaviour: parts.behaviour };
  return compileUniverse({ ...laid, ...behaviour }, engineOptions(options));
}

async function clusterState(context: string, options: InputOptions): Promise<State> {
  return { label: context, inputs: await sourceInputs(context, await readContext(context), options) };
}

async function sourceInputs(label: string, source: ReadSource, options: InputOptions): Promise<Inputs> {
  sayUnenforced(source, label);
  const inputs = inputsOf([], source, await readConfigurations([]), options);
  sayBehaviour(inputs, label);
  return inputs;
}

/** A JSON file that is a List was saved from a cluster. */
async function snapshotIn(path: string): Promise<ReadSource | undefined> {
  const isFile = await stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
  if (!isFile || !/\.json$/i.test(path)) return undefined;
  const text = await readText(path);
  return /^\s*\{/.test(text) && /"kind"\s*:\s*"\w*List"/.test(text) ? readSnapshotFile(path) : undefined;
}
