import { connectionsText, count, listSome, printable, qualifiedName } from '../../analysis/wording.ts';
import type { ChangeCause } from '../../engine/changeCauses.ts';
import { brokenText } from '../../intent/brokenIntents.ts';
import type { Gap, GapEnd } from '../../workspace/apply/applyGap.ts';
import type { ShownCause } from '../../workspace/report/diffReport.ts';
import { jsonConnections, jsonUnknown } from '../../workspace/report/reportJson.ts';
import type { ApplyReport, Outcome, ReportedObject } from '../apply/report.ts';
import type { Output } from '../output.ts';
import { DIFF_REPORTERS } from './diffReporters.ts';
import { paint } from './terminal.ts';

/** What the whole of it came to. */
export type TotalOutcome = Outcome | 'partial';

const CHANGES = { create: 'new', replace: 'changes', delete: 'goes', none: 'as it is', notKnown: 'refused' } as const;

/** The preview for a person: each object with what changes of it, then what that does to traffic. */
export function writePreview(output: Output, report: ApplyReport): void {
  const { context, server, user, objects, changes, unknown, brokenTests, breaks, leftAlone, order } = report;
  const says = user.from === 'server' ? '' : ', as the kubeconfig says';
  output.write(`${printable(context)} (${printable(server)}) as ${printable(user.user)}${says}\n\n`);
  for (const object of objects) writeObject(output, object);
  output.write('\n');
  const diff = DIFF_REPORTERS.text(output, { before: context, after: 'these changes applied' });
  for (const change of changes) diff.change(change, oncePerPolicy(change.because.map(shownCause)));
  diff.end({ added: [], removed: [] }, unknown, [], breaks);
  const broken = brokenText(brokenTests);
  if (broken !== undefined) output.write(`${printable(broken)}\n`);
  for (const { after, gaps } of order.gaps) {
    output.write(`After ${count(after, 'change')}, until the next: ${printable(gapsText(gaps))}.\n`);
  }
  if (order.gaps.length > 0) {
    output.write(
      order.complete
        ? 'No order of these changes keeps everything that is allowed before and after.\n'
        : 'No order was found that keeps everything that is allowed before and after.\n',
    );
  }
  if (leftAlone.length > 0) {
    const kinds = leftAlone.map(({ kind, count: number }) => count(number, kind));
    output.write(`Left alone: ${printable(listSome(kinds, 6))}.\n`);
  }
}

/** What became of each object, for a person; where nothing was sent the preview has said all there is. */
export function writeResult(output: Output, objects: readonly ReportedObject[], total: TotalOutcome): void {
  output.write('\n');
  const isSent = objects.some(({ outcome }) => SENT.has(outcome));
  for (const object of isSent ? objects : []) {
    const [fault] = object.faults;
    const said = fault === undefined ? object.why : `${fault.path}: ${fault.message}`;
    const why = said === undefined ? '' : `  ${printable(said)}`;
    output.write(`${paint(output, COLORS[object.outcome], WORDS[object.outcome].padEnd(12))}${nameOf(object)}${why}\n`);
  }
  output.write(`${TOTALS[total]}\n`);
}

/** Outcomes of which one at least means that something was sent. */
const SENT: ReadonlySet<Outcome> = new Set(['applied', 'altered', 'uncertain', 'notSent', 'rolledBack', 'kept']);

export function writeJson(output: Output, report: ApplyReport, total: TotalOutcome, guard: string | undefined): void {
  const { context, server, user, objects, changes, unknown, brokenTests, breaks, order, leftAlone, notEvaluated } =
    report;
  const shown = {
    version: 1,
    context,
    server,
    user: { name: user.user, from: user.from },
    outcome: total,
    objects: objects.map(({ target, ...object }) => ({
      ...(target ?? { kind: 'NetworkPolicy' }),
      ...object,
      diff: object.diff.join('\n'),
    })),
    changes: changes.map(({ type, from, to, before, after, because }) => ({
      type,
      from,
      to,
      before: jsonConnections(before),
      after: jsonConnections(after),
      because: because.map(shownCause),
    })),
    unknown: unknown.map(jsonUnknown),
    brokenTests,
    breaks: breaks.shown,
    gaps: order.gaps.flatMap(({ after, gaps }) =>
      gaps.map(({ from, to, connections }) => ({ after, from, to, connections: jsonConnections(connections) })),
    ),
    leftAlone: Object.fromEntries(leftAlone.map(({ kind, count: number }) => [kind, number])),
    notEvaluated,
    ...(guard === undefined ? {} : { guard }),
  };
  output.write(`${JSON.stringify(shown, undefined, 1)}\n`);
}

