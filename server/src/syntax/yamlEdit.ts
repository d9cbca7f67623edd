import { isCollection, isMap, isScalar } from 'yaml';
import type { FieldPath, JsonValue } from '../model/manifest.ts';
import { isSameJson, nestedValue, valueAt, withKey, withoutEntry, withValue } from './jsonEdit.ts';
import type { ManifestDocument } from './manifestDocument.ts';
import { isPlaceholder } from './objects/placeholder.ts';
import { readDocument } from './readDocument.ts';
import { applyChanges, type TextChange } from './textChange.ts';
import { insertEntry } from './yamlInsert.ts';
import { editedDocument, walk, type EditedDocument, type EntryPlace } from './yamlPlace.ts';
import { removeEntry } from './yamlRemove.ts';
import { replaceValue } from './yamlReplace.ts';
import { scalarSource } from './yamlScalar.ts';

/**
 * Edits of a document by field path that leave comments, indentation, block and flow style and every other byte as
 * they are. Offsets of changes are those of the document's text. Each edit reads its own result back: where that is
 * not exactly what was asked for, and where an alias, a merge, a placeholder or broken text makes it unsure, the
 * answer is undefined. Nothing to do is an empty list.
 */

/** Sets the value at a path, which is added with the parents that it lacks where it is not written. */
export function setField(
  document: ManifestDocument,
  path: FieldPath,
  value: JsonValue,
): readonly TextChange[] | undefined {
  return edit(document, withValue(document.value, path, value), (edited) => setIn(edited, document, path, value));
}

/** Appends an item to the list at a path; an absent, null or empty list is begun. */
export function appendItem(
  document: ManifestDocument,
  path: FieldPath,
  value: JsonValue,
): readonly TextChange[] | undefined {
  const list = valueAt(document.value, path);
  if (list === undefined || list === null) return setField(document, path, [value]);
  return Array.isArray(list) ? setField(document, [...path, list.length], value) : undefined;
}

/** Removes a map's entry or a list's item with its lines. A collection that it was alone in stays as `{}` or `[]`. */
export function removeAt(document: ManifestDocument, path: FieldPath): readonly TextChange[] | undefined {
  return edit(document, withoutEntry(document.value, path), (edited) => {
    const place = written(edited, path);
    if (place === undefined || holdsPlaceholder(valueAt(document.value, path))) return undefined;
    if (place.container.items.length > 1) return removeEntry(edited, place);
    const parent = written(edited, path.slice(0, -1));
    return parent && replaceValue(edited, parent, isMap(place.container) ? {} : []);
  });
}

/** Gives a map's entry another key, in the same quotes. Undefined where the map has that key. */
export function renameKey(document: ManifestDocument, path: FieldPath, key: string): readonly TextChange[] | undefined {
  return edit(document, withKey(document.value, path, key), (edited) => {
    const place = written(edited, path);
    const old = place?.pair?.key;
    if (place === undefined || !isScalar(old) || !old.range || isPlaceholder(String(old.value))) return undefined;
    const quotes = old.type === 'QUOTE_SINGLE' ? 'single' : old.type === 'QUOTE_DOUBLE' ? 'double' : undefined;
    const newText = scalarSource(key, {
      flow: place.flow,
      json: edited.style.json,
      ...(quotes === undefined ? {} : { quotes }),
    });
    return [{ range: { start: old.range[0], end: old.range[1] }, newText }];
  });
}

function edit(
  document: ManifestDocument,
  expected: JsonValue | undefined,
  plan: (edited: EditedDocument) => readonly TextChange[] | undefined,
): readonly TextChange[] | undefined {
  if (expected === undefined || document.value === undefined) return undefined;
  if (isSameJson(expected, document.value)) return [];
  const edited = editedDocument(document);
  const changes = edited && plan(edited);
  if (changes === undefined) return undefined;
  const after = readDocument(applyChanges(document.text, changes));
  const isWhole = after.problems.length <= document.problems.length && after.value !== undefined;
  return isWhole && isSameJson(after.value, expected) ? changes : undefined;
}

function setIn(
  edited: EditedDocument,
  document: ManifestDocument,
  path: FieldPath,
  value: JsonValue,
): readonly TextChange[] | undefined {
  const walked = walk(edited, path);
  if (walked === undefined) return undefined;
  const { place, node, flow, steps } = walked;
  const known = valueAt(document.value, path.slice(0, steps));
  const [step, ...rest] = path.slice(steps);
  if (step === undefined) {
    return place === undefined || holdsPlaceholder(known) ? undefined : replaceValue(edited, place, value);
  }
  const isEmpty = known === null || (isCollection(node) && node.items.length === 0);
  if (isEmpty && place !== undefined) {
    const nested = nestedValue([step, ...rest], value);
    return nested === undefined ? undefined : replaceValue(edited, place, nested);
  }
  const nested = nestedValue(rest, value);
  if (nested === undefined || !isCollection(node)) return undefined;
  const target = { path: path.slice(0, steps), node, flow };
  return insertEntry(edited, target, typeof step === 'string' ? step : undefined, nested);
}

/** The place of a path that is written to its end. */
function written(edited: EditedDocument, path: FieldPath): EntryPlace | undefined {
  const walked = walk(edited, path);
  return walked?.steps === path.length ? walked.place : undefined;
}

function holdsPlaceholder(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return isPlaceholder(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => isPlaceholder(key) || holdsPlaceholder(item));
}
