import type { OffsetRange } from '../model/sourceRange.ts';
import { parseManifests } from '../syntax/parseManifests.ts';
import { applyChanges } from '../syntax/textChange.ts';
import type { FileEdit, Finding, Fix } from './finding.ts';

/**
 * The one right fix of each finding that has one, as far as the time goes. Such fixes change a file of the window in
 * place; what takes traffic away, or only silences, is nobody's one right fix.
 */
export function rightFixes(findings: readonly Finding[], isLate: () => boolean): readonly Fix[] {
  const right: Fix[] = [];
  for (const { fixes = [] } of findings) {
    if (isLate()) break;
    const [first, second] = fixes.filter(({ preferred }) => preferred === true);
    if (first === undefined || second !== undefined) continue;
    if (first.confirm !== true && first.quiet !== true && first.edits.every(({ create }) => create !== true)) {
      right.push(first);
    }
  }
  return right;
}

/**
 * Those of several fixes of a file that can be made at once: of fixes that touch the same place the first counts.
 * Undefined where none is left, or where together they would break the text.
 */
export function together(file: string, text: string, fixes: readonly Fix[]): readonly Fix[] | undefined {
  const chosen: Fix[] = [];
  const taken: OffsetRange[] = [];
  for (const fix of fixes) {
    if (fix.edits.some((edit) => edit.file !== file || taken.some((range) => touch(range, edit.range)))) continue;
    chosen.push(fix);
    taken.push(...fix.edits.map(({ range }) => range));
  }
  return chosen.length > 0 && problemsOf(applyChanges(text, editsOf(chosen))) <= problemsOf(text) ? chosen : undefined;
}

export function editsOf(fixes: readonly Fix[]): readonly FileEdit[] {
  return fixes.flatMap(({ edits }) => edits);
}

function touch(a: OffsetRange, b: OffsetRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function problemsOf(text: string): number {
  return parseManifests(text).documents.reduce((sum, { document }) => sum + document.problems.length, 0);
}
