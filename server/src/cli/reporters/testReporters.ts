import { count, printable } from '../../analysis/wording.ts';
import type { IntentOutcome, IntentPair, IntentResult } from '../../intent/intentResult.ts';
import { pairCauses, pairText, sizesText, type PairCause } from '../../intent/intentText.ts';
import type { IntentRun } from '../../intent/runIntents.ts';
import type { RuleRef } from '../../model/networkPolicy.ts';
import { lineIndex, type LineIndex } from '../../syntax/lineIndex.ts';
import type { ObjectTable } from '../../workspace/objectTable.ts';
import type { LeftOut } from '../inputs.ts';
import type { Output } from '../output.ts';
import { xmlText } from '../xml.ts';
import { jsonConnections } from '../../workspace/report/reportJson.ts';
import { paint, wrap } from './terminal.ts';

export type TestFormat = 'text' | 'json' | 'junit';

/** The tests of one file, run. */
export interface TestedFile {
  readonly file: string;
  readonly lines: LineIndex;
  readonly runs: readonly IntentRun[];
  readonly seconds: number;
  /** Where policies are written. */
  readonly manifests: ObjectTable;
}

export interface TestReporter {
  file(tested: TestedFile): void;
  end(notEvaluated: readonly LeftOut[]): void;
}

export const TEST_REPORTERS: Readonly<Record<TestFormat, (output: Output) => TestReporter>> = {
  text: textReporter,
  json: jsonReporter,
  junit: junitReporter,
};

const WORDS: Readonly<Record<IntentOutcome, { readonly word: string; readonly color: 'green' | 'red' | 'yellow' }>> = {
  passed: { word: 'pass', color: 'green' },
  failed: { word: 'FAIL', color: 'red' },
  undecided: { word: 'not decidable', color: 'yellow' },
};

function textReporter(output: Output): TestReporter {
  const tally = new Tally();
  return {
    file: ({ file, lines, runs, manifests }) => {
      output.write(`${printable(file)}\n`);
      for (const { written, result } of runs) {
        if (result === undefined) continue;
        tally.add(result.outcome);
        const { word, color } = WORDS[result.outcome];
        const lead = `  ${String(lines.position(written.range.start).line + 1).padStart(4)}  `;
        const sizes = result.outcome === 'passed' ? `   ${sizesText(result)}` : '';
        const text = wrap(`${printable(written.name)}${sizes}`, output.width, lead.length + word.length + 2);
        output.write(`${lead}${paint(output, color, word)}  ${text}\n`);
        const indent = ' '.repeat(lead.length + 2);
        for (const line of detailLines(result, manifests)) {
          output.write(`${indent}${wrap(printable(line), output.width, indent.length)}\n`);
        }
      }
      output.write('\n');
    },
    end: () => output.write(`${tally.text()}\n`),
  };
}

/** What is not as meant, and why, a line each. */
function detailLines(result: IntentResult, manifests: ObjectTable): readonly string[] {
  const { pairs, total, isMore, reasons, outcome } = result;
  if (outcome === 'passed') return [];
  const told = pairs.map((pair) => {
    const causes = pairCauses(pair).map((cause) => causeText(cause, manifests));
    return `${pairText(pair, result)}${causes.length === 0 ? '' : `: ${causes.join('; ')}`}`;
  });
  const rest = total - pairs.length;
  const lead = outcome === 'failed' && pairs.length === 0 ? 'it is about nobody: ' : '';
  return [
    ...told,
    ...(rest > 0 ? [`… and ${isMore ? 'more than ' : ''}${count(rest, 'more pair')}`] : []),
    ...reasons.map((reason) => `${lead}${reason}`),
  ];
}

function causeText({ text, ref }: PairCause, manifests: ObjectTable): string {
  const place = ref === undefined ? undefined : placeOfRule(manifests, ref);
  return place === undefined ? text : `${text} (${place.file}:${place.line + 1})`;
}

