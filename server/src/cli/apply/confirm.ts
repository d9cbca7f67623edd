import { createInterface } from 'node:readline/promises';
import { count, printable } from '../../analysis/wording.ts';
import { DEFAULT_PROTECTED, protectingPattern } from '../../workspace/apply/protectedContext.ts';

export interface Confirmation {
  readonly context: string;
  readonly changes: number;
  /** `--yes`. */
  readonly yes: boolean;
  /** `--context` named it, which stands for typing its name. */
  readonly named: boolean;
  /** Standard input holds a manifest, or the output is for a program. */
  readonly silent: boolean;
}

/** `problem`: one sentence, why nobody could be asked or why it must not go on. */
export async function confirm({
  context,
  changes,
  yes,
  named,
  silent,
}: Confirmation): Promise<{ readonly agreed: boolean } | { readonly problem: string }> {
  const shown = printable(context);
  const pattern = protectingPattern(context, DEFAULT_PROTECTED);
  if (yes) {
    return pattern === undefined || named
      ? { agreed: true }
      : {
          problem: `The context ${shown} is protected (${pattern}): name it with --context to apply without being asked.`,
        };
  }
  const hasTerminal = process.stdin.isTTY && process.stderr.isTTY;
  if (silent || !hasTerminal) return { problem: 'There is no terminal to ask on: --yes applies without asking.' };
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const what = count(changes, 'change');
    if (pattern === undefined) {
      const answer = await terminal.question(`Apply ${what} to ${shown}? [y/N] `);
      return { agreed: /^y(?:es)?$/i.test(answer.trim()) };
    }
    const answer = await terminal.question(`${shown} is protected. Type its name to apply ${what}: `);
    return { agreed: answer.trim() === context };
  } finally {
    terminal.close();
  }
}
