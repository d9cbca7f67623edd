import { connectionsText, count, printable, thousands } from '../../analysis/wording.ts';
import type { ClusterChange } from '../../engine/diffClusters.ts';
import type { UnknownEntry } from '../../engine/unknownEntries.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type { Connections } from '../../model/verdict.ts';
import { breakLines } from '../needs/breakText.ts';
import type { BrokenNeed } from '../needs/brokenNeeds.ts';
import { csvRow, dotLabel, endText, markdownCell, mermaidLabel, nodeNames, unknownEnds, unknownText } from './ends.ts';
import { jsonConnections, jsonUnknown } from './reportJson.ts';

/** A policy or rule that caused a change, with its place where a file holds it. `line` is 0-based. */
export interface ShownCause {
  readonly policy: string;
  readonly file?: string;
  readonly line?: number;
  readonly direction: Direction;
  readonly rule?: number;
}

/** Receives a comparison as it is computed: changes in order, then what is said of the whole. */
export interface DiffReporter {
  change(change: DiffChange, because: readonly ShownCause[]): void;
  end(
    workloads: { readonly added: readonly string[]; readonly removed: readonly string[] },
    unknown: readonly UnknownEntry[],
    notEvaluated: readonly { readonly file: string; readonly why: string }[],
    breaks?: Breaks,
  ): void;
}

export type DiffChange = Pick<ClusterChange, 'type' | 'from' | 'to' | 'before' | 'after'>;

/** Needs that the change takes away, as they are and as JSON has them. */
export interface Breaks {
  readonly broken: readonly BrokenNeed[];
  readonly shown: readonly {
    readonly evidence: { readonly what: string; readonly file?: string; readonly line?: number };
  }[];
}

/** Where a report is written, piece by piece. */
export interface ReportOutput {
  write(text: string): void;
}

type MakeReport = (output: ReportOutput, states: { readonly before: string; readonly after: string }) => DiffReporter;

/** What people call a change. */
export const CHANGE_WORDS = { added: 'gained', removed: 'lost', changed: 'changed' } as const;