function jsonReporter(output: Output): TestReporter {
  const tally = new Tally();
  let isFirst = true;
  output.write('{"version":1,"files":[');
  return {
    file: ({ file, lines, runs, manifests }) => {
      const tests = runs.flatMap(({ written, result }) => {
        if (result === undefined) return [];
        tally.add(result.outcome);
        const { outcome, from, to, pairs, total, isMore, reasons } = result;
        return [
          {
            name: written.name,
            line: lines.position(written.range.start).line,
            outcome,
            from,
            to,
            pairs: pairs.map((pair) => jsonPair(pair, manifests)),
            total,
            ...(isMore ? { more: true } : {}),
            reasons,
          },
        ];
      });
      output.write(`${isFirst ? '\n' : ',\n'}${JSON.stringify({ file, tests })}`);
      isFirst = false;
    },
    end: (notEvaluated) =>
      output.write(`],\n"summary":${JSON.stringify(tally.counts)},\n"notEvaluated":${JSON.stringify(notEvaluated)}}\n`),
  };
}

function jsonPair({ from, to, ports, by, open, why }: IntentPair, manifests: ObjectTable): object {
  return {
    from,
    to,
    connections: jsonConnections(ports),
    because: by.map((ref) => ({
      policy: policyName(ref),
      direction: ref.direction,
      ...(ref.rule === undefined ? {} : { rule: ref.rule }),
      ...placeOfRule(manifests, ref),
    })),
    ...(open.length === 0 ? {} : { notIsolated: open }),
    ...(why === undefined ? {} : { why }),
  };
}

/** One suite for each file. What is not decidable is an error: it is neither a pass nor a finding. */
function junitReporter(output: Output): TestReporter {
  const suites: string[] = [];
  const tally = new Tally();
  return {
    file: ({ file, lines, runs, seconds, manifests }) => {
      const own = new Tally();
      const cases = runs.flatMap(({ written, result }) => {
        if (result === undefined) return [];
        own.add(result.outcome);
        tally.add(result.outcome);
        const line = lines.position(written.range.start).line + 1;
        const name = `name="${xmlText(written.name)}" classname="${xmlText(file)}" file="${xmlText(file)}" line="${line}"`;
        if (result.outcome === 'passed') return [`    <testcase ${name} time="0"/>\n`];
        const details = detailLines(result, manifests);
        const tag = result.outcome === 'failed' ? 'failure' : 'error';
        const body = `<${tag} type="${result.outcome}" message="${xmlText(details[0] ?? '')}">${xmlText(details.join('\n'))}</${tag}>`;
        return [`    <testcase ${name} time="0">\n      ${body}\n    </testcase>\n`];
      });
      suites.push(
        `  <testsuite name="${xmlText(file)}" ${junitCounts(own)} time="${seconds.toFixed(3)}">\n${cases.join('')}  </testsuite>\n`,
      );
    },
    end: () => {
      output.write('<?xml version="1.0" encoding="UTF-8"?>\n');
      output.write(`<testsuites name="bulkhead test" ${junitCounts(tally)}>\n`);
      for (const suite of suites) output.write(suite);
      output.write('</testsuites>\n');
    },
  };
}

function junitCounts({ counts }: Tally): string {
  const { passed, failed, undecided } = counts;
  return `tests="${passed + failed + undecided}" failures="${failed}" errors="${undecided}"`;
}

class Tally {
  readonly counts = { passed: 0, failed: 0, undecided: 0 };

  add(outcome: IntentOutcome): void {
    this.counts[outcome] += 1;
  }

  text(): string {
    const { passed, failed, undecided } = this.counts;
    const parts = [
      `${passed} passed`,
      ...(failed === 0 ? [] : [`${failed} failed`]),
      ...(undecided === 0 ? [] : [`${undecided} not decidable`]),
    ];
    return `${count(passed + failed + undecided, 'test')}: ${parts.join(', ')}.`;
  }
}

function policyName({ policy }: RuleRef): string {
  return policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`;
}

/** Where a policy's rule is written; 0-based. */
function placeOfRule(
  manifests: ObjectTable,
  { policy, direction, rule }: RuleRef,
): { readonly file: string; readonly line: number } | undefined {
  const namespace = policy.namespace ?? '';
  const written = manifests.namespaces.get(namespace)?.get(`${policy.kind}/${namespace}/${policy.name}`)?.at(-1);
  if (written === undefined) return undefined;
  const { file, placed, manifest } = written.origin;
  const path = rule === undefined ? ['spec'] : ['spec', direction, rule];
  const range = placed.document.sourceMap.nearest([...manifest.path, ...path]);
  return { file: file.uri, line: lineIndex(file.text).position(placed.start + range.start).line };
}
