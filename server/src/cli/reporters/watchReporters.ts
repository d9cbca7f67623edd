import { printable, qualifiedName } from '../../analysis/wording.ts';
import type { ChangeEvent } from '../../changes/changeEvent.ts';
import type { JsonValue } from '../../model/manifest.ts';
import { lineDiff, shownLines } from '../../workspace/apply/lineDiff.ts';
import { changeTexts, managerText } from '../../workspace/changes/changeText.ts';
import { managerOf, type SeenPolicy } from '../../workspace/changes/seenPolicy.ts';
import type { Output } from '../output.ts';
import { paint, wrap } from './terminal.ts';

/** One JSON object a line. */
export function writeChangeJson(output: Output, { id, change, context, server, effect }: ChangeEvent): void {
  const { namespace, name, at, since, before, after } = change;
  const manager = managerOf(change);
  const line = {
    version: 1,
    id,
    change: change.change,
    policy: qualifiedName({ namespace, name }),
    kind: 'NetworkPolicy',
    namespace,
    name,
    context,
    server,
    at: iso(at),
    ...(since !== undefined && { since: iso(since) }),
    ...(manager !== undefined && { fieldManager: manager.name, writtenAt: manager.time }),
    effect,
    before: specOf(before),
    after: specOf(after),
    diff: diffLines(change),
  };
  output.write(`${JSON.stringify(line)}\n`);
}

/** The effect first, then who and when, then what is another text. */
export function writeChangeText(output: Output, { change, context, effect }: ChangeEvent): void {
  const { at, since } = change;
  const head = `${WORDS[change.change]}  ${printable(qualifiedName(change))}  `;
  const when = since === undefined ? iso(at) : `between ${iso(since)} and ${iso(at)}`;
  const who = managerText(change);
  const facts = [who, when, printable(context)].filter((fact) => fact !== undefined).join(' · ');
  const color = COLORS[change.change];
  output.write(`${paint(output, color, head)}${wrap(printable(effect), output.width, head.length)}\n`);
  output.write(`  ${wrap(facts, output.width, 2)}\n`);
  for (const line of diffLines(change)) {
    const shown = `  ${printable(line)}`;
    output.write(
      `${line.startsWith('-') ? paint(output, 'red', shown) : line.startsWith('+') ? paint(output, 'green', shown) : shown}\n`,
    );
  }
  output.write('\n');
}

const WORDS = { created: 'created', changed: 'changed', deleted: 'deleted', replaced: 'made anew' } as const;
const COLORS = { created: 'green', changed: 'yellow', deleted: 'red', replaced: 'yellow' } as const;

function diffLines(change: ChangeEvent['change']): readonly string[] {
  const { before, after } = changeTexts(change);
  return shownLines(lineDiff(before, after), 2);
}

/** Null where there is none; absent where it is too long to be kept. */
function specOf(policy: SeenPolicy | undefined): JsonValue | undefined {
  if (policy === undefined) return null;
  return policy.spec === undefined ? undefined : (JSON.parse(policy.spec) as JsonValue);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
