import type { FileEdit } from '../analysis/finding.ts';
import { canonicalPolicy } from '../engine/canonicalPolicy.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import { policyDelta, type PolicyDelta } from '../engine/policyDelta.ts';
import { parseManifests } from '../syntax/parseManifests.ts';
import { applyChanges } from '../syntax/textChange.ts';
import { EMPTY_CONTENTS, type NamespaceContents } from './clusterSource.ts';
import { manifestContents, overlayPolicies } from './contents.ts';
import { withFile, type ObjectTable, type PlacedObject } from './objectTable.ts';
import { placeObjects } from './placeObjects.ts';
import type { ServerProblems } from './serverProblems.ts';
import type { FileView, WorkspaceSnapshot } from './snapshot.ts';
import type { SourceFile } from './sourceFile.ts';
import { updateUniverse } from './universe.ts';

/** What an edit does to reachability, in the universe of a snapshot. */
export interface FixEffect {
  readonly delta: PolicyDelta;
  readonly before: CompiledCluster;
  readonly after: CompiledCluster;
  /** The policies mean the same as before, for whatever pods there are or will be. */
  readonly meansTheSame: boolean;
}

/** Longer texts are not read once more for a title. */
const LONGEST_TEXT = 2_000_000;

/**
 * The effect of a fix, found by making it: the edited text is read and its policies are laid into the universe.
 * Undefined where that would not be the truth: files that an overlay or a held state changes on their way into the
 * universe, files that take no part in it, edits of anything but policies.
 *
 * @param beside the file whose namespace and place a new file gets
 */
export function fixEffect(
  snapshot: WorkspaceSnapshot,
  beside: string,
  edits: readonly FileEdit[],
  problemsOf: (file: SourceFile) => ServerProblems,
): FixEffect | undefined {
  let table = snapshot.table;
  const namespaces = new Set<string>();
  for (const [uri, own] of Map.groupBy(edits, ({ file }) => file)) {
    const edited = editFile(snapshot, uri, beside, own, problemsOf);
    if (edited === undefined) return undefined;
    for (const namespace of edited.namespaces) namespaces.add(namespace);
    table = withFile(table, uri, edited.objects, byUri).table;
  }
  const contents = new Map(snapshot.universe.parts.contents);
  for (const namespace of namespaces) {
    const before = policiesOf(snapshot, snapshot.table, namespace);
    const after = policiesOf(snapshot, table, namespace);
    const known = contents.get(namespace) ?? EMPTY_CONTENTS;
    if (before === undefined || after === undefined || !isSame(before, known)) return undefined;
    contents.set(namespace, { ...known, policies: after.policies, rejectedPolicies: after.rejectedPolicies });
  }
  const before = snapshot.universe;
  const after = updateUniverse(before, { ...before.parts, contents });
  const delta = policyDelta(before.cluster, after.cluster);
  const meansTheSame = [...namespaces].every((namespace) =>
    isSameMeaning(before.parts.contents.get(namespace) ?? EMPTY_CONTENTS, contents.get(namespace) ?? EMPTY_CONTENTS),
  );
  return delta && { delta, before: before.cluster, after: after.cluster, meansTheSame };
}

function isSameMeaning(a: NamespaceContents, b: NamespaceContents): boolean {
  const meaning = ({ policies }: NamespaceContents): readonly string[] => policies.map(canonicalPolicy).sort();
  const [before, after] = [meaning(a), meaning(b)];
  return (
    before.length === after.length &&
    before.every((text, index) => text === after[index]) &&
    JSON.stringify(a.rejectedPolicies) === JSON.stringify(b.rejectedPolicies)
  );
}

interface EditedFile {
  readonly objects: readonly PlacedObject[];
  readonly namespaces: readonly string[];
}

function editFile(
  snapshot: WorkspaceSnapshot,
  uri: string,
  beside: string,
  edits: readonly FileEdit[],
  problemsOf: (file: SourceFile) => ServerProblems,
): EditedFile | undefined {
  const known = snapshot.files.get(uri);
  const view = known ?? snapshot.files.get(beside);
  const created = edits.some(({ create }) => create === true);
  if (view === undefined || view.held.size > 0 || created === (known !== undefined)) return undefined;
  const text = applyChanges(known?.file.text ?? '', edits);
  if (text.length > LONGEST_TEXT) return undefined;
  const before = known === undefined ? [] : placedAsWritten(snapshot, known, problemsOf);
  if (before === undefined) return undefined;
  const parsed = parseManifests(text, known?.file);
  const file: SourceFile = { uri, text, parsed, fragment: false };
  const placed = placeObjects(file, { namespace: view.namespace.name, problemsOf: problemsOf(file) });
  const old = new Map(before.map((object) => [object.origin.manifest, object]));
  // What did not change stays the same object, so that only what did is compared.
  const objects = placed.map((object) => old.get(object.origin.manifest) ?? object);
  const kept = new Set(objects);
  const changed = [
    ...before.filter((object) => !kept.has(object)),
    ...objects.filter(({ origin }) => !old.has(origin.manifest)),
  ];
  if (!changed.every(({ object }) => object.type === 'networkPolicy' || object.type === 'rejectedPolicy'))
    return undefined;
  return { objects, namespaces: [...new Set(changed.map(({ namespace }) => namespace))] };
}

interface Written {
  readonly table: ObjectTable;
  readonly objects: readonly PlacedObject[] | undefined;
}

const asWritten = new WeakMap<SourceFile, Written>();

/** The objects of a file in the universe; undefined where they are not those that are written in it. */
function placedAsWritten(
  { table }: WorkspaceSnapshot,
  view: FileView,
  problemsOf: (file: SourceFile) => ServerProblems,
): readonly PlacedObject[] | undefined {
  let written = asWritten.get(view.file);
  if (written?.table !== table) {
    written = { table, objects: objectsAsWritten(table, view, problemsOf) };
    asWritten.set(view.file, written);
  }
  return written.objects;
}

function objectsAsWritten(
  table: ObjectTable,
  { file, namespace }: FileView,
  problemsOf: (file: SourceFile) => ServerProblems,
): readonly PlacedObject[] | undefined {
  const placed = table.files.get(file.uri);
  if (placed === undefined || file.fragment) return undefined;
  const written = placeObjects(file, { namespace: namespace.name, problemsOf: problemsOf(file) });
  const isWritten =
    written.length === placed.length &&
    written.every(({ key, object, origin }, index) => {
      const other = placed[index];
      if (other === undefined || other.origin.manifest !== origin.manifest || other.key !== key) return false;
      return object.type !== 'networkPolicy' || JSON.stringify(object) === JSON.stringify(other.object);
    });
  return isWritten ? placed : undefined;
}

function policiesOf(
  { source }: WorkspaceSnapshot,
  table: ObjectTable,
  namespace: string,
): NamespaceContents | undefined {
  if (source.kind === 'files') return manifestContents(table, namespace);
  if (!('state' in source)) return undefined;
  return overlayPolicies(source.state.contents.get(namespace) ?? EMPTY_CONTENTS, table, namespace);
}

/** Whether the universe was made from what is at hand: a source that is still being read answers from an earlier one. */
function isSame({ policies }: NamespaceContents, known: NamespaceContents): boolean {
  return policies.length === known.policies.length && policies.every((policy, at) => policy === known.policies[at]);
}

function byUri(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
