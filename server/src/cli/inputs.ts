import { count, listSome, notEnforced, printable, qualifiedName } from '../analysis/wording.ts';
import type { Problem } from '../model/finding.ts';
import type { NotEvaluatedReason } from '../model/manifest.ts';
import { DEFAULT_TARGET_VERSION } from '../syntax/apiServer/serverVersion.ts';
import { validateObject } from '../syntax/apiServer/validateObject.ts';
import { decodeKustomization, patchFiles } from '../syntax/objects/kustomization.ts';
import { parseManifests } from '../syntax/parseManifests.ts';
import type { ManifestDocument, ManifestObject } from '../syntax/manifestDocument.ts';
import { isKustomization } from '../workspace/folderConfiguration.ts';
import { fragmentPaths } from '../workspace/fragments.ts';
import type { ObjectTable, PlacedObject } from '../workspace/objectTable.ts';
import { placeObjects } from '../workspace/placeObjects.ts';
import type { ScopeState } from '../workspace/scopeState.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import {
  combinedParts,
  compileUniverse,
  manifestParts,
  type Universe,
  type UniverseParts,
} from '../workspace/universe.ts';
import type { SourceState } from '../workspace/clusterSource.ts';
import type { EngineOptions } from '../model/cluster.ts';
import { commandScopes, type CommandScopes } from './scopes.ts';
import { readConfigurations, type Configurations } from './configurations.ts';
import { readManifests, type ManifestText } from './manifestFiles.ts';
import type { InputOptions } from './options.ts';
import { readSource, type ReadSource } from './source.ts';
import { UsageError } from './usageError.ts';

/** What a command's inputs add up to. */
export interface Inputs {
  readonly files: readonly SourceFile[];
  /** The objects of the scope that the command is about. */
  readonly table: ObjectTable;
  readonly parts: UniverseParts;
  readonly scopes: CommandScopes;
  readonly partsOf: (scope: ScopeState) => UniverseParts;
  readonly source?: SourceState;
  readonly configurations: Configurations;
  readonly notEvaluated: readonly LeftOut[];
  readonly problemsOf: (document: ManifestDocument, object: ManifestObject, fragment?: boolean) => readonly Problem[];
  readonly namespaceOf: (file: string) => string;
}

export interface LeftOut {
  readonly file: string;
  readonly why: NotEvaluatedReason;
}

/**
 * Reads everything that a command was given. Warnings go to standard error: objects that two inputs define, manifests
 * that cannot be read.
 *
 * @throws UsageError where nothing could be read, or with `--strict` anything could not.
 */
export async function readInputs(paths: readonly string[], options: InputOptions, quiet = false): Promise<Inputs> {
  if (paths.length === 0 && options.snapshot === undefined && options.context === undefined) {
    throw new UsageError('Name at least one file or folder, or a cluster with --snapshot or --context.');
  }
  const configurations = await readConfigurations(paths);
  const texts = await readManifests(paths, configurations);
  const source = await readSource(options);
  if (!quiet) sayUnenforced(source);
  const inputs = inputsOf(texts, source, configurations, options);
  if (!quiet) {
    sayBehaviour(inputs);
    warn(inputs, options);
  }
  return inputs;
}

/** The loudest thing that there is to say beside answers about traffic. `whose` names one cluster of several. */
export function sayUnenforced(source: ReadSource | undefined, whose?: string): void {
  const unenforced = notEnforced(source?.state.plugins);
  const prefix = whose === undefined ? '' : `${whose}: `;
  if (unenforced !== undefined) console.error(`bulkhead: ${printable(`${prefix}${unenforced}`)}`);
}

