import { listSome } from '../../analysis/wording.ts';
import type { RefusedObject } from '../../protocol/apply.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import type { ApplyDocument, RefusedDocument } from '../../workspace/apply/applyDocuments.ts';
import { faultRange } from '../../workspace/apply/faultPlaces.ts';
import type { PreviewedItem } from '../../workspace/apply/previewAll.ts';
import { kindRange } from './shownSteps.ts';
import { movedText, refusalText, targetName } from './stepTexts.ts';

/** What the server does not take, with its faults where they stand in the document. */
export function refusedItem(item: PreviewedItem, document: ApplyDocument | undefined): readonly RefusedObject[] {
  if (item.state !== 'refused' && item.state !== 'moved') return [];
  const name = targetName(item.target);
  if (item.state === 'moved') {
    const why = movedText(item.target, item.moved);
    return [{ name, why, places: placesOf(document, [{ path: '', message: why }]) }];
  }
  const { why, faults } = item.refusal;
  const said = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return [
    {
      name,
      why: faults.length === 0 ? refusalText(item.target, item.refusal) : `${name}: ${listSome(said, 2)}`,
      places: placesOf(document, faults.length === 0 ? [{ path: '', message: why }] : faults),
    },
  ];
}

function placesOf(
  document: ApplyDocument | undefined,
  faults: readonly { readonly path: string; readonly message: string }[],
): RefusedObject['places'] {
  if (document === undefined) return [];
  const { origin } = document;
  const index = lineIndex(origin.file.text);
  return faults.map(({ path, message }) => ({
    uri: origin.file.uri,
    range: index.range(faultRange(origin, path) ?? kindRange(origin)),
    message,
  }));
}

/** What cannot even be asked about. */
export function refusedDocument({ file, placed, manifest, why }: RefusedDocument): RefusedObject {
  const name = decodeURIComponent(file.uri.slice(file.uri.lastIndexOf('/') + 1));
  const start = placed?.start ?? 0;
  const range =
    placed === undefined || manifest === undefined ? { start, end: start } : kindRange({ placed, manifest });
  return {
    name,
    why: `${name}: ${why}`,
    places: [{ uri: file.uri, range: lineIndex(file.text).range(range), message: why }],
  };
}
