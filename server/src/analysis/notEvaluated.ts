import type { NotEvaluatedReason } from '../model/manifest.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import type { ParsedText } from '../syntax/manifestDocument.ts';
import type { Finding } from './finding.ts';

const CODE = 'not-evaluated';

const WHY: Readonly<Record<NotEvaluatedReason, string>> = {
  template: 'Not evaluated: only a template engine can read this file',
  patch: 'Not evaluated on its own: a kustomization names this file as a patch. Its values are checked',
  placeholder: 'Not evaluated: what depends on this placeholder is not known',
  generated: 'Not evaluated: this is generated',
};

/**
 * Quiet hints at what answers leave out of a manifest (cli-contract, Inputs), never a fault. The command line lists the
 * same under `notEvaluated`.
 */
export function notEvaluatedHints({
  file,
  text,
  parsed,
  fragment,
}: {
  file: string;
  text: string;
  parsed: ParsedText;
  fragment: boolean;
}): readonly Finding[] {
  if (parsed.template) return [hint(file, 'template', firstLine(text, 0))];
  const hints: Finding[] = [];
  for (const { start, document } of parsed.documents) {
    if (fragment && document.objects.length > 0) hints.push(hint(file, 'patch', firstLine(text, start)));
    for (const { why, range } of document.notEvaluated) {
      const place = range ?? { start: 0, end: 0 };
      hints.push(hint(file, why, { start: start + place.start, end: start + place.end }));
    }
  }
  return hints;
}

function hint(file: string, why: NotEvaluatedReason, range: OffsetRange): Finding {
  return { code: CODE, severity: 'hint', layer: 'semantic', message: WHY[why], path: '', file, range };
}

/** The first line from an offset on that says something. */
function firstLine(text: string, from: number): OffsetRange {
  const match = /[^\s-][^\r\n]*/.exec(text.slice(from));
  return match === null
    ? { start: from, end: from }
    : { start: from + match.index, end: from + match.index + match[0].length };
}
