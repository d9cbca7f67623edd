import { count, printable } from '../../analysis/wording.ts';
import type { UnknownEntry } from '../../engine/unknownEntries.ts';
import {
  CHANGE_WORDS,
  DIFF_REPORTS,
  breakRows,
  causeText,
  changesText,
  portsText,
  type Breaks,
  type DiffChange,
  type DiffReporter,
} from '../../workspace/report/diffReport.ts';
import { endText } from '../../workspace/report/ends.ts';
import type { Output } from '../output.ts';
import { endTextsFor, paint } from './terminal.ts';

export type DiffFormat = 'text' | 'json' | 'csv' | 'md' | 'dot' | 'mermaid';

type MakeReporter = (output: Output, states: { readonly before: string; readonly after: string }) => DiffReporter;

const COLORS = { added: 'green', removed: 'red', changed: 'yellow' } as const;

const text: MakeReporter = (output, { before, after }) => {
  const rows: { change: DiffChange; from: string; to: string; ports: string; causes: string }[] = [];
  return {
    change: (change, because) => {
      const ends = { from: shortEnd(change.from), to: shortEnd(change.to) };
      rows.push({ change, ...ends, ports: portsText(change), causes: because.map(causeText).join(', ') });
    },
    end: (workloads, unknown, notEvaluated, breaks) => {
      output.write(`${printable(before)}  →  ${printable(after)}\n\n`);
      const widths = endTextsFor(rows, output.width);
      const portWidth = rows.reduce((widest, { ports }) => Math.max(widest, Math.min(ports.length, 32)), 0);
      for (const { change, from, to, ports, causes } of rows) {
        const word = paint(output, COLORS[change.type], CHANGE_WORDS[change.type].padEnd(8));
        const ends = `${printable(from).padEnd(widths.from)} → ${printable(to).padEnd(widths.to)}`;
        output.write(`${word}${ends}  ${ports.padEnd(portWidth)}  ${printable(causes)}`.trimEnd());
        output.write('\n');
      }
      for (const id of workloads.added) output.write(`new     ${printable(id)}\n`);
      for (const id of workloads.removed) output.write(`gone    ${printable(id)}\n`);
      if (rows.length > 0 || workloads.added.length + workloads.removed.length > 0) output.write('\n');
      writeBreaks(output, breaks);
      const files = new Set(notEvaluated.map(({ file }) => file)).size;
      const leftOut = files === 0 ? '' : ` ${count(files, 'file')} not or not fully evaluated.`;
      output.write(`${changesText(rows.map(({ change }) => change))}${undecided(unknown)}${leftOut}\n`);
    },
  };
};

/** A line for each thing that would break, those of workloads with the same together. */
function writeBreaks(output: Output, breaks: Breaks | undefined): void {
  const lines = breakRows(breaks);
  const width = Math.min(40, Math.max(0, ...lines.map(({ clause }) => clause.length)));
  for (const { clause, evidence, certain } of lines) {
    const word = paint(output, certain ? 'red' : 'yellow', certain ? 'breaks     ' : 'may break  ');
    output.write(`${word}${clause.padEnd(width)}  ${evidence}\n`);
  }
  if (lines.length > 0) output.write('\n');
}

function undecided(unknown: readonly UnknownEntry[]): string {
  if (unknown.length === 0) return '';
  const whys = [...new Set(unknown.map(({ why }) => why))];
  return ` Not decidable: ${printable(whys.slice(0, 3).join('; '))}${whys.length > 3 ? `; and ${count(whys.length - 3, 'more reason')}` : ''}.`;
}

function shortEnd(end: DiffChange['from']): string {
  return endText(end).replace(/\[[A-Z][A-Za-z]*\]$/, '');
}

export const DIFF_REPORTERS: Readonly<Record<DiffFormat, MakeReporter>> = { ...DIFF_REPORTS, text };
