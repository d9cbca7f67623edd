import { connectionsText, count, printable } from '../../analysis/wording.ts';
import type { ReachConnection, ReachWorkload } from '../../engine/reachability.ts';
import type { UnknownEntry } from '../../engine/unknownEntries.ts';
import type { LeftOut } from '../inputs.ts';
import type { Output } from '../output.ts';
import { csvRow, dotLabel, endText, markdownCell, mermaidLabel, nodeNames } from './ends.ts';
import { jsonConnections, jsonUnknown } from './json.ts';
import { endTextsFor, wrap } from './terminal.ts';

export type ReachFormat = 'text' | 'json' | 'csv' | 'md' | 'dot' | 'mermaid';

/** Receives an answer as it is computed: connections in order, then what is not decided. */
export interface ReachReporter {
  connection(connection: ReachConnection): void;
  end(unknown: readonly UnknownEntry[], notEvaluated: readonly LeftOut[]): void;
}

type MakeReporter = (output: Output, workloads: readonly ReachWorkload[]) => ReachReporter;

const json: MakeReporter = (output, workloads) => {
  output.write(`{"version":1,\n"workloads":${JSON.stringify(workloads)},\n"connections":[`);
  let separator = '\n';
  // Equal ports are the same object: their JSON is made once.
  const known = new WeakMap<object, string>();
  return {
    connection: ({ from, to, connections, partial }) => {
      let text = known.get(connections);
      if (text === undefined) known.set(connections, (text = JSON.stringify(jsonConnections(connections))));
      const some = partial === undefined ? '' : `,"partial":${JSON.stringify(jsonConnections(partial))}`;
      output.write(
        `${separator}{"from":${JSON.stringify(from)},"to":${JSON.stringify(to)},"connections":${text}${some}}`,
      );
      separator = ',\n';
    },
    end: (unknown, notEvaluated) => {
      output.write(
        `],\n"unknown":${JSON.stringify(unknown.map(jsonUnknown))},\n"notEvaluated":${JSON.stringify(notEvaluated)}}\n`,
      );
    },
  };
};

const text: MakeReporter = (output, workloads) => {
  const lines: { from: string; to: string; ports: string }[] = [];
  return {
    connection: ({ from, to, connections, partial }) => {
      const some = partial === undefined ? '' : ' (some pods only)';
      lines.push({ from: endText(from), to: endText(to), ports: `${connectionsText(connections)}${some}` });
    },
    end: (unknown, notEvaluated) => {
      const widths = endTextsFor(lines, output.width);
      for (const { from, to, ports } of lines) {
        const lead = `${printable(from).padEnd(widths.from)} → ${printable(to).padEnd(widths.to)}  `;
        output.write(`${lead}${wrap(ports, output.width, lead.length)}\n`);
      }
      for (const entry of unknown) output.write(`not decided: ${printable(unknownText(entry))}\n`);
      const files = new Set(notEvaluated.map(({ file }) => file)).size;
      const left = files === 0 ? '' : ` ${count(files, 'file')} not or not fully evaluated.`;
      output.write(
        `${lines.length === 0 ? '' : '\n'}${count(lines.length, 'connection')} between ${count(workloads.length, 'workload')} and the outside.${left}\n`,
      );
      if (lines.length > 200) output.write('Narrow it with --focus WORKLOAD or --direction ingress|egress.\n');
    },
  };
};

export function unknownText({ subject, direction, from, to, why }: UnknownEntry): string {
  if (from !== undefined && to !== undefined) return `${endText(from)} → ${endText(to)}: ${why}`;
  const whole = subject === '*' ? 'everything' : subject;
  const way = direction === undefined ? '' : direction === 'ingress' ? ', what reaches it' : ', what it reaches';
  return `${whole}${way}: ${why}`;
}

const csv: MakeReporter = (output) => {
  output.write(csvRow(['from', 'to', 'connections', 'state', 'why']));
  return {
    connection: ({ from, to, connections }) =>
      output.write(csvRow([endText(from), endText(to), connectionsText(connections), 'allow', ''])),
    end: (unknown) => {
      for (const { subject, direction, from, to, why } of unknown) {
        const ends =
          from !== undefined && to !== undefined
            ? [endText(from), endText(to)]
            : direction === 'ingress'
              ? ['*', subject]
              : [subject, '*'];
        output.write(csvRow([...ends, '', 'unknown', why]));
      }
    },
  };
};

const md: MakeReporter = (output) => {
  output.write('| from | to | connections |\n|---|---|---|\n');
  return {
    connection: ({ from, to, connections }) => {
      output.write(
        `| ${markdownCell(endText(from))} | ${markdownCell(endText(to))} | ${connectionsText(connections)} |\n`,
      );
    },
    end: (unknown) => {
      if (unknown.length > 0) output.write('\nNot decided:\n');
      for (const entry of unknown) output.write(`- ${markdownCell(unknownText(entry))}\n`);
    },
  };
};

const dot: MakeReporter = (output, workloads) => {
  output.write('digraph reachability {\n  rankdir=LR;\n  node [shape=box];\n');
  for (const [namespace, members] of Map.groupBy(workloads, (workload) => workload.namespace)) {
    output.write(`  subgraph ${dotLabel(`cluster_${namespace}`)} {\n    label=${dotLabel(namespace)};\n`);
    for (const { id, name, kind } of members)
      output.write(`    ${dotLabel(id)} [label=${dotLabel(`${name}\n${kind}`)}];\n`);
    output.write('  }\n');
  }
  return {
    connection: ({ from, to, connections }) => {
      output.write(
        `  ${dotLabel(endText(from))} -> ${dotLabel(endText(to))} [label=${dotLabel(connectionsText(connections))}];\n`,
      );
    },
    end: () => output.write('}\n'),
  };
};

const mermaid: MakeReporter = (output) => {
  const names = nodeNames();
  output.write('flowchart LR\n');
  const node = (end: ReachConnection['from']): string => {
    const { name, isNew } = names(endText(end));
    return isNew ? `${name}["${mermaidLabel(endText(end))}"]` : name;
  };
  return {
    connection: ({ from, to, connections }) => {
      output.write(`  ${node(from)} -->|"${mermaidLabel(connectionsText(connections))}"| ${node(to)}\n`);
    },
    end: () => undefined,
  };
};

export const REACH_REPORTERS: Readonly<Record<ReachFormat, MakeReporter>> = { json, text, csv, md, dot, mermaid };