/** Answers that are not the API's are never given silently. `whose` names one cluster of several. */
export function sayBehaviour({ parts }: Inputs, whose?: string): void {
  const { ipBlockPods = 'always', ipBlockWhy = '', endPort } = parts.behaviour ?? {};
  const policies = [...parts.contents.values()].flatMap((contents) => contents.policies);
  const rules = policies.flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress]);
  const prefix = whose === undefined ? '' : `${whose}: `;
  const say = (text: string): void => console.error(`bulkhead: ${printable(`${prefix}${text}`)}`);
  if (ipBlockPods !== 'always' && rules.some(({ peers = [] }) => peers.some(({ ipBlock }) => ipBlock !== undefined))) {
    say(`${ipBlockWhy}: answers follow that; --ip-block-pods says otherwise.`);
  }
  if (endPort === 'ignored' && rules.some(({ ports = [] }) => ports.some((entry) => entry.endPort !== undefined))) {
    say('Cilium before 1.16 ignores endPort and opens the first port alone: answers follow that.');
  }
}

/** What texts and a cluster add up to. */
export function inputsOf(
  texts: readonly ManifestText[],
  source: ReadSource | undefined,
  configurations: Configurations,
  options: InputOptions,
): Inputs {
  const parsed = texts.map(({ file, text }) => ({ file, text, parsed: parseManifests(text) }));
  const fragments = fragmentPaths(parsed.flatMap(patchesOf));
  const files = parsed.map((each): SourceFile => ({
    uri: each.file,
    text: each.text,
    parsed: each.parsed,
    fragment: fragments.has(each.file),
  }));
  const namespaceOf = (file: string): string =>
    options.namespace ??
    configurations.namespaceOf(file) ??
    (options.context === undefined ? undefined : source?.namespace) ??
    'default';
  const problemsOf = problemsAsked(options.targetVersion ?? source?.version);
  const scopes = commandScopes(
    files.map((source) => {
      const placement = { namespace: namespaceOf(source.uri), problemsOf };
      return {
        uri: source.uri,
        source,
        answered: source,
        objects: placeObjects(source, placement),
        options: placement,
      };
    }),
    options.scope,
  );
  const partsOf = (scope: ScopeState): UniverseParts =>
    asAsked(
      scope.withGaps(
        source === undefined
          ? manifestParts(scope.manifests)
          : combinedParts(source.state, source.unread, scope.manifests),
      ),
      options,
    );
  return {
    files,
    table: scopes.chosen.manifests,
    parts: partsOf(scopes.chosen),
    scopes,
    partsOf,
    ...(source === undefined ? {} : { source: source.state }),
    configurations,
    notEvaluated: files.flatMap(leftOut),
    problemsOf,
    namespaceOf,
  };
}

function problemsAsked(targetVersion: string | undefined): Inputs['problemsOf'] {
  const known = new Map<ManifestObject, readonly Problem[]>();
  return (document, object, fragment = false) => {
    let problems = known.get(object);
    if (problems === undefined) {
      problems = validateObject(document, object, { targetVersion: targetVersion ?? DEFAULT_TARGET_VERSION, fragment });
      known.set(object, problems);
    }
    return problems;
  };
}

function patchesOf({
  file,
  parsed,
}: {
  file: string;
  parsed: SourceFile['parsed'];
}): { file: string; patches: readonly string[] }[] {
  return parsed.documents.flatMap(({ document }) => {
    const kustomization =
      document.value === undefined ? undefined : decodeKustomization(document.value, isKustomization(file));
    return kustomization === undefined ? [] : [{ file, patches: patchFiles(kustomization) }];
  });
}

function leftOut(file: SourceFile): readonly LeftOut[] {
  if (file.parsed.template) return [{ file: file.uri, why: 'template' }];
  if (file.fragment) return [{ file: file.uri, why: 'patch' }];
  const whys = new Set(file.parsed.documents.flatMap(({ document }) => document.notEvaluated.map(({ why }) => why)));
  return [...whys].map((why) => ({ file: file.uri, why }));
}

