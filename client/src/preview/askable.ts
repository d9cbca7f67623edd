import { COMPLETE_END, EXPLAIN_PATH, EXPOSURE, PROBE_PATH, PROPOSE_EDITS } from '../../../server/src/protocol/path.ts';
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
    COMPLETE_END,
    EXPLAIN_PATH,
    EXPOSURE,
    PROBE_PATH,
    PROPOSE_EDITS,
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

/** Whether a question is about what a panel compares; any other is about the document as it stands. */
export function isAboutSession(method: string): boolean {
  return method.startsWith('bulkhead/preview/');
}
