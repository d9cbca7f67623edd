import { count, printable } from '../../analysis/wording.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { TrafficVerdict } from '../../model/verdict.ts';
import { explainPath } from '../../workspace/path/explainPath.ts';
import type { PathAnswer } from '../../workspace/path/pathAnswer.ts';
import { errorLineText, noteText, unclearText } from '../../workspace/path/noteText.ts';
import { probeOf } from '../../workspace/path/probe.ts';
import { proposeEdits, type Wanted } from '../../workspace/path/proposeEdits.ts';
import { readQuestion, type ReadQuestion } from '../../workspace/path/readQuestion.ts';
import { readInputs } from '../inputs.ts';
import type { FailOnQuery, InputOptions, OutputOptions } from '../options.ts';
import { openOutput } from '../output.ts';
import { pathSnapshot } from '../pathSnapshot.ts';
import { jsonAnswer, jsonProbe, jsonProposals, overallVerdict } from '../reporters/explainJson.ts';
import { writeAnswer, writeProbe, writeProposals } from '../reporters/explainText.ts';
import { paint } from '../reporters/terminal.ts';
import { UsageError } from '../usageError.ts';
import { jsonVerdict, VERDICTS } from './query.ts';

export interface ExplainOptions extends InputOptions, OutputOptions {
  readonly from?: string;
  readonly to?: string;
  readonly port?: { readonly port: number; readonly protocol?: Protocol };
  /** A line of a program whose connection failed. */
  readonly error?: string;
  readonly propose?: Wanted;
  readonly probe?: boolean;
  readonly format: 'text' | 'json';
  readonly failOn: FailOnQuery;
}

/**
 * `bulkhead explain`: one traffic's verdict with its reasons, for people to read; with `--propose` the smallest edit that
 * makes it another one, with `--probe` the command that tries it on the real network. Nothing is written and nothing run.
 */
export async function explain(paths: readonly string[], options: ExplainOptions): Promise<number> {
  const inputs = await readInputs(paths, options);
  const snapshot = pathSnapshot(inputs, options);
  const { from, to, error, port } = options;
  const read = readQuestion(snapshot, {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(error !== undefined && { error }),
    ...port,
  });
  const output = await openOutput(options.output, options.color !== false);
  const isJson = options.format === 'json';
  if (read.kind === 'unclear') {
    const why = unclearEnd(read);
    const shown = printable(`${from ?? '?'} → ${to ?? '?'}`);
    if (isJson) output.write(`${JSON.stringify(jsonVerdict(unknownVerdict(why)))}\n`);
    else output.write(`${paint(output, 'yellow', 'UNKNOWN')}  ${shown}\n  ${printable(why)}\n`);
    await output.close();
    return options.failOn === 'unknown' ? 1 : 0;
  }
  const { question, line } = read;
  const answer = explainPath(snapshot, question);
  const notes = [...read.notes, ...answer.notes];
  const verdict = overallVerdict(answer, notes);
  const proposals = options.propose === undefined ? undefined : proposeEdits(snapshot, question, options.propose);
  const probe = options.probe === true ? probeOf(snapshot, question) : undefined;
  if (isJson) {
    const more = {
      ...jsonAnswer(answer, notes),
      ...(line === undefined ? {} : { error: { ...line, text: errorLineText(line) } }),
      ...(proposals === undefined ? {} : { proposals: jsonProposals(proposals) }),
      ...(probe === undefined ? {} : { probe: jsonProbe(probe) }),
      notEvaluated: inputs.notEvaluated,
    };
    output.write(`${JSON.stringify({ ...jsonVerdict(verdict), ...more })}\n`);
  } else {
    const { word, color } = VERDICTS[verdict.verdict];
    output.write(`${paint(output, color, word.trim())}  ${headerOf(answer, options)}\n`);
    const leftOut = new Set(inputs.notEvaluated.map(({ file }) => file)).size;
    const texts = [
      ...(line === undefined ? [] : [errorLineText(line)]),
      ...notes.map(noteText),
      ...(leftOut === 0 ? [] : [`${count(leftOut, 'file')} not or not fully evaluated`]),
    ];
    writeAnswer(output, snapshot, answer, verdict, texts);
    if (proposals !== undefined) writeProposals(output, proposals);
    if (probe !== undefined) writeProbe(output, probe);
  }
  await output.close();
  return verdict.verdict === options.failOn || (options.failOn === 'unknown' && verdict.verdict === 'deny') ? 1 : 0;
}

/** As the ends were written; those of an error line as they were understood. */
function headerOf({ from, to, port, protocol, groups, more }: PathAnswer, options: ExplainOptions): string {
  const ends = printable(`${options.from ?? from} → ${options.to ?? to}`);
  const kinds = groups.length + more;
  return `${ends} ${port}/${protocol}${kinds > 1 ? `, in ${count(kinds, 'group')}` : ''}`;
}

/**
 * Why an end or the port is not clear: a name that nothing has makes the answer unknown.
 *
 * @throws UsageError for what only the person can say: which of several, or a part that is missing
 */
function unclearEnd({ unclear }: Extract<ReadQuestion, { kind: 'unclear' }>): string {
  const [first] = unclear;
  if (first === undefined) throw new UsageError('Nothing is asked.');
  if (first.part === 'error') {
    throw new UsageError('The error line names no host and no address; name the ends with --from, --to and --port.');
  }
  if (first.part === 'port') {
    const choices = first.choices.map(({ port, protocol }) => `${port}/${protocol}`);
    throw new UsageError(
      choices.length === 0
        ? 'Name a port, such as --port 5432/TCP.'
        : `Name a port with --port: ${choices.join(' or ')}.`,
    );
  }
  const { parsed, part } = first;
  if (parsed.kind === 'problem' && parsed.problem.kind === 'empty') {
    throw new UsageError(`Name the ${part === 'from' ? 'source with --from' : 'destination with --to'}.`);
  }
  if (parsed.kind === 'ambiguous') {
    throw new UsageError(printable(`${parsed.text} could be ${parsed.choices.join(' or ')}.`));
  }
  if (parsed.problem.kind !== 'notFound') return unclearText(parsed) ?? '';
  return `no pod, workload or address is called ${parsed.problem.text}`;
}

function unknownVerdict(why: string): TrafficVerdict {
  const direction = { verdict: 'unknown', by: [], why } as const;
  return { verdict: 'unknown', egress: direction, ingress: direction, why };
}
