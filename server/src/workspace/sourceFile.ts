import type { ManifestObject, ParsedText, PlacedDocument } from '../syntax/manifestDocument.ts';

/** A text that takes part: a file on disk, an unsaved buffer, standard input. */
export interface SourceFile {
  /** A URI in the editor, the path as given on the command line. */
  readonly uri: string;
  readonly text: string;
  readonly parsed: ParsedText;
  /** A kustomization names this file as a patch: its values are checked, what it lacks is not. */
  readonly fragment: boolean;
}

/** Where an object is written. */
export interface Origin {
  readonly file: SourceFile;
  readonly placed: PlacedDocument;
  readonly manifest: ManifestObject;
}
