import type { Finding } from '../../analysis/finding.ts';
import { count, printable, thousands } from '../../analysis/wording.ts';
import type { Severity } from '../../model/finding.ts';
import type { NotEvaluatedReason } from '../../model/manifest.ts';
import type { SourceRange } from '../../model/sourceRange.ts';
import type { Output } from '../output.ts';
import { paint, wrap } from './terminal.ts';

export interface CheckTotals {
  readonly files: number;
  readonly policies: number;
  readonly workloads: number;
  readonly notEvaluated: readonly { readonly file: string; readonly why: NotEvaluatedReason }[];
}

export interface LocatedFinding {
  readonly finding: Finding;
  readonly range: SourceRange;
}

const COLORS = { error: 'red', warning: 'yellow', information: 'blue', hint: 'gray' } as const;

/** Findings grouped by file as people read them, with a closing line that says what was and was not looked at. */
export function writeCheckText(output: Output, findings: readonly LocatedFinding[], totals: CheckTotals): void {
  const byFile = Map.groupBy(findings, ({ finding }) => finding.file);
  for (const [file, list] of byFile) {
    output.write(`${printable(file)}\n`);
    const places = list.map(({ range }) => `${range.start.line + 1}:${range.start.character + 1}`);
    const placeWidth = Math.max(...places.map((place) => place.length));
    list.forEach(({ finding }, index) => {
      const lead = `  ${(places[index] ?? '').padEnd(placeWidth)}  `;
      const severity = finding.severity.padEnd(11);
      const said =
        finding.layer === 'validation' && finding.path !== '' ? `${finding.path}: ${finding.message}` : finding.message;
      const text = `${printable(said)}   ${finding.code}`;
      const indent = lead.length + severity.length + 1;
      output.write(`${lead}${paint(output, COLORS[finding.severity], severity)} ${wrap(text, output.width, indent)}\n`);
    });
    output.write('\n');
  }
  output.write(`${summary(findings, totals)}\n`);
}

function summary(findings: readonly LocatedFinding[], totals: CheckTotals): string {
  const number = (severity: Severity): number => findings.filter(({ finding }) => finding.severity === severity).length;
  const parts = [
    number('error') > 0 ? count(number('error'), 'error') : '',
    number('warning') > 0 ? count(number('warning'), 'warning') : '',
    number('information') > 0 ? `${thousands(number('information'))} information` : '',
    number('hint') > 0 ? count(number('hint'), 'hint') : '',
  ].filter((part) => part !== '');
  const what = parts.length === 0 ? 'Nothing to report' : parts.join(', ');
  const where = `${count(totals.files, 'file')} (${count(totals.policies, 'policy', 'policies')}, ${count(totals.workloads, 'workload')})`;
  return `${what} in ${where}.${leftOut(totals)}`;
}

function leftOut({ notEvaluated }: CheckTotals): string {
  const files = new Set(notEvaluated.map(({ file }) => file));
  if (files.size === 0) return '';
  const names = {
    template: 'templates',
    patch: 'patches',
    placeholder: 'placeholders',
    generated: 'generated',
  } as const;
  const whys = [...new Set(notEvaluated.map(({ why }) => names[why]))];
  const part = notEvaluated.every(({ why }) => why === 'placeholder') ? 'not fully evaluated' : 'not evaluated';
  return ` ${count(files.size, 'file')} ${part}: ${whys.join(', ')}.`;
}
