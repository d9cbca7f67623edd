import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { Labels } from '../../model/labels.ts';
import { Decoding } from './decoding.ts';
import { isJsonMap } from './jsonAccess.ts';
import { isPlaceholder } from './placeholder.ts';

/** Labels as far as their text says them. */
export interface DecodedLabels {
  readonly labels: Labels;
  /** Keys whose values are not known: placeholders, and values that are no strings. */
  readonly unknown: readonly string[];
  /** Which labels there are is not known: a key is a placeholder, or the whole is no map. */
  readonly open: boolean;
}

/** A null value is the empty string, as the API server reads it. */
export function decodeLabels(value: JsonValue | undefined, decoding: Decoding, at: FieldPath): DecodedLabels {
  if (value === undefined || value === null) return NO_LABELS;
  if (!isJsonMap(value)) {
    if (typeof value === 'string' && isPlaceholder(value)) decoding.placeholder(at);
    return { ...NO_LABELS, open: true };
  }
  const entries: [string, string][] = [];
  const unknown: string[] = [];
  let open = false;
  for (const [key, text] of Object.entries(value)) {
    const known = text === null ? '' : text;
    if (isPlaceholder(key)) open = true;
    else if (typeof known === 'string' && !isPlaceholder(known)) entries.push([key, known]);
    else unknown.push(key);
    if (isPlaceholder(key) || (typeof known === 'string' && isPlaceholder(known))) decoding.placeholder([...at, key]);
  }
  return { labels: decoding.labels(Object.fromEntries(entries)), unknown, open };
}

/** The labels that are known, where nothing depends on the others. */
export function knownLabels(value: JsonValue | undefined): Labels {
  return decodeLabels(value, new Decoding(), []).labels;
}

const NO_LABELS: DecodedLabels = { labels: {}, unknown: [], open: false };
