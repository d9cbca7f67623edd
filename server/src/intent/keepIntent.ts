import type { JsonValue } from '../model/manifest.ts';
import { parseManifests } from '../syntax/parseManifests.ts';
import { applyChanges, type TextChange } from '../syntax/textChange.ts';
import { appendItem } from '../syntax/yamlEdit.ts';
import { folderOf, baseName } from '../workspace/fileUri.ts';
import { decodeIntents } from './decodeIntents.ts';
import type { Intent } from './intentFile.ts';

/** What somebody has seen and wants to stay so. */
export interface KeptTraffic {
  /** A workload's name (`shop/web[Deployment]`, `shop/web`), an address or a CIDR. */
  readonly from: string;
  readonly to: string;
  /** As a test writes them, such as `5432/TCP`; empty: every port. */
  readonly ports: readonly string[];
  readonly expect: Intent['expect'];
}

/** A file of tests of the folder, with its text as it stands now. */
export interface IntentText {
  readonly path: string;
  readonly text: string;
}

/** The edit that appends a test to a file; of a file that is not there yet the only change holds its whole text. */
export interface KeptIntent {
  readonly path: string;
  readonly isNew: boolean;
  readonly changes: readonly TextChange[];
  readonly name: string;
}

/**
 * The edit that keeps a traffic as a test: in the nearest file of tests, in its own style, else in a new one beside
 * `near`. It has been read back: the file then says exactly this, and everything else as before. Undefined where an end
 * cannot be written, or where no text can be made that says it.
 *
 * @param near path of the document that somebody looks at
 */
export function keepIntent(kept: KeptTraffic, files: readonly IntentText[], near: string): KeptIntent | undefined {
  for (const file of nearestFirst(files, kept, near)) {
    const edit = appended(kept, file.text);
    if (edit !== undefined) return { path: file.path, isNew: false, ...edit };
  }
  const path = `${folderOf(near)}/${namespaceOf(kept) ?? 'cluster'}.bulkhead-test.yaml`;
  // A file of that name is there, and could not be edited.
  if (files.some((file) => file.path === path)) return undefined;
  const edit = appended(kept, '');
  if (edit === undefined) return undefined;
  const text = applyChanges('', edit.changes);
  return { path, isNew: true, changes: [{ range: { start: 0, end: 0 }, newText: text }], name: edit.name };
}

const EMPTY = 'version: 1\ntests: []\n';

function appended(
  kept: KeptTraffic,
  text: string,
): { readonly changes: readonly TextChange[]; readonly name: string } | undefined {
  const isEmpty = text.trim() === '';
  const base = isEmpty ? EMPTY : text;
  const parsed = parseManifests(base);
  const before = decodeIntents(parsed);
  const placed = parsed.documents.find(({ document }) => document.value !== undefined);
  if (placed === undefined) return undefined;
  const name = unusedName(kept, new Set(before.intents.map((one) => one.name)));
  const found = appendItem(placed.document, ['tests'], testOf(kept, name));
  if (found === undefined) return undefined;
  const changes = found.map(({ range, newText }) => ({
    range: { start: range.start + placed.start, end: range.end + placed.start },
    newText,
  }));
  const written = applyChanges(base, changes);
  const after = decodeIntents(parseManifests(written));
  const [last] = after.intents.slice(-1);
  const isRead =
    after.intents.length === before.intents.length + 1 &&
    after.faults.length === before.faults.length &&
    last?.name === name &&
    last.intent?.expect === kept.expect;
  if (!isRead) return undefined;
  return isEmpty ? { changes: [{ range: { start: 0, end: text.length }, newText: written }], name } : { changes, name };
}

function testOf({ from, to, ports, expect }: KeptTraffic, name: string): JsonValue {
  const isAll = ports.length === 0;
  if (isAll && expect === 'deny') return { name, from, to, expect };
  return { name, from, to, ports: isAll ? 'all' : [...ports], expect };
}

function unusedName(kept: KeptTraffic, taken: ReadonlySet<string>): string {
  const [from, to] = shortNames(kept);
  const on = kept.ports.length === 0 ? '' : ` on ${kept.ports.join(', ')}`;
  const name = `${from} ${kept.expect === 'allow' ? 'may' : 'may not'} reach ${to}${on}`;
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) if (!taken.has(`${name} (${number})`)) return `${name} (${number})`;
}

/** Within one namespace people leave it out. */
function shortNames({ from, to }: KeptTraffic): readonly [string, string] {
  const names = [from, to].map((end) => end.replace(/\[[A-Za-z]+\]$/, ''));
  const [one, other] = [workloadNamespace(from), workloadNamespace(to)];
  const isOne = one === undefined || other === undefined || one === other;
  const [a = from, b = to] = isOne
    ? names.map((name, at) => ([one, other][at] === undefined ? name : name.slice(name.indexOf('/') + 1)))
    : names;
  return [a, b];
}

function namespaceOf({ from, to }: KeptTraffic): string | undefined {
  return workloadNamespace(to) ?? workloadNamespace(from);
}

/** Of `shop/web`; an address or a range of them has none. */
function workloadNamespace(end: string): string | undefined {
  return /^([a-z0-9-]+)\/(?!\d+$)/.exec(end)?.[1];
}

/** Those of the document's own folder, then of the folders around it; one that is called after the namespace first. */
function nearestFirst(files: readonly IntentText[], kept: KeptTraffic, near: string): readonly IntentText[] {
  const folder = folderOf(near);
  const namespace = namespaceOf(kept) ?? '';
  const distance = (path: string): number => {
    const own = folderOf(path);
    return own === folder || folder.startsWith(`${own}/`) ? folder.length - own.length : Infinity;
  };
  return files
    .filter(({ path }) => distance(path) < Infinity)
    .toSorted(
      (a, b) =>
        distance(a.path) - distance(b.path) ||
        Number(baseName(b.path).startsWith(`${namespace}.`)) - Number(baseName(a.path).startsWith(`${namespace}.`)) ||
        (a.path < b.path ? -1 : 1),
    );
}
