import { nameSome, printable } from '../../analysis/wording.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import type { SourceRange } from '../../model/sourceRange.ts';
import type { SourceFile } from '../sourceFile.ts';
import type { BrokenNeed } from './brokenNeeds.ts';
import type { WrittenPlace } from './need.ts';

/** `DATABASE_URL of frontend`. */
export function breakText({ need: { what, of } }: BrokenNeed): string {
  return printable(of === undefined ? what : `${what} of ${nameOf(of)}`);
}

/** One clause for each thing that breaks, workloads with the same together: `DNS of web and 3 other workloads`. */
export function breakClauses(broken: readonly BrokenNeed[]): readonly string[] {
  return sameThings(broken).map(({ clause }) => clause);
}

function sameThings(broken: readonly BrokenNeed[]): readonly { readonly clause: string; readonly first: BrokenNeed }[] {
  const byWhat = Map.groupBy(broken, ({ need: { what, of } }) => (of === undefined ? `${what}\0` : what));
  return [...byWhat.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const names = [...new Set(same.flatMap(({ need: { of } }) => (of === undefined ? [] : [of])))].map(nameOf);
    const { what } = first.need;
    return [{ clause: printable(names.length === 0 ? what : `${what} of ${nameSome(names, 'workload')}`), first }];
  });
}

/**
 * `would break DATABASE_URL of frontend and DNS of web; may break scraping of metrics of db`. Undefined where nothing is
 * known to. What somebody has to decide about comes first, so that a cut leaves the least.
 */
export function breakSentence(broken: readonly BrokenNeed[]): string | undefined {
  const [certain, perhaps] = [broken.filter(isBroken), broken.filter((each) => !isBroken(each))];
  const parts = [
    ...(certain.length === 0 ? [] : [`would break ${someOf(breakClauses(certain))}`]),
    ...(perhaps.length === 0 ? [] : [`may break ${someOf(breakClauses(perhaps))}`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** Each thing that would break, and then what may, with the first need of it, which has the evidence. */
export function breakLines(
  broken: readonly BrokenNeed[],
): readonly { readonly clause: string; readonly first: BrokenNeed; readonly certain: boolean }[] {
  return [true, false].flatMap((certain) =>
    sameThings(broken.filter((each) => isBroken(each) === certain)).map((thing) => ({ ...thing, certain })),
  );
}

/** Whether it is worth the word "would": it is denied now, and more than a sign says that it is needed. */
export function isBroken({ verdict, wasUnknown, need }: BrokenNeed): boolean {
  return verdict === 'deny' && !wasUnknown && need.sureness !== 'possible';
}

/** Where the evidence is written, in a file as it is now; undefined where it does not stand there any more. */
export function evidencePlace(
  written: WrittenPlace | undefined,
  fileOf: (uri: string) => SourceFile | undefined,
): { readonly uri: string; readonly range: SourceRange } | undefined {
  const file = written && fileOf(written.uri);
  const placed = file?.parsed.documents.find(({ document }) => document === written?.document);
  if (written === undefined || file === undefined || placed === undefined) return undefined;
  const { start, end } = placed.document.sourceMap.nearest(written.path);
  const range = { start: placed.start + start, end: placed.start + end };
  return { uri: written.uri, range: lineIndex(file.text).range(range) };
}

/** A workload's name, out of `namespace/name[Kind]`. */
function nameOf(id: string): string {
  return id.replace(/^[^/]*\//, '').replace(/\[[^[\]]*\]$/, '');
}

function someOf(clauses: readonly string[]): string {
  const shown = clauses.slice(0, MOST);
  const more = clauses.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

const MOST = 3;
