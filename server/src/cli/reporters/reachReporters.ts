import { connectionsText, count, printable } from '../../analysis/wording.ts';
import type { ReachConnection, ReachWorkload } from '../../engine/reachability.ts';
import type { UnknownEntry } from '../../engine/unknownEntries.ts';
import type { LeftOut } from '../inputs.ts';
import type { Output } from '../output.ts';
import {
  csvRow,
  dotLabel,
  endText,
  markdownCell,
  mermaidLabel,
  nodeNames,
  unknownEnds,
  unknownText,
} from '../../workspace/report/ends.ts';
import { jsonConnections, jsonUnknown } from '../../workspace/report/reportJson.ts';
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

const csv: MakeReporter = (output) => {
  output.write(csvRow(['from', 'to', 'connections', 'state', 'why']));
  return {
    connection: ({ from, to, connections, partial }) => {
      const some = partial === undefined ? '' : `some pods only: ${connectionsText(partial)}`;
      output.write(csvRow([endText(from), endText(to), connectionsText(connections), 'allow', some]));
    },
    end: (unknown) => {
      for (const entry of unknown) output.write(csvRow([...unknownEnds(entry), '', 'unknown', entry.why]));
    },
  };
};

const md: MakeReporter = (output) => {
  output.write('| from | to | connections |\n|---|---|---|\n');
  return {
    connection: ({ from, to, connections, partial }) => {
      const some = partial === undefined ? '' : `; some pods only: ${connectionsText(partial)}`;
      output.write(
        `| ${markdownCell(endText(from))} | ${markdownCell(endText(to))} | ${connectionsText(connections)}${some} |\n`,
      );
    },
    end: (unknown, notEvaluated) => {
      if (unknown.length > 0) output.write('\nNot decided:\n');
      for (const entry of unknown) output.write(`- ${markdownCell(unknownText(entry))}\n`);
      const files = new Set(notEvaluated.map(({ file }) => file)).size;
      if (files > 0) output.write(`\n${count(files, 'file')} not or not fully evaluated.\n`);
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
    end: (unknown) => {
      for (const entry of unknown) {
        const [from, to] = unknownEnds(entry);
        output.write(`  ${dotLabel(from)} -> ${dotLabel(to)} [label="not decided", color=gray, style=dotted];\n`);
      }
      output.write('}\n');
    },
  };
};

const mermaid: MakeReporter = (output, workloads) => {
  const names = nodeNames();
  output.write('flowchart LR\n');
  for (const [namespace, members] of Map.groupBy(workloads, (workload) => workload.namespace)) {
    output.write(`  subgraph ${names(`namespace ${namespace}`).name}["${mermaidLabel(namespace)}"]\n`);
    for (const { id, name } of members) output.write(`    ${names(id).name}["${mermaidLabel(name)}"]\n`);
    output.write('  end\n');
  }
  const node = (text: string): string => {
    const { name, isNew } = names(text);
    return isNew ? `${name}["${mermaidLabel(text)}"]` : name;
  };
  return {
    connection: ({ from, to, connections }) => {
      const label = mermaidLabel(connectionsText(connections));
      output.write(`  ${node(endText(from))} -->|"${label}"| ${node(endText(to))}\n`);
    },
    end: (unknown) => {
      for (const entry of unknown) {
        const [from, to] = unknownEnds(entry);
        output.write(`  ${node(from)} -.->|"not decided"| ${node(to)}\n`);
      }
    },
  };
};

export const REACH_REPORTERS: Readonly<Record<ReachFormat, MakeReporter>> = { json, text, csv, md, dot, mermaid };
