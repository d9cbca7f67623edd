import type { FieldPath } from '../../model/manifest.ts';
import { goJson, goQuote } from '../goText.ts';

/** One entry of the API server's field.ErrorList, or one of its warnings. */
export interface FieldError {
  /** The server's path, in its own spelling of indices. */
  readonly path: string;
  /** The server's text without the path. */
  readonly message: string;
  /** Where to point: the faulty value, or the nearest thing written where it is missing. */
  readonly at: FieldPath;
  /** Point at the key, not the value (`metadata.labels` is the path, one of its keys is meant). */
  readonly key?: true;
  readonly warning?: true;
  /** The fault is that something is not there: a fragment may leave it out. */
  readonly missing?: true;
}

/** A path while the validators descend; `text` is what the server prints. */
export interface ServerPath {
  readonly at: FieldPath;
  readonly text: string;
}

export function rootPath(field: string): ServerPath {
  return { at: [field], text: field };
}

export function child(path: ServerPath, field: string): ServerPath {
  return { at: [...path.at, field], text: `${path.text}.${field}` };
}

export function index(path: ServerPath, position: number): ServerPath {
  return { at: [...path.at, position], text: `${path.text}[${position}]` };
}

/** The server prints strings with Go's `%q`, numbers plainly. */
export function invalid(path: ServerPath, value: string | number, detail: string): FieldError {
  const shown = typeof value === 'string' ? goQuote(value) : String(value);
  return { path: path.text, at: path.at, message: `Invalid value: ${shown}: ${detail}` };
}

/** Values of named string types, lists and structs are printed as JSON. */
export function invalidJson(path: ServerPath, json: string, detail: string): FieldError {
  return { path: path.text, at: path.at, message: `Invalid value: ${json}: ${detail}` };
}

export function notSupported(path: ServerPath, value: string, supported: readonly string[]): FieldError {
  const list = supported.map((item) => goQuote(item)).join(', ');
  return { path: path.text, at: path.at, message: `Unsupported value: ${goJson(value)}: supported values: ${list}` };
}

export function required(path: ServerPath, detail: string): FieldError {
  const message = detail === '' ? 'Required value' : `Required value: ${detail}`;
  return { path: path.text, at: path.at, message, missing: true };
}

export function forbidden(path: ServerPath, detail: string): FieldError {
  return { path: path.text, at: path.at, message: `Forbidden: ${detail}` };
}
