import { isGenerated } from '../../analysis/generated.ts';
import type { WrittenPolicy } from '../../analysis/check.ts';
import type { FileEdit } from '../../analysis/finding.ts';
import { changesOf, fileEdits, type DocumentStep } from '../../analysis/fixEdits.ts';
import { policyKey } from '../../engine/compilePolicy.ts';
import type { JsonValue } from '../../model/manifest.ts';
import type { Direction, NetworkPolicy, PolicyRef } from '../../model/networkPolicy.ts';
import { parseManifests } from '../../syntax/parseManifests.ts';
import { applyChanges } from '../../syntax/textChange.ts';
import { blockSource } from '../../syntax/yamlSource.ts';
import { DEFAULT_STYLE } from '../../syntax/yamlStyle.ts';
import { lineDiff, type DiffLine } from '../apply/lineDiff.ts';
import { isRevision, RENDERED_SCHEME } from '../fileUri.ts';
import { placeObjects } from '../placeObjects.ts';
import { problemCache } from '../serverProblems.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { isAsAnswered, writtenPolicy } from './policyPlaces.ts';

/** What an edit does to a policy, as data. */
export type EditKind =
  | 'addPeer'
  | 'addPort'
  | 'addRule'
  | 'newPolicy'
  | 'removeRule'
  | 'removePeer'
  | 'removePort'
  | 'narrowPeer'
  | 'newIsolation';

/** One change of one policy: steps on its text, or a policy that does not exist yet. */
export type PolicyEdit = {
  readonly kind: EditKind;
  readonly direction: Direction;
  readonly policy: PolicyRef;
  /** Index of the rule that it changes. */
  readonly rule?: number;
} & (
  | { readonly steps: (written: WrittenPolicy) => readonly DocumentStep[] }
  | { readonly object: { [key: string]: JsonValue } }
);

/** Edits as they are offered, read back from the text that they make. */
export interface MadeEdit {
  /** Of files of the folder. */
  readonly edits: readonly FileEdit[];
  /** New policies that belong to no file of the folder yet. */
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  /** The policies that then stand in the place of, or beside, those of the universe. */
  readonly put: readonly NetworkPolicy[];
  readonly diffs: readonly { readonly uri?: string; readonly name: string; readonly lines: readonly DiffLine[] }[];
  readonly changedLines: number;
}

/** A policy whose text can be edited: written by a person, decodable, and what answers are made of. */
export function editablePolicy(snapshot: WorkspaceSnapshot, ref: PolicyRef): WrittenPolicy | undefined {
  const written = writtenPolicy(snapshot, ref);
  if (written === undefined || !isAsAnswered(snapshot, written.policy)) return undefined;
  const view = snapshot.files.get(written.file);
  if (view === undefined || view.held.size > 0 || view.file.fragment) return undefined;
  if (isRevision(written.file) || written.file.startsWith(`${RENDERED_SCHEME}:`)) return undefined;
  if (isGenerated(written, view.file.text)) return undefined;
  // An overlay that changes it on its way into the universe would change the edit as well.
  const own = written.manifest.object;
  const isPlain =
    own?.type === 'networkPolicy' &&
    JSON.stringify({ ...own.policy, namespace: written.policy.namespace }) === JSON.stringify(written.policy);
  return isPlain && view.file.parsed.documents.includes(written.placed) ? written : undefined;
}

