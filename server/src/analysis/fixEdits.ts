import type { FieldPath } from '../model/manifest.ts';
import type { ManifestDocument } from '../syntax/manifestDocument.ts';
import { readDocument } from '../syntax/readDocument.ts';
import { changesInSteps, type TextChange } from '../syntax/textChange.ts';
import type { WrittenManifest } from './check.ts';
import type { FileEdit, Fix } from './finding.ts';

export interface FixOptions {
  /** The one right fix. */
  readonly preferred?: true;
  /** It takes traffic away: a person sees first which, and agrees. */
  readonly confirm?: true;
}

/**
 * A fix made of changes of a manifest's document. None where the changes are undefined (an edit that cannot be done
 * surely, see yamlEdit) or change nothing.
 *
 * @param changes in offsets of `written.placed.document`
 */
export function fixOf(
  written: WrittenManifest,
  title: string,
  changes: readonly TextChange[] | undefined,
  options: FixOptions = {},
): readonly Fix[] {
  if (changes === undefined || changes.length === 0) return [];
  return [{ title, ...options, edits: fileEdits(written, changes) }];
}

/** Changes of a document as edits of the file that it stands in. */
export function fileEdits({ file, placed }: WrittenManifest, changes: readonly TextChange[]): readonly FileEdit[] {
  return changes.map(({ range, newText }) => ({
    file,
    range: { start: placed.start + range.start, end: placed.start + range.end },
    newText,
  }));
}

/** A field's path in its document: for an item of a List it begins with the item. */
export function fieldPath({ manifest }: WrittenManifest, path: FieldPath): FieldPath {
  return [...manifest.path, ...path];
}

/** One of several edits of a document, each of which sees what those before it wrote. */
export type DocumentStep = (document: ManifestDocument) => readonly TextChange[] | undefined;

/** Edits of a manifest's document one after another, as changes of the text as it stands. */
export function changesOf(
  { placed }: WrittenManifest,
  steps: readonly DocumentStep[],
): readonly TextChange[] | undefined {
  const { document } = placed;
  return changesInSteps(
    document.text,
    steps.map((step) => (text: string) => step(text === document.text ? document : readDocument(text))),
  );
}
