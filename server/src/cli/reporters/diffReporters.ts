import { connectionsText, count, printable, thousands } from '../../analysis/wording.ts';
import type { ClusterChange } from '../../engine/diffClusters.ts';
import type { UnknownEntry } from '../../engine/unknownEntries.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type { Connections } from '../../model/verdict.ts';
import { breakLines } from '../../workspace/needs/breakText.ts';
import type { BrokenNeed } from '../../workspace/needs/brokenNeeds.ts';
import type { LeftOut } from '../inputs.ts';
import type { ShownBreak } from '../needs.ts';
import type { Output } from '../output.ts';
import { csvRow, dotLabel, endText, markdownCell, mermaidLabel, nodeNames } from './ends.ts';
import { jsonConnections, jsonUnknown } from './json.ts';
import { unknownText } from './reachReporters.ts';
import { endTextsFor, paint } from './terminal.ts';

export type DiffFormat = 'text' | 'json' | 'csv' | 'md' | 'dot' | 'mermaid';

/** A policy or rule that caused a change, with its place where a file holds it. `line` is 0-based. */
export interface ShownCause {
  readonly policy: string;
  readonly file?: string;
  readonly line?: number;
  readonly direction: Direction;
  readonly rule?: number;
}

export interface DiffReporter {
  change(change: ClusterChange, because: readonly ShownCause[]): void;
  end(
    workloads: { readonly added: readonly string[]; readonly removed: readonly string[] },
    unknown: readonly UnknownEntry[],
    notEvaluated: readonly LeftOut[],
    breaks?: Breaks,
  ): void;
}

/** Needs that the change takes away, as they are and as JSON has them. */
export interface Breaks {
  readonly broken: readonly BrokenNeed[];
  readonly shown: readonly ShownBreak[];
}

type MakeReporter = (output: Output, states: { readonly before: string; readonly after: string }) => DiffReporter;

/** What people call a change. */
const WORDS = { added: 'gained', removed: 'lost', changed: 'changed' } as const;
const COLORS = { added: 'green', removed: 'red', changed: 'yellow' } as const;

const json: MakeReporter = (output) => {
  output.write(`{"version":1,\n"changes":[`);
  let separator = '\n';
  return {
    change: ({ type, from, to, before, after }, because) => {
      const shown = { type, from, to, before: jsonConnections(before), after: jsonConnections(after), because };
      output.write(`${separator}${JSON.stringify(shown)}`);
      separator = ',\n';
    },
    end: (workloads, unknown, notEvaluated, breaks) => {
      const broken = (breaks?.shown ?? []).map((each) => JSON.stringify(each)).join(',\n');
      output.write(`],\n"breaks":[${broken === '' ? '' : `\n${broken}`}`);
      output.write(
        `],\n"workloads":${JSON.stringify(workloads)},\n"unknown":${JSON.stringify(unknown.map(jsonUnknown))},\n`,
      );
      output.write(`"notEvaluated":${JSON.stringify(notEvaluated)}}\n`);
    },
  };
};