/** Undefined where a step cannot be done surely, or where the text that it makes means something else. */
export function makeEdit(snapshot: WorkspaceSnapshot, edits: readonly PolicyEdit[]): MadeEdit | undefined {
  const changes: FileEdit[] = [];
  const put = new Map<string, NetworkPolicy>();
  const documents: MadeEdit['documents'][number][] = [];
  const diffs: MadeEdit['diffs'][number][] = [];
  const written: { readonly written: WrittenPolicy; readonly steps: readonly DocumentStep[] }[] = [];
  for (const edit of edits) {
    if ('object' in edit) {
      const created = newDocument(snapshot, edit.policy, edit.object);
      if (created === undefined) return undefined;
      put.set(policyKey(created.policy), created.policy);
      if (created.edit === undefined) {
        documents.push({ name: created.name, text: created.text });
        diffs.push({ name: created.name, lines: lineDiff('', created.text) });
      } else changes.push(created.edit);
    } else {
      const own = editablePolicy(snapshot, edit.policy);
      if (own === undefined) return undefined;
      written.push({ written: own, steps: edit.steps(own) });
    }
  }
  for (const same of Map.groupBy(written, (each) => each.written.placed).values()) {
    const [first] = same;
    const made =
      first &&
      changesOf(
        first.written,
        same.flatMap(({ steps }) => steps),
      );
    if (first === undefined || made === undefined || made.length === 0) return undefined;
    changes.push(...fileEdits(first.written, made));
  }
  for (const [uri, own] of Map.groupBy(changes, ({ file }) => file)) {
    const view = snapshot.files.get(uri);
    if (view === undefined) return undefined;
    const text = applyChanges(view.file.text, own);
    const policies = policiesIn(snapshot, uri, text, edits);
    if (policies === undefined) return undefined;
    for (const policy of policies) put.set(policyKey(policy), policy);
    diffs.push({ uri, name: view.path, lines: lineDiff(view.file.text, text) });
  }
  const changedLines = diffs.reduce(
    (sum, { lines }) => sum + lines.reduce((changed, { kind }) => changed + (kind === 'same' ? 0 : 1), 0),
    0,
  );
  return { edits: changes, documents, put: [...put.values()], diffs, changedLines };
}

const problemsOf = problemCache().of('', false);

/** The edited policies as the edited text is read: each has to be there, and the server must not refuse it for the edit. */
function policiesIn(
  snapshot: WorkspaceSnapshot,
  uri: string,
  text: string,
  edits: readonly PolicyEdit[],
): readonly NetworkPolicy[] | undefined {
  const view = snapshot.files.get(uri);
  if (view === undefined) return undefined;
  const file = { uri, text, parsed: parseManifests(text, view.file), fragment: false };
  const placed = placeObjects(file, { namespace: view.namespace.name, problemsOf });
  const found: NetworkPolicy[] = [];
  const keys = new Set(edits.map(({ policy }) => `NetworkPolicy/${policy.namespace ?? ''}/${policy.name}`));
  for (const { key, object, origin } of placed) {
    if (!keys.has(key)) continue;
    if (object.type !== 'networkPolicy') return undefined;
    const isNew = view.file.parsed.documents.every(({ document }) => document !== origin.placed.document);
    const faults = problemsOf(origin.placed.document, origin.manifest);
    if (isNew && faults.some(({ severity, layer }) => severity === 'error' && layer === 'validation')) return undefined;
    found.push(object.policy);
  }
  return found;
}

interface NewDocument {
  readonly policy: NetworkPolicy;
  readonly name: string;
  readonly text: string;
  /** Behind the other documents of a file that has policies of the namespace. */
  readonly edit?: FileEdit;
}

function newDocument(
  snapshot: WorkspaceSnapshot,
  { namespace = '', name }: PolicyRef,
  object: { [key: string]: JsonValue },
): NewDocument | undefined {
  const text = `${blockSource(object, 0, DEFAULT_STYLE)}\n`;
  const read = parseManifests(text).documents.flatMap(({ document }) => document.objects)[0]?.object;
  if (read?.type !== 'networkPolicy') return undefined;
  const policy = { ...read.policy, namespace };
  const created = { policy, name: `${name}.yaml`, text };
  const beside = fileOfNamespace(snapshot, namespace);
  if (beside === undefined) return created;
  const { text: before, uri } = beside.file;
  const newline = before.includes('\r\n') ? '\r\n' : '\n';
  const gap = before === '' || before.endsWith('\n') ? '' : newline;
  const newText = `${gap}---${newline}${text.replaceAll('\n', newline)}`;
  return { ...created, edit: { file: uri, range: { start: before.length, end: before.length }, newText } };
}

/** The file in which a new policy of a namespace stands best: one that has such a policy, is YAML and is written by hand. */
function fileOfNamespace(
  snapshot: WorkspaceSnapshot,
  namespace: string,
): { file: { text: string; uri: string } } | undefined {
  for (const [key, list] of snapshot.manifests.namespaces.get(namespace) ?? []) {
    const placed = list.at(-1);
    if (placed?.object.type !== 'networkPolicy' || !key.startsWith('NetworkPolicy/')) continue;
    const { policy } = placed.object;
    const written = editablePolicy(snapshot, { kind: 'NetworkPolicy', namespace, name: policy.name });
    const view = written && snapshot.files.get(written.file);
    if (view !== undefined && !/^\s*[{[]/.test(view.file.text)) return view;
  }
  return undefined;
}