/** Says what could not be read and what is defined twice. */
function warn(inputs: Inputs, { strict }: InputOptions): void {
  const unreadable: string[] = [];
  for (const { uri, text, parsed } of inputs.files) {
    const [problem] = parsed.documents.flatMap(({ document }) =>
      document.problems.filter(({ severity }) => severity === 'error'),
    );
    if (problem === undefined || !isEvidentManifest(uri, text)) continue;
    unreadable.push(`${uri} cannot be read as YAML: ${problem.message}`);
  }
  for (const keys of inputs.table.namespaces.values()) {
    for (const [key, providers] of keys) {
      if (providers.length > 1) sayTwice(key, providers);
      const last = providers.at(-1);
      if (last?.object.type === 'networkPolicy') sayInvalid(inputs, last);
      const object = last?.object;
      if (object?.type !== 'rejectedPolicy') continue;
      const { namespace, name, fault } = object.policy;
      const file = last?.origin.file.uri ?? '';
      unreadable.push(
        `${file}: the API server would reject NetworkPolicy ${qualifiedName({ namespace, name })}: ${fault}`,
      );
    }
  }
  const [first] = unreadable;
  if (first === undefined) return;
  const more = unreadable.length === 1 ? '' : `, and ${count(unreadable.length - 1, 'more manifest')} cannot be read`;
  if (strict === true) throw new UsageError(`${printable(first)}${more} (--strict)`);
  const objects = [...inputs.table.files.values()].flat();
  const hasReadable = inputs.source !== undefined || objects.some(({ object }) => object.type !== 'rejectedPolicy');
  if (!hasReadable) throw new UsageError(`${printable(first)}${more}`);
  for (const line of unreadable) console.error(`bulkhead: ${printable(line)}`);
}

/** JSON of other programs, such as an editor's settings with comments, is no broken manifest. */
export function isEvidentManifest(uri: string, text: string): boolean {
  return !/\.json$/i.test(uri) || (/"apiVersion"\s*:/.test(text) && /"kind"\s*:/.test(text));
}

/** A policy that decodes and that the server would still refuse is evaluated as it is written, and that is said. */
function sayInvalid({ problemsOf }: Inputs, { object, origin }: PlacedObject): void {
  const fault = problemsOf(origin.placed.document, origin.manifest).find(
    ({ layer, severity }) => layer === 'validation' && severity === 'error',
  );
  if (fault === undefined || object.type !== 'networkPolicy') return;
  const said = `${qualifiedName(object.policy)}: ${fault.path}: ${fault.message}`;
  console.error(
    `bulkhead: ${printable(origin.file.uri)}: evaluated as written, but the API server would reject NetworkPolicy ${printable(said)}`,
  );
}

function sayTwice(key: string, providers: readonly PlacedObject[]): void {
  const files = [...new Set(providers.map(({ origin }) => origin.file.uri))];
  const last = files.at(-1) ?? '';
  const where =
    files.length === 1
      ? `stands more than once in ${last}; the last one counts`
      : `is in ${listSome(files, 3)}; ${last} counts`;
  console.error(`bulkhead: ${printable(`${key.replace('/', ' ').replace(/ \//, ' ')} ${where}`)}`);
}

/** A flag stands above what was found of the plug-in. */
function asAsked(parts: UniverseParts, { ipBlockPods }: InputOptions): UniverseParts {
  const { behaviour, ...others } = parts;
  if (behaviour === undefined || ipBlockPods === undefined) return parts;
  return behaviour.endPort === undefined ? others : { ...others, behaviour: { ipBlockPods, endPort: 'ignored' } };
}

/** What the flags say; without one, the API. */
export function engineOptions({ hostNetwork, ipBlockPods = 'always' }: InputOptions): EngineOptions {
  return { hostNetwork, ipBlockPods };
}

/** Compiles the inputs' universe. */
export function universeOf(inputs: Inputs, options: InputOptions): Universe {
  return compileUniverse(inputs.parts, engineOptions(options));
}
