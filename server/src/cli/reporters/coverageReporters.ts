import { count, listSome, printable, thousands } from '../../analysis/wording.ts';
import type { IsolationCount } from '../../engine/isolationCounts.ts';
import type { NamespaceCoverage, PolicyCoverage } from '../../workspace/policyCoverage.ts';
import type { LeftOut } from '../inputs.ts';
import type { Output } from '../output.ts';
import { markdownCell, unknownText } from '../../workspace/report/ends.ts';
import { jsonUnknown } from '../../workspace/report/reportJson.ts';
import { wrap } from './terminal.ts';

export type CoverageFormat = 'text' | 'json' | 'md';

type Report = (output: Output, coverage: PolicyCoverage, notEvaluated: readonly LeftOut[]) => void;

const json: Report = (output, { namespaces, total, policiesSelectingNothing, unknown }, notEvaluated) => {
  output.write(`{"version":1,\n"namespaces":[`);
  namespaces.forEach((namespace, index) => output.write(`${index === 0 ? '\n' : ',\n'}${JSON.stringify(namespace)}`));
  output.write(`],\n"total":${JSON.stringify(total)},\n`);
  output.write(`"policiesSelectingNothing":${JSON.stringify(policiesSelectingNothing)},\n`);
  output.write(
    `"unknown":${JSON.stringify(unknown.map(jsonUnknown))},\n"notEvaluated":${JSON.stringify(notEvaluated)}}\n`,
  );
};

const HEADINGS = ['namespace', 'workloads', 'pods', 'ingress isolated', 'egress isolated', 'default-deny'] as const;
/** Numbers stand to the right, words to the left. */
const IS_NUMBER = [false, true, true, true, true, false];

const text: Report = (output, coverage, notEvaluated) => {
  const rows = tableRows(coverage);
  const widths = HEADINGS.map((heading, at) => Math.max(heading.length, ...rows.map((row) => row[at]?.length ?? 0)));
  // Everything but the name is short: the name gives way where the terminal is narrow.
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  widths[0] = Math.min(widths[0] ?? 0, Math.max(16, (output.width ?? Infinity) - others));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => {
        const width = widths[at] ?? 0;
        return IS_NUMBER[at] === true ? cell.padStart(width) : shortened(cell, width).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  for (const row of [HEADINGS, ...rows]) output.write(`${line(row)}\n`);
  const notes = notesOf(coverage);
  if (notes.length > 0) output.write('\n');
  for (const { what, text: note } of notes) {
    const lead = `${what}: `;
    output.write(`${lead}${wrap(printable(note), output.width, lead.length)}\n`);
  }
  output.write(`\n${wrap(summary(coverage, notEvaluated), output.width, 0)}\n`);
};

const md: Report = (output, coverage, notEvaluated) => {
  output.write(`| ${HEADINGS.join(' | ')} |\n`);
  output.write(`|${HEADINGS.map((_, at) => (IS_NUMBER[at] === true ? '--:' : '---')).join('|')}|\n`);
  for (const row of tableRows(coverage)) output.write(`| ${row.map(markdownCell).join(' | ')} |\n`);
  const notes = notesOf(coverage);
  if (notes.length > 0) output.write('\n');
  for (const { what, text: note } of notes) output.write(`- ${what}: ${markdownCell(note)}\n`);
  output.write(`\n${summary(coverage, notEvaluated)}\n`);
};

export const COVERAGE_REPORTERS: Readonly<Record<CoverageFormat, Report>> = { text, json, md };

function tableRows({ namespaces, total }: PolicyCoverage): readonly (readonly string[])[] {
  const workloads = namespaces.reduce((sum, namespace) => sum + namespace.workloads, 0);
  const shares = ({ pods, ingress, egress }: PolicyCoverage['total']): string[] => [
    thousands(pods),
    share(ingress, pods),
    share(egress, pods),
  ];
  return [
    ...namespaces.map((namespace) => [
      printable(namespace.name),
      thousands(namespace.workloads),
      ...shares(namespace),
      defaultDenyText(namespace),
    ]),
    ...(namespaces.length === 1 ? [] : [['all', thousands(workloads), ...shares(total), '']]),
  ];
}

/** `7 of 9`, `7 of 9, 1 not known`. */
function share({ isolated, unknown }: IsolationCount, pods: number): string {
  const some = `${thousands(isolated)} of ${thousands(pods)}`;
  return unknown === 0 ? some : `${some}, ${thousands(unknown)} not known`;
}

function defaultDenyText({ defaultDeny: { ingress, egress } }: NamespaceCoverage): string {
  const words = [
    ...(ingress === true ? ['ingress'] : []),
    ...(egress === true ? ['egress'] : []),
    ...(ingress === 'unknown' || egress === 'unknown' ? ['not known'] : []),
  ];
  return words.length === 0 ? 'no' : words.join(', ');
}

function notesOf({ namespaces, policiesSelectingNothing, unknown }: PolicyCoverage): { what: string; text: string }[] {
  const unprotectable = namespaces.flatMap((namespace) => namespace.unprotectable);
  const onHost = unprotectable.filter(({ why }) => why === 'hostNetwork').map(({ id }) => id);
  const onNodes = Map.groupBy(
    unprotectable.filter(({ why }) => why !== 'hostNetwork'),
    ({ why }) => why,
  );
  return [
    ...(onHost.length === 0
      ? []
      : [{ what: "on the node's network, beyond the API's promise", text: listSome(onHost, 8) }]),
    ...[...onNodes].map(([why, workloads]) => ({
      what: `usually out of reach of policies: ${why}`,
      text: listSome(
        workloads.map(({ id }) => id),
        8,
      ),
    })),
    ...(policiesSelectingNothing.length === 0
      ? []
      : [{ what: 'select no pod', text: listSome(policiesSelectingNothing, 8) }]),
    ...unknown.map((entry) => ({ what: 'not certain', text: unknownText(entry) })),
  ];
}

function summary({ namespaces, total }: PolicyCoverage, notEvaluated: readonly LeftOut[]): string {
  const { pods, ingress, egress } = total;
  const having = (direction: 'ingress' | 'egress'): number =>
    namespaces.filter(({ defaultDeny }) => defaultDeny[direction] === true).length;
  const files = new Set(notEvaluated.map(({ file }) => file)).size;
  return [
    `Ingress of ${thousands(ingress.isolated)} and egress of ${thousands(egress.isolated)} of ${count(pods, 'pod')} is isolated.`,
    `Of ${count(namespaces.length, 'namespace')} ${thousands(having('ingress'))} ${having('ingress') === 1 ? 'has' : 'have'} default-deny for ingress, ${thousands(having('egress'))} for egress.`,
    ...(files === 0 ? [] : [`${count(files, 'file')} not or not fully evaluated.`]),
  ].join(' ');
}

function shortened(cell: string, width: number): string {
  return cell.length <= width ? cell : `${cell.slice(0, width - 1)}…`;
}
