import type { JsonValue } from '../../model/manifest.ts';
import { byteLength, goJson } from '../goText.ts';
import type { JsonMap } from '../objects/jsonAccess.ts';
import { asList, asMap, asString, isJsonMap } from '../objects/jsonAccess.ts';
import { isPlaceholder } from '../objects/placeholder.ts';
import type { FieldError, ServerPath } from './fieldError.ts';
import { child, index, invalid, invalidJson, required, rootPath } from './fieldError.ts';
import type { Wording } from './names.ts';
import { dnsLabelFaults, labelKeyFaults, labelValueFaults, subdomainFaults } from './names.ts';

/**
 * What the API server says of a namespaced object's metadata on creation (ValidateObjectMeta of apimachinery and of
 * core). A missing namespace is no fault: the server takes it from the request. System fields are overwritten by the
 * server before it validates, and managedFields are made by it.
 */
export function validateMeta(metadata: JsonMap, wording: Wording): readonly FieldError[] {
  const path = rootPath('metadata');
  return [
    ...nameErrors(metadata, path),
    ...labelErrors(metadata['labels'], child(path, 'labels'), wording),
    ...annotationErrors(metadata['annotations'], child(path, 'annotations'), wording),
    ...ownerErrors(metadata['ownerReferences'], child(path, 'ownerReferences')),
    ...finalizerErrors(metadata['finalizers'], child(path, 'finalizers'), wording),
  ];
}

/** Labels of an object or a selector: the server's path stops at the map, and its value is the key or the value. */
export function labelErrors(value: JsonValue | undefined, path: ServerPath, wording: Wording): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, item] of sortedEntries(value)) {
    if (isPlaceholder(key)) continue;
    const at = [...path.at, key];
    for (const fault of labelKeyFaults(key, wording)) errors.push({ ...invalid(path, key, fault), at, key: true });
    const text = asString(item);
    if (text === '' || isPlaceholder(text)) continue;
    for (const fault of labelValueFaults(text, wording)) errors.push({ ...invalid(path, text, fault), at });
  }
  return errors;
}

function nameErrors(metadata: JsonMap, path: ServerPath): readonly FieldError[] {
  const name = asString(metadata['name']);
  const generateName = asString(metadata['generateName']);
  const namespace = asString(metadata['namespace']);
  const errors: FieldError[] = [];
  if (generateName !== '' && !isPlaceholder(generateName)) {
    // A dash at the end is for what the server appends.
    const prefix = generateName.replace(/.-$/, 'a');
    for (const fault of subdomainFaults(prefix)) errors.push(invalid(child(path, 'generateName'), generateName, fault));
  }
  if (name === '') {
    if (generateName === '') errors.push(required(child(path, 'name'), 'name or generateName is required'));
  } else if (!isPlaceholder(name)) {
    for (const fault of subdomainFaults(name)) errors.push(invalid(child(path, 'name'), name, fault));
  }
  if (namespace !== '' && !isPlaceholder(namespace)) {
    for (const fault of dnsLabelFaults(namespace)) errors.push(invalid(child(path, 'namespace'), namespace, fault));
  }
  return errors;
}

const ANNOTATIONS_LIMIT = 262_144;

function annotationErrors(value: JsonValue | undefined, path: ServerPath, wording: Wording): readonly FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, item] of sortedEntries(value)) {
    size += byteLength(key) + byteLength(asString(item));
    if (isPlaceholder(key)) continue;
    for (const fault of labelKeyFaults(key.toLowerCase(), wording)) {
      errors.push({ ...invalid(path, key, fault), at: [...path.at, key], key: true });
    }
  }
  if (size > ANNOTATIONS_LIMIT) {
    errors.push({ path: path.text, at: path.at, message: `Too long: may not be more than ${ANNOTATIONS_LIMIT} bytes` });
  }
  return errors;
}

function ownerErrors(value: JsonValue | undefined, path: ServerPath): readonly FieldError[] {
  const errors: FieldError[] = [];
  const references = asList(value);
  let controller = '';
  for (const [position, item] of references.entries()) {
    const reference = asMap(item);
    // The server's paths leave the index out; ours point into the reference.
    const at = [...path.at, position];
    const { apiVersion, kind, name, uid } = reference;
    const version = asString(apiVersion);
    if (version.slice(version.indexOf('/') + 1) === '') {
      errors.push(ownerError(path, at, 'apiVersion', version, 'version must not be empty'));
    }
    for (const [field, text] of [
      ['kind', kind],
      ['name', name],
      ['uid', uid],
    ] as const) {
      if (asString(text) === '') errors.push(ownerError(path, at, field, '', 'must not be empty'));
    }
    if (version === 'v1' && kind === 'Event') {
      errors.push({
        ...invalidJson(path, referenceJson(reference), '/v1, Kind=Event is disallowed from being an owner'),
        at,
      });
    }
    if (reference['controller'] !== true) continue;
    const current = `${asString(kind)}/${asString(name)}`;
    if (controller === '') controller = current;
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`;
      errors.push({
        ...invalidJson(path, `[${references.map((each) => referenceJson(asMap(each))).join(',')}]`, detail),
        at,
      });
    }
  }
  return errors;
}

function ownerError(
  path: ServerPath,
  at: readonly (string | number)[],
  field: string,
  value: string,
  detail: string,
): FieldError {
  return {
    ...invalid(child(path, field), value, detail),
    at: [...at, field],
    ...(value === '' && { missing: true as const }),
  };
}

/** A metav1.OwnerReference as Go writes it into JSON. */
function referenceJson(reference: JsonMap): string {
  const fields = ['apiVersion', 'kind', 'name', 'uid'].map(
    (field) => `"${field}":${goJson(asString(reference[field]))}`,
  );
  for (const field of ['controller', 'blockOwnerDeletion']) {
    const value = reference[field];
    if (typeof value === 'boolean') fields.push(`"${field}":${String(value)}`);
  }
  return `{${fields.join(',')}}`;
}

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

function finalizerErrors(value: JsonValue | undefined, path: ServerPath, wording: Wording): readonly FieldError[] {
  const finalizers = asList(value).map((item) => asString(item));
  const errors: FieldError[] = [];
  for (const [position, finalizer] of finalizers.entries()) {
    if (isPlaceholder(finalizer)) continue;
    for (const fault of labelKeyFaults(finalizer, wording)) {
      errors.push({ ...invalid(path, finalizer, fault), at: [...path.at, position] });
    }
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const json = `[${finalizers.map((finalizer) => goJson(finalizer)).join(',')}]`;
    errors.push(invalidJson(path, json, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  for (const [position, finalizer] of finalizers.entries()) {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer) || isPlaceholder(finalizer)) continue;
    errors.push(
      invalid(index(path, position), finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
    );
  }
  return errors;
}

/** The server walks its maps in random order; ours is the order of the keys. */
function sortedEntries(value: JsonValue | undefined): readonly (readonly [string, JsonValue])[] {
  if (!isJsonMap(value)) return [];
  const entries = Object.entries(value);
  return entries.length < 2 ? entries : entries.sort(([a], [b]) => (a < b ? -1 : 1));
}
