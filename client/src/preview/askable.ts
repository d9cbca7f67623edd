import {
  PREVIEW_CHANGES,
  PREVIEW_DENIED,
  PREVIEW_EXPORT,
  PREVIEW_GRAPH,
  PREVIEW_MATRIX,
  PREVIEW_NAMES,
  PREVIEW_PAIRS,
  PREVIEW_UNKNOWN,
} from '../../../server/src/protocol/preview.ts';

/** What a page may ask of the server: questions, none of which changes anything or reads anything by a name of its own. */
const ASKABLE: ReadonlySet<string> = new Set(
  [
    PREVIEW_CHANGES,
    PREVIEW_DENIED,
    PREVIEW_EXPORT,
    PREVIEW_GRAPH,
    PREVIEW_MATRIX,
    PREVIEW_NAMES,
    PREVIEW_PAIRS,
    PREVIEW_UNKNOWN,
  ].map(({ name }) => name),
);

export function isAskable(method: string): boolean {
  return ASKABLE.has(method);
}