const json: MakeReport = (output) => {
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

/** `3 lost, 1 gained.` */
export function changesText(changes: readonly DiffChange[]): string {
  const number = (type: DiffChange['type']): number => changes.filter((change) => change.type === type).length;
  if (changes.length === 0) return 'Nothing changes.';
  const parts = (['removed', 'added', 'changed'] as const).flatMap((type) =>
    number(type) === 0 ? [] : [`${thousands(number(type))} ${CHANGE_WORDS[type]}`],
  );
  return `${parts.join(', ')}.`;
}

/** What passes: of a changed pair before and after. */
export function portsText({ type, before, after }: DiffChange): string {
  if (type === 'added') return connectionsText(after);
  if (type === 'removed') return connectionsText(before);
  return `${connectionsText(before)} ⇒ ${connectionsText(after)}`;
}

/** `shop/db (db.yaml:14)`. */
export function causeText({ policy, file, line }: ShownCause): string {
  return file === undefined ? policy : `${policy} (${file}:${(line ?? 0) + 1})`;
}

const csv: MakeReport = (output) => {
  output.write(csvRow(['type', 'from', 'to', 'before', 'after', 'because']));
  return {
    change: ({ type, from, to, before, after }, because) => {
      const causes = because.map(causeText).join('; ');
      output.write(csvRow([type, endText(from), endText(to), connectionsCell(before), connectionsCell(after), causes]));
    },
    end: ({ added, removed }, unknown, _notEvaluated, breaks) => {
      for (const id of added) output.write(csvRow(['new', id, '', '', '', '']));
      for (const id of removed) output.write(csvRow(['gone', id, '', '', '', '']));
      for (const { clause, evidence, certain } of breakRows(breaks)) {
        output.write(csvRow([certain ? 'breaks' : 'may break', clause, '', '', '', evidence]));
      }
      for (const entry of unknown) output.write(csvRow(['unknown', ...unknownEnds(entry), '', '', entry.why]));
    },
  };
};

function connectionsCell(connections: Connections): string {
  return connections.length === 0 ? '' : connectionsText(connections);
}

const md: MakeReport = (output, { before, after }) => {
  output.write(
    `**${markdownCell(before)} → ${markdownCell(after)}**\n\n| | from | to | ports | because |\n|---|---|---|---|---|\n`,
  );
  const changes: DiffChange[] = [];
  return {
    change: (change, because) => {
      changes.push(change);
      const { type, from, to } = change;
      const causes = markdownCell(because.map(causeText).join(', '));
      output.write(
        `| ${CHANGE_WORDS[type]} | ${markdownCell(endText(from))} | ${markdownCell(endText(to))} | ${portsText(change)} | ${causes} |\n`,
      );
    },
    end: ({ added, removed }, unknown, notEvaluated, breaks) => {
      for (const id of added) output.write(`| new | ${markdownCell(id)} | | | |\n`);
      for (const id of removed) output.write(`| gone | ${markdownCell(id)} | | | |\n`);
      const lines = breakRows(breaks);
      if (lines.length > 0) output.write('\nWould break:\n');
      for (const { clause, evidence, certain } of lines) {
        output.write(`- ${certain ? '' : 'perhaps '}${markdownCell(`${clause}: ${evidence}`)}\n`);
      }
      output.write(`\n${changesText(changes)}\n`);
      if (unknown.length > 0) output.write('\nNot decided:\n');
      for (const entry of unknown) output.write(`- ${markdownCell(unknownText(entry))}\n`);
      const files = new Set(notEvaluated.map(({ file }) => file)).size;
      if (files > 0) output.write(`\n${count(files, 'file')} not or not fully evaluated.\n`);
    },
  };
};

const dot: MakeReport = (output) => {
  output.write('digraph changes {\n  rankdir=LR;\n  node [shape=box];\n');
  const style = { added: 'color=green', removed: 'color=red, style=dashed', changed: 'color=orange' };
  return {
    change: (change) => {
      const label = dotLabel(`${CHANGE_WORDS[change.type]} ${portsText(change)}`);
      output.write(
        `  ${dotLabel(endText(change.from))} -> ${dotLabel(endText(change.to))} [label=${label}, ${style[change.type]}];\n`,
      );
    },
    end: ({ added, removed }, unknown) => {
      for (const id of added) output.write(`  ${dotLabel(id)} [label=${dotLabel(`${id} (new)`)}];\n`);
      for (const id of removed) output.write(`  ${dotLabel(id)} [label=${dotLabel(`${id} (gone)`)}, style=dashed];\n`);
      for (const entry of unknown) {
        const [from, to] = unknownEnds(entry);
        output.write(`  ${dotLabel(from)} -> ${dotLabel(to)} [label="not decided", color=gray, style=dotted];\n`);
      }
      output.write('}\n');
    },
  };
};

const mermaid: MakeReport = (output) => {
  const names = nodeNames();
  output.write('flowchart LR\n');
  const node = (text: string): string => {
    const { name, isNew } = names(text);
    return isNew ? `${name}["${mermaidLabel(text)}"]` : name;
  };
  return {
    change: (change) => {
      const arrow = change.type === 'removed' ? '-.->' : '-->';
      const label = mermaidLabel(`${CHANGE_WORDS[change.type]} ${portsText(change)}`);
      output.write(`  ${node(endText(change.from))} ${arrow}|"${label}"| ${node(endText(change.to))}\n`);
    },
    end: ({ added, removed }, unknown) => {
      for (const id of [...added, ...removed]) output.write(`  ${node(id)}\n`);
      for (const entry of unknown) {
        const [from, to] = unknownEnds(entry);
        output.write(`  ${node(from)} -.->|"not decided"| ${node(to)}\n`);
      }
    },
  };
};

/** What breaks, with its evidence and where that is written. */
export function breakRows(
  breaks: Breaks | undefined,
): readonly { clause: string; evidence: string; certain: boolean }[] {
  if (breaks === undefined) return [];
  const shownOf = new Map(breaks.broken.map((each, index) => [each, breaks.shown[index]]));
  return breakLines(breaks.broken).map(({ clause, first, certain }) => {
    const { what = '', file, line = 0 } = shownOf.get(first)?.evidence ?? {};
    return { clause, certain, evidence: printable(file === undefined ? what : `${what} (${file}:${line + 1})`) };
  });
}

/** The same content in every format that other programs, or a pull request, take. */
export const DIFF_REPORTS = { json, csv, md, dot, mermaid } as const satisfies Readonly<Record<string, MakeReport>>;