function writeObject(output: Output, object: ReportedObject): void {
  const { change, diff, takesOver, owners, mutated, warnings, notSent, why, namespaceAssumed, target } = object;
  output.write(
    `${nameOf(object)}  ${paint(output, 'bold', CHANGES[change])}  ${printable(object.file)}:${object.line + 1}\n`,
  );
  const say = (text: string): void => output.write(`  ${printable(text)}\n`);
  if (why !== undefined && object.faults.length === 0) say(why);
  for (const fault of object.faults) output.write(`${faultLine(object, fault)}\n`);
  if (namespaceAssumed && target !== undefined) say(`The document names no namespace: it goes to ${target.namespace}.`);
  for (const { by, holder, selfHeal } of owners) {
    const held = holder.name === '' ? by : `${by} (${holder.kind} ${holder.name})`;
    say(
      `Owned by ${held}. ${'how' in selfHeal ? selfHeal.how : `Whether it is put back is not known: ${selfHeal.why}`}`,
    );
  }
  for (const { manager, fields, time } of takesOver) {
    say(`Takes over ${listSome(fields, 4)} from ${manager}${time === '' ? '' : ` (${time})`}.`);
  }
  if (mutated.length > 0) say(`Admission changes ${mutated.join(', ')}.`);
  if (notSent.length > 0) say(`Not sent: ${notSent.join(', ')}.`);
  for (const warning of warnings) say(`Warning: ${warning}`);
  for (const line of diff) {
    const color = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : 'reset';
    output.write(`  ${paint(output, color, printable(line))}\n`);
  }
}

export function shownCause({ policy, direction, rule }: ChangeCause): ShownCause {
  return { policy: qualifiedName(policy), direction, ...(rule === undefined ? {} : { rule }) };
}

/** A line names policies, not each of their rules. */
function oncePerPolicy(causes: readonly ShownCause[]): readonly ShownCause[] {
  return [...new Map(causes.map((cause) => [cause.policy, cause])).values()];
}

function nameOf({ target }: ReportedObject): string {
  if (target === undefined) return '(no object)';
  return printable(target.kind === 'Namespace' ? `Namespace ${target.name}` : qualifiedName(target));
}

function faultLine({ file }: ReportedObject, fault: ReportedObject['faults'][number]): string {
  const { path, message, line, character } = fault;
  const place = line === undefined ? '' : `${file}:${line + 1}:${(character ?? 0) + 1}: `;
  return `  ${printable(`${place}${path === '' ? '' : `${path}: `}${message}`)}`;
}

function gapsText(gaps: readonly Gap[]): string {
  const [first] = gaps;
  if (first === undefined) return '';
  const more = gaps.length === 1 ? '' : ` and ${count(gaps.length - 1, 'more group')}`;
  return `${endText(first.from)} cannot reach ${endText(first.to)} on ${connectionsText(first.connections)}${more}`;
}

function endText(end: GapEnd): string {
  return 'workloads' in end
    ? listSome(
        end.workloads.map((id) => id.replace(/\[\w+\]$/, '')),
        3,
      )
    : `addresses ${listSome(end.cidrs, 3)}`;
}

const WORDS: Readonly<Record<Outcome, string>> = {
  previewed: 'previewed',
  refused: 'refused',
  conflict: 'conflict',
  applied: 'applied',
  altered: 'altered',
  unchanged: 'unchanged',
  uncertain: 'not known',
  notSent: 'not sent',
  rolledBack: 'rolled back',
  kept: 'kept',
};

const COLORS = {
  previewed: 'reset',
  refused: 'red',
  conflict: 'red',
  applied: 'green',
  altered: 'yellow',
  unchanged: 'reset',
  uncertain: 'yellow',
  notSent: 'yellow',
  rolledBack: 'yellow',
  kept: 'green',
} as const;

const TOTALS: Readonly<Record<TotalOutcome, string>> = {
  previewed: 'Nothing was changed: this is a preview.',
  refused: 'Nothing was changed.',
  conflict: 'Nothing was changed. Run it again to see what it would do now.',
  applied: 'Applied.',
  altered: 'Applied, but not as it is written.',
  unchanged: 'The cluster holds all of this already.',
  uncertain: 'What became of it is not known.',
  notSent: 'Nothing was changed.',
  partial: 'Applied in part.',
  rolledBack: 'Rolled back.',
  kept: 'Kept.',
};
