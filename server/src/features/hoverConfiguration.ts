import { count, listSome } from '../analysis/wording.ts';
import { PAGES } from '../analysis/pages.ts';
import { CHECKS } from '../analysis/registry.ts';
import type { FieldPath } from '../model/manifest.ts';
import { decodeBulkheadYaml, type BulkheadConfiguration } from '../syntax/bulkheadYaml.ts';
import { matches } from '../workspace/configuration.ts';
import { baseName, folderOf, pathOfUri } from '../workspace/fileUri.ts';
import { isBulkheadYaml } from '../workspace/folderConfiguration.ts';
import type { FileView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { configurationDoc } from './completion/bulkheadSchema.ts';
import { tokenAt, type Token } from './hoverTarget.ts';
import { code, escaped } from './markdown.ts';
import { documentAt } from '../syntax/documentAt.ts';

export interface ConfigurationHover {
  readonly token: Token;
  readonly lines: readonly string[];
  readonly doc: string | undefined;
}

/**
 * A key or a value of a `bulkhead.yaml`: what it does, to how many of the files that are read here.
 *
 * @param pageOf the link of a check's page; undefined where the client could not open it
 */
export function configurationHover(
  snapshot: WorkspaceSnapshot,
  uri: string,
  offset: number,
  pageOf: (code: string) => string | undefined,
): ConfigurationHover | undefined {
  const view = snapshot.files.get(uri);
  if (view === undefined || !isBulkheadYaml(view.path)) return undefined;
  const placed = documentAt(view.file.parsed, offset);
  const token = placed && tokenAt(placed, [], offset);
  if (placed === undefined || token === undefined || token.path.length === 0) return undefined;
  const { configuration } = decodeBulkheadYaml(view.file.text);
  const { path } = token;
  const scalar = token.part === 'value' ? placed.document.sourceMap.scalar(path) : undefined;
  const lines = [
    ...checkLines(path, pageOf),
    ...severityLines(path, scalar),
    ...globLines(snapshot, view, configuration, path),
    ...namespaceLines(snapshot, path, scalar),
  ];
  // What stands above says more than the check's title.
  const isCheck = path.at(-2) === 'checks';
  const doc = configurationDoc(path.filter((step) => typeof step === 'string'));
  return lines.length === 0 && doc === undefined ? undefined : { token, lines, doc: isCheck ? undefined : doc };
}

/** A check by its code: what it finds, how it is shown by default, and the first paragraph of its page. */
function checkLines(path: FieldPath, pageOf: (code: string) => string | undefined): readonly string[] {
  const checkCode = path.at(-2) === 'checks' ? path.at(-1) : undefined;
  if (typeof checkCode !== 'string') return [];
  const check = CHECKS.find((candidate) => candidate.code === checkCode);
  if (check === undefined) {
    const fault = PAGES.some((page) => page.code === checkCode);
    return [
      fault ? '**Cannot be switched off**: the API server rejects it' : `**No check is called ${code(checkCode)}**`,
    ];
  }
  const page = pageOf(check.code);
  return [
    `**${check.title}**`,
    `By default ${/^[aeiou]/.test(check.severity) ? 'an' : 'a'} ${check.severity}`,
    firstParagraph(check.docs),
    ...(page === undefined ? [] : [`[Open its page](${page})`]),
  ];
}

/** A page is ours, Markdown already; its paragraphs are set off by blank lines. */
function firstParagraph(docs: string): string {
  const [first = ''] = docs.trim().split(/\n\s*\n/);
  return first.replaceAll(/\s*\n\s*/g, ' ');
}

const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['error', 'A finding fails `bulkhead check`'],
  ['warning', 'A finding is shown among the problems; `--fail-on warning` makes it fail'],
  ['information', 'A finding is shown among the problems, quietly'],
  ['hint', 'A finding is shown in the editor alone, as dots under the text'],
  ['off', 'The check looks for nothing'],
]);

function severityLines(path: FieldPath, scalar: string | undefined): readonly string[] {
  const isSeverity = path.at(-2) === 'checks' || (path.at(-3) === 'checks' && path.at(-1) === 'severity');
  const means = isSeverity && scalar !== undefined ? SEVERITIES.get(scalar) : undefined;
  return means === undefined ? [] : [`${code(scalar ?? '')}: ${means}`];
}

/** Globs of `exclude` and `files`, one or all of a list. */
function globLines(
  snapshot: WorkspaceSnapshot,
  view: FileView,
  { exclude, overrides, contexts }: BulkheadConfiguration,
  path: FieldPath,
): readonly string[] {
  const [list, item, field, glob] = path;
  if (list === 'exclude') return excludeLines(snapshot, view, chosen(exclude, item));
  if (typeof item !== 'number' || field !== 'files') return [];
  const globs = list === 'overrides' ? overrides[item]?.files : list === 'contexts' ? contexts[item]?.files : undefined;
  return globs === undefined ? [] : [filesText(touched(snapshot, view, chosen(globs, glob)))];
}

function chosen(globs: readonly string[], index: FieldPath[number] | undefined): readonly string[] {
  if (typeof index !== 'number') return globs;
  const glob = globs[index];
  return glob === undefined ? [] : [glob];
}

/** What is left out is not read, so that only files that were read before can be counted. */
function excludeLines(snapshot: WorkspaceSnapshot, view: FileView, globs: readonly string[]): readonly string[] {
  const { matched } = touched(snapshot, view, globs);
  if (matched.length === 0) return ['**Such files are not read**: how many there are is not known here'];
  return [`**Leaves out ${count(matched.length, 'file')}** that are known: ${names(matched)}`];
}

interface Touched {
  /** Paths relative to the folder. */
  readonly matched: readonly string[];
  readonly of: number;
}

/** The manifests below the file's folder that globs touch. */
function touched({ files }: WorkspaceSnapshot, view: FileView, globs: readonly string[]): Touched {
  const folder = folderOf(view.path);
  const relative = [...files.keys()]
    .map(pathOfUri)
    .flatMap((path) => (path !== view.path && path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : []));
  return { matched: relative.filter((path) => matches(globs, path)).sort(), of: relative.length };
}

function filesText({ matched, of }: Touched): string {
  if (matched.length === 0) return `**No file** of the ${count(of, 'manifest file')} that are read here`;
  return `**${count(matched.length, 'file')}** of ${of} that are read here: ${names(matched)}`;
}

function names(paths: readonly string[]): string {
  const short = paths.map(baseName);
  // Where two are called the same, the folders tell them apart.
  return listSome(
    paths.map((path, index) =>
      escaped(
        short.indexOf(short[index] ?? '') === short.lastIndexOf(short[index] ?? '') ? (short[index] ?? path) : path,
      ),
    ),
    3,
  );
}

function namespaceLines({ files }: WorkspaceSnapshot, path: FieldPath, scalar: string | undefined): readonly string[] {
  if (path.at(-1) !== 'namespace' || scalar === undefined) return [];
  const taking = [...files.keys()].filter((uri) => {
    const namespace = files.get(uri)?.namespace;
    return namespace?.from === 'bulkhead.yaml' && namespace.name === scalar && !isBulkheadYaml(pathOfUri(uri));
  });
  return [
    `**${code(scalar)}** is the namespace of documents of ${count(taking.length, 'file')} here, where they name none`,
  ];
}
