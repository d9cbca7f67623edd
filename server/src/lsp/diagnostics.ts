import { analyzeFile, type KeptFindings } from '../analysis/analyzeFile.ts';
import type { CheckContext } from '../analysis/check.ts';
import type { Finding } from '../analysis/finding.ts';
import { CHECK_CODES } from '../analysis/registry.ts';
import { SemanticFindings } from '../analysis/semanticFindings.ts';
import { notEvaluatedHints } from '../analysis/notEvaluated.ts';
import { HELD } from '../features/annotations.ts';
import { decodeIntents } from '../intent/decodeIntents.ts';
import { isIntentPath } from '../intent/intentPath.ts';
import { decodeBulkheadYaml } from '../syntax/bulkheadYaml.ts';
import { checkContext } from '../workspace/checkContext.ts';
import { checkSetting, ownSetting, type PlacedConfiguration } from '../workspace/configuration.ts';
import { changedNamespaces } from '../workspace/fileChange.ts';
import { pathOfUri } from '../workspace/fileUri.ts';
import { isBulkheadYaml } from '../workspace/folderConfiguration.ts';
import type { FolderWorkspace } from '../workspace/folderWorkspace.ts';
import type { FileView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { turnOffFix, type ConfigurationFile } from '../workspace/turnOff.ts';
import { documentAt } from '../syntax/documentAt.ts';

/** What was found in an open document, and in which state of everything: most edits change little of it. */
export class DocumentFindings {
  readonly #semantic = new SemanticFindings();
  #last: { readonly snapshot: WorkspaceSnapshot; readonly configuration: PlacedConfiguration | undefined } | undefined;

  /** Runs an analysis with what still holds of the last one. */
  keep<T>(
    snapshot: WorkspaceSnapshot,
    configuration: PlacedConfiguration | undefined,
    uri: string,
    analyze: (kept: KeptFindings) => T,
  ): T {
    const last = this.#last;
    // An analysis that fails leaves nothing to go by.
    this.#last = undefined;
    const isComparable = last !== undefined && last.configuration === configuration;
    const changed = isComparable ? changedNamespaces(last.snapshot, snapshot, uri) : undefined;
    const result = analyze({ semantic: this.#semantic, changed });
    this.#last = { snapshot, configuration };
    return result;
  }
}

/**
 * Everything there is to say of a document, in the order of its text.
 *
 * @param document what was found in it before; absent: everything is looked at
 */
export function findingsOf(
  folder: FolderWorkspace,
  snapshot: WorkspaceSnapshot,
  uri: string,
  document = new DocumentFindings(),
): readonly Finding[] {
  const view = snapshot.files.get(uri);
  if (view === undefined) return [];
  const path = pathOfUri(uri);
  if (isBulkheadYaml(path)) return configurationFindings(view);
  if (isIntentPath(path)) return intentFindings(view);
  const { file } = view;
  const placed = folder.configurationOf(uri);
  const findings = document.keep(snapshot, placed, uri, (kept) =>
    analyzeFile(
      { file: uri, parsed: file.parsed, problemsOf: folder.problemsOf(file), namespace: view.namespace.name },
      contextOf(folder, snapshot, uri),
      (code) => (checkSetting(placed, path, code) ?? ownSetting(snapshot.settings.checks, code))?.severity,
      kept,
    ),
  );
  const hints = MANIFEST.test(file.text) ? notEvaluatedHints({ ...file, file: uri }) : [];
  return [...findings.filter((finding) => isOurs(finding, view)).map((finding) => marked(finding, view)), ...hints];
}

/** What checks may look at for a file; undefined for one that takes no part in the universe. */
export function contextOf(folder: FolderWorkspace, snapshot: WorkspaceSnapshot, uri: string): CheckContext | undefined {
  const view = snapshot.files.get(uri);
  if (view === undefined || view.file.fragment || !snapshot.manifests.files.has(uri)) return undefined;
  const { file } = view;
  const configuration = configurationFile(folder, uri, folder.configurationOf(uri)?.file);
  const { universe, intended, knowledge, manifests, plugins, references, settings } = snapshot;
  return checkContext(
    {
      universe,
      intended,
      knowledge,
      manifests,
      plugins,
      references,
      systemNamespaces: settings.systemNamespaces,
      turnOff: (code) => configuration && turnOffFix(configuration, code),
      problemsOf: folder.problemsOf(file),
    },
    file,
  );
}

/** YAML of other programs has its own tools: its faults are reported only where the document is a manifest. */
function isOurs({ layer, range }: Finding, { file }: FileView): boolean {
  if (layer !== 'syntax') return true;
  const placed = documentAt(file.parsed, range.start);
  return placed !== undefined && (placed.document.objects.length > 0 || MANIFEST.test(placed.document.text));
}

const MANIFEST =
  /(?:^|[\s{,"'])kind["']?[ \t]*:\s*["']?(?:NetworkPolicy|Namespace|Pod|Deployment|ReplicaSet|StatefulSet|DaemonSet|Job|CronJob|ReplicationController|Service)(?:List)?(?![\w-])/;

/** Semantic findings of a document that cannot be read as it stands are those of its last readable state. */
function marked(finding: Finding, { held, file }: FileView): Finding {
  if (finding.layer !== 'semantic' || held.size === 0) return finding;
  const placed = documentAt(file.parsed, finding.range.start);
  if (placed === undefined || !held.has(placed.start)) return finding;
  // Copied by its properties: fixes are worked out only when somebody asks for them.
  const properties = Object.getOwnPropertyDescriptors(finding);
  return Object.create(Object.prototype, {
    ...properties,
    message: { ...properties.message, value: `${finding.message} (${HELD})` },
  }) as Finding;
}

function configurationFindings({ file }: FileView): readonly Finding[] {
  return decodeBulkheadYaml(file.text, CHECK_CODES).problems.map(({ message, range }) => ({
    code: 'bulkhead-yaml',
    severity: 'error',
    layer: 'syntax',
    message,
    path: '',
    file: file.uri,
    range,
  }));
}

function intentFindings({ file }: FileView): readonly Finding[] {
  return decodeIntents(file.parsed).faults.map(({ message, range }) => ({
    code: 'bulkhead-test',
    severity: 'error',
    layer: 'syntax',
    message,
    path: '',
    file: file.uri,
    range,
  }));
}

/** Where a setting for a file belongs: its nearest `bulkhead.yaml`, else a new one at the folder's root. */
function configurationFile(
  folder: FolderWorkspace,
  uri: string,
  nearest: string | undefined,
): ConfigurationFile | undefined {
  if (nearest !== undefined) {
    const known = folder.uriOfPath(nearest);
    return known === undefined ? undefined : { uri: known, text: folder.textOf(known) };
  }
  if (folder.uri === '' || !uri.startsWith(folder.uri.replace(/\/$/, ''))) return undefined;
  return { uri: `${folder.uri.replace(/\/$/, '')}/bulkhead.yaml`, text: undefined };
}
