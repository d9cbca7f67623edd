import type { JsonValue } from '../../model/manifest.ts';
import { asList, asMap, asString, isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import { FIELD_MANAGER, type TakenOver } from '../../workspace/apply/clusterApply.ts';
import { plainText } from '../plainText.ts';

/** An entry of `metadata.managedFields`. */
interface ManagerEntry {
  readonly key: string;
  readonly manager: string;
  readonly operation: string;
  readonly time: string;
  /** Paths of the fields that it owns: `spec.ingress`. */
  readonly fields: ReadonlySet<string>;
}

/**
 * Field managers that own less after a change than before, by what the server itself says of both states; without an
 * `after` (a delete) all of them.
 */
export function takenOver(before: JsonMap | undefined, after: JsonMap | undefined): readonly TakenOver[] {
  if (before === undefined) return [];
  const kept = new Map(entriesOf(after ?? {}).map((entry) => [entry.key, entry.fields]));
  return entriesOf(before).flatMap(({ key, manager, operation, time, fields }) => {
    if (manager === FIELD_MANAGER) return [];
    const own = kept.get(key);
    const lost = [...fields].filter((field) => own?.has(field) !== true);
    return lost.length === 0 ? [] : [{ manager, operation, time, fields: outermost(lost) }];
  });
}

/** Who wrote an object between two states of it: managers whose entry is new or another one. */
export function writersSince(before: JsonMap | undefined, now: JsonMap): readonly string[] {
  const known = new Set(entriesOf(before ?? {}).map(entryText));
  return [
    ...new Set(
      entriesOf(now)
        .filter((entry) => !known.has(entryText(entry)))
        .map(({ manager }) => manager),
    ),
  ];
}

export function managersOf(object: JsonMap): readonly string[] {
  return [...new Set(entriesOf(object).map(({ manager }) => manager))];
}

/** Whether the object's spec is written by server-side applies of ours and by nobody else. */
export function isSpecOurs(object: JsonMap): boolean {
  const writers = entriesOf(object).filter(({ fields }) => [...fields].some((field) => /^spec(?:\.|$)/.test(field)));
  return (
    writers.length > 0 && writers.every(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply')
  );
}

function entryText({ key, time, fields }: ManagerEntry): string {
  return JSON.stringify([key, time, [...fields]]);
}

function entriesOf(object: JsonMap): readonly ManagerEntry[] {
  return asList(asMap(object['metadata'])['managedFields']).map((item) => {
    const { manager, operation, subresource, time, fieldsV1 } = asMap(item);
    const fields = new Set<string>();
    collect(fieldsV1, '', fields, 0);
    return {
      key: JSON.stringify([manager ?? '', operation ?? '', subresource ?? '']),
      manager: plainText(asString(manager)),
      operation: plainText(asString(operation)),
      time: plainText(asString(time)),
      fields,
    };
  });
}

const DEEPEST = 32;

/** Leaves of a FieldsV1 set: `f:` before a field, `k:` and `v:` before a list's item, `.` for the field itself. */
function collect(set: JsonValue | undefined, path: string, into: Set<string>, depth: number): void {
  if (!isJsonMap(set) || depth > DEEPEST) return;
  for (const [key, inner] of Object.entries(set)) {
    if (!key.startsWith('f:')) continue;
    const at = path === '' ? key.slice(2) : `${path}.${key.slice(2)}`;
    const hasFields = isJsonMap(inner) && Object.keys(inner).some((name) => name.startsWith('f:'));
    if (hasFields) collect(inner, at, into, depth + 1);
    else into.add(plainText(at));
  }
}

/** Without the fields below another one of the list. */
function outermost(fields: readonly string[]): readonly string[] {
  const all = new Set(fields);
  const isBelow = (field: string): boolean => {
    for (let dot = field.lastIndexOf('.'); dot > 0; dot = field.lastIndexOf('.', dot - 1)) {
      if (all.has(field.slice(0, dot))) return true;
    }
    return false;
  };
  return fields.filter((field) => !isBelow(field)).sort();
}
