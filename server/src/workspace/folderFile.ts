import { sharedEnd } from '../syntax/sharedText.ts';
import { parseManifests } from '../syntax/parseManifests.ts';
import type { ManifestDocument, ParsedText } from '../syntax/manifestDocument.ts';
import { nextSlots, type DocumentSlot } from './documentSlots.ts';
import { fileKey, pathOfUri } from './fileUri.ts';
import { isHalfTyped, type WritingPlace } from './halfTyped.ts';

/** How long after the last edit a key without a value is left alone where no cursor says more, in ms. */
export const SETTLING = 800;

/** A file of a folder over its life: what lies on disk, and while it is open what its editor holds. */
export class FolderFile {
  readonly key: string;
  readonly path: string;
  /** The client's spelling of the URI once it has opened the file. */
  uri: string;
  text: string;
  parsed: ParsedText;
  /** The text on disk; undefined for a document that is in an editor alone. */
  disk: string | undefined;
  open = false;
  slots: readonly DocumentSlot[] = [];
  #edit: { readonly offset: number; readonly at: number } | undefined;
  /** The line of the client's cursor; told again only when it changes. Undefined where none is known. */
  #cursor: number | undefined;

  constructor(uri: string, text: string) {
    this.uri = uri;
    this.key = fileKey(uri);
    this.path = pathOfUri(uri);
    this.text = text;
    this.parsed = parseManifests(text);
  }

  /** @param now of an edit by a person, in ms; undefined where the text came from disk or has just been opened */
  setText(text: string, now?: number): void {
    if (text === this.text) return;
    const before = this.text;
    this.parsed = parseManifests(text, { text: before, parsed: this.parsed });
    this.text = text;
    if (now === undefined) {
      this.slots = [];
      this.#edit = undefined;
      return;
    }
    this.#edit = { offset: editEnd(before, text), at: now };
  }

  /** @param line 0-based; undefined: the cursor is in another file */
  setCursor(line: number | undefined): void {
    this.#cursor = line;
  }

  closed(): void {
    this.open = false;
    this.slots = [];
    this.#edit = undefined;
    this.#cursor = undefined;
  }

  /**
   * Brings the slots up to the present text and time.
   *
   * @param isDecodable whether the API server would take every object of a document
   * @returns whether any document is answered from another state than before
   */
  settle(now: number, isDecodable: (document: ManifestDocument) => boolean): boolean {
    const before = this.slots;
    const places = this.#writingPlaces(now);
    this.slots = nextSlots(
      before,
      this.parsed.documents,
      (placed) => isDecodable(placed.document) && !places.some((place) => isHalfTyped(this.text, placed, place)),
    );
    return (
      before.length !== this.slots.length || this.slots.some((slot, index) => slot.accepted !== before[index]?.accepted)
    );
  }

  #writingPlaces(now: number): readonly WritingPlace[] {
    const recent = this.#edit !== undefined && now < this.#edit.at + SETTLING ? this.#edit : undefined;
    if (this.#cursor === undefined) return recent === undefined ? [] : [{ offset: recent.offset, below: true }];
    return [{ offset: startOfLine(this.text, this.#cursor), below: recent !== undefined }];
  }
}

/** Where an edit ends in the new text. */
function editEnd(before: string, after: string): number {
  return after.length - sharedEnd(before, after);
}

function startOfLine(text: string, line: number): number {
  let start = 0;
  for (let at = 0; at < line; at++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return start;
}