const text: MakeReporter = (output, { before, after }) => {
  const rows: { change: ClusterChange; from: string; to: string; ports: string; causes: string }[] = [];
  return {
    change: (change, because) => {
      const ends = { from: shortEnd(change.from), to: shortEnd(change.to) };
      rows.push({ change, ...ends, ports: portsText(change), causes: because.map(causeText).join(', ') });
    },
    end: (workloads, unknown, _notEvaluated, breaks) => {
      output.write(`${printable(before)}  →  ${printable(after)}\n\n`);
      const widths = endTextsFor(rows, output.width);
      const portWidth = rows.reduce((widest, { ports }) => Math.max(widest, Math.min(ports.length, 32)), 0);
      for (const { change, from, to, ports, causes } of rows) {
        const word = paint(output, COLORS[change.type], WORDS[change.type].padEnd(8));
        const ends = `${printable(from).padEnd(widths.from)} → ${printable(to).padEnd(widths.to)}`;
        output.write(`${word}${ends}  ${ports.padEnd(portWidth)}  ${printable(causes)}`.trimEnd());
        output.write('\n');
      }
      for (const id of workloads.added) output.write(`new     ${printable(id)}\n`);
      for (const id of workloads.removed) output.write(`gone    ${printable(id)}\n`);
      if (rows.length > 0 || workloads.added.length + workloads.removed.length > 0) output.write('\n');
      writeBreaks(output, breaks);
      output.write(`${summary(rows.map(({ change }) => change))}${undecided(unknown)}\n`);
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

/** What breaks, with its evidence and where that is written. */
function breakRows(breaks: Breaks | undefined): readonly { clause: string; evidence: string; certain: boolean }[] {
  if (breaks === undefined) return [];
  const shownOf = new Map(breaks.broken.map((each, index) => [each, breaks.shown[index]]));
  return breakLines(breaks.broken).map(({ clause, first, certain }) => {
    const { what = '', file, line = 0 } = shownOf.get(first)?.evidence ?? {};
    return { clause, certain, evidence: printable(file === undefined ? what : `${what} (${file}:${line + 1})`) };
  });
}

function summary(changes: readonly ClusterChange[]): string {
  const number = (type: ClusterChange['type']): number => changes.filter((change) => change.type === type).length;
  if (changes.length === 0) return 'Nothing changes.';
  const parts = (['removed', 'added', 'changed'] as const).flatMap((type) =>
    number(type) === 0 ? [] : [`${thousands(number(type))} ${WORDS[type]}`],
  );
  return `${parts.join(', ')}.`;
}

function undecided(unknown: readonly UnknownEntry[]): string {
  if (unknown.length === 0) return '';
  const whys = [...new Set(unknown.map(({ why }) => why))];
  return ` Not decidable: ${printable(whys.slice(0, 3).join('; '))}${whys.length > 3 ? `; and ${count(whys.length - 3, 'more reason')}` : ''}.`;
}

function portsText({ type, before, after }: ClusterChange): string {
  if (type === 'added') return connectionsText(after);
  if (type === 'removed') return connectionsText(before);
  return `${connectionsText(before)} ⇒ ${connectionsText(after)}`;
}

function shortEnd(end: ClusterChange['from']): string {
  return endText(end).replace(/\[[A-Z][A-Za-z]*\]$/, '');
}

function causeText({ policy, file, line }: ShownCause): string {
  return file === undefined ? policy : `${policy} (${file}:${(line ?? 0) + 1})`;
}

const csv: MakeReporter = (output) => {
  output.write(csvRow(['type', 'from', 'to', 'before', 'after', 'because']));
  return {
    change: ({ type, from, to, before, after }, because) => {
      const causes = because.map(causeText).join('; ');
      output.write(csvRow([type, endText(from), endText(to), connectionsCell(before), connectionsCell(after), causes]));
    },
    end: (_workloads, unknown) => {
      for (const { subject, why } of unknown) output.write(csvRow(['unknown', subject, '', '', '', why]));
    },
  };
};

function connectionsCell(connections: Connections): string {
  return connections.length === 0 ? '' : connectionsText(connections);
}

const md: MakeReporter = (output, { before, after }) => {
  output.write(
    `**${markdownCell(before)} → ${markdownCell(after)}**\n\n| | from | to | ports | because |\n|---|---|---|---|---|\n`,
  );
  const changes: ClusterChange[] = [];
  return {
    change: (change, because) => {
      changes.push(change);
      const { type, from, to } = change;
      const causes = markdownCell(because.map(causeText).join(', '));
      output.write(
        `| ${WORDS[type]} | ${markdownCell(endText(from))} | ${markdownCell(endText(to))} | ${portsText(change)} | ${causes} |\n`,
      );
    },
    end: (_workloads, unknown, _notEvaluated, breaks) => {
      const lines = breakRows(breaks);
      if (lines.length > 0) output.write('\nWould break:\n');
      for (const { clause, evidence, certain } of lines) {
        output.write(`- ${certain ? '' : 'perhaps '}${markdownCell(`${clause}: ${evidence}`)}\n`);
      }
      output.write(`\n${summary(changes)}\n`);
      if (unknown.length > 0) output.write('\nNot decided:\n');
      for (const entry of unknown) output.write(`- ${markdownCell(unknownText(entry))}\n`);
    },
  };
};

const dot: MakeReporter = (output) => {
  output.write('digraph changes {\n  rankdir=LR;\n  node [shape=box];\n');
  const style = { added: 'color=green', removed: 'color=red, style=dashed', changed: 'color=orange' };
  return {
    change: (change) => {
      const label = dotLabel(`${WORDS[change.type]} ${portsText(change)}`);
      output.write(
        `  ${dotLabel(endText(change.from))} -> ${dotLabel(endText(change.to))} [label=${label}, ${style[change.type]}];\n`,
      );
    },
    end: () => output.write('}\n'),
  };
};

const mermaid: MakeReporter = (output) => {
  const names = nodeNames();
  output.write('flowchart LR\n');
  const node = (end: ClusterChange['from']): string => {
    const { name, isNew } = names(endText(end));
    return isNew ? `${name}["${mermaidLabel(endText(end))}"]` : name;
  };
  return {
    change: (change) => {
      const arrow = change.type === 'removed' ? '-.->' : '-->';
      const label = mermaidLabel(`${WORDS[change.type]} ${portsText(change)}`);
      output.write(`  ${node(change.from)} ${arrow}|"${label}"| ${node(change.to)}\n`);
    },
    end: () => undefined,
  };
};

export const DIFF_REPORTERS: Readonly<Record<DiffFormat, MakeReporter>> = { json, text, csv, md, dot, mermaid };
