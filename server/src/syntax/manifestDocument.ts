import type { Problem } from '../model/finding.ts';
import type { ClusterObject, FieldPath, JsonValue, NotEvaluatedReason } from '../model/manifest.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import type { TextNode } from './textTree.ts';

/** One text (a file, an unsaved buffer), cut at document markers. Never throws, whatever the text. */
export interface ParsedText {
  readonly documents: readonly PlacedDocument[];
  /** The text needs a template engine (`{{` or `<%` outside a quoted scalar or comment): nothing is evaluated. */
  readonly template: boolean;
}

/**
 * One YAML document of a text. It is parsed once and kept by content, so that every offset in it is relative to the
 * document's own text; `start` places it in the file and is the only part that changes when the file above it does.
 */
export interface PlacedDocument {
  /** Offset of the document's first character in the file. */
  readonly start: number;
  readonly document: ManifestDocument;
}

export interface ManifestDocument {
  readonly text: string;
  /** Scalars resolved as the API server's Go parser does; undefined for an empty document or one without a value. */
  readonly value: JsonValue | undefined;
  readonly sourceMap: SourceMap;
  /** The text as it is written, also of a broken one. Made anew at each call; undefined for an empty document. */
  textTree(): TextNode | undefined;
  /** YAML's own faults (layer `syntax`). The API server's layers are computed by `validateObject`. */
  readonly problems: readonly Problem[];
  /** Keys that a map holds twice. Strict decoding refuses them; otherwise the last one counts, also in `value`. */
  readonly duplicateKeys: readonly DuplicateKey[];
  /** The objects of the document: one, several for a List or an OpenShift Template, none for what we do not serve. */
  readonly objects: readonly ManifestObject[];
  readonly notEvaluated: readonly NotEvaluatedPart[];
}

/** An object of a document with where it stands in it. */
export interface ManifestObject {
  /** Path of the object in the document: empty, or `['items', 3]`. */
  readonly path: FieldPath;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** `''` where the text names none. */
  readonly namespace: string;
  /**
   * Absent: a kind that we do not decode, one whose text cannot be decoded (see `undecodable`), or one of which a
   * placeholder hides where or what it is. Fields of a workload that are of a wrong type are unknown in it.
   */
  readonly object?: ClusterObject;
  /** A NetworkPolicy that the API server's decoder would refuse (400), any object of broken YAML: the first fault. */
  readonly undecodable?: string;
}

export interface DuplicateKey {
  readonly path: FieldPath;
  /** The later key. */
  readonly range: OffsetRange;
  /** 1-based line in the document of the later key's value, as Go counts it. */
  readonly line: number;
  /** The key as Go writes it, a string in quotes. */
  readonly key: string;
}

export interface NotEvaluatedPart {
  readonly why: NotEvaluatedReason;
  /** Absent: the whole document. */
  readonly path?: FieldPath;
  readonly range?: OffsetRange;
}

/** Field path ↔ range of one document. Ranges are relative to the document's text. */
export interface SourceMap {
  /** The key and its value of a map entry, or a list item; undefined where the path is not written. */
  entry(path: FieldPath): OffsetRange | undefined;
  /** The key of a map entry (for a list item: its value). */
  key(path: FieldPath): OffsetRange | undefined;
  /** The value; for an empty value the key's end. */
  value(path: FieldPath): OffsetRange | undefined;
  /** The nearest written ancestor's key or value: never undefined, for findings on what is missing. */
  nearest(path: FieldPath): OffsetRange;
  /** A scalar's text without quotes and before it is resolved (`010` of a port that is 8); undefined elsewhere. */
  scalar(path: FieldPath): string | undefined;
  /** The innermost written path at an offset, and whether the offset is on its key or its value. */
  pathAt(offset: number): { readonly path: FieldPath; readonly part: 'key' | 'value' } | undefined;
}
