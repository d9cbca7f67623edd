import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import type { ValidationOptions } from '../../server/src/syntax/apiServer/validateObject.ts';
import { validateObject } from '../../server/src/syntax/apiServer/validateObject.ts';
import type { Problem } from '../../server/src/model/finding.ts';

/**
 * A text with every problem written below the token it is at: `#   ^^^ validation: Invalid value: …`. Below a token
 * in the first column, where the comment's own sign stands, the carets stand one to the right.
 */
export function withCarets(text: string, options: Partial<ValidationOptions> = {}): string {
  const { documents } = parseManifests(text);
  const lines = lineIndex(text);
  const below = new Map<number, string[]>();
  for (const { start, document } of documents) {
    const problems = [
      ...document.problems,
      ...document.objects.flatMap((object) => validateObject(document, object, { targetVersion: '1.36', ...options })),
    ];
    for (const problem of problems) {
      const { line, character } = lines.position(start + problem.range.start);
      const width = Math.max(1, problem.range.end - problem.range.start);
      const caret = `#${' '.repeat(Math.max(0, character - 1))}${'^'.repeat(width)} ${described(problem)}`;
      below.set(line, [...(below.get(line) ?? []), caret]);
    }
  }
  return text
    .split('\n')
    .flatMap((line, number) => [line, ...(below.get(number) ?? [])])
    .join('\n');
}

/** The text of a case without its expected carets. */
export function withoutCarets(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^# *\^/.test(line))
    .join('\n');
}

function described({ layer, severity, path, message, behind }: Problem): string {
  const judge = `${layer}${severity === 'error' ? '' : ` ${severity}`}${behind === undefined ? '' : ` behind ${behind}`}`;
  const isAtPath = layer === 'validation' || layer === 'decode';
  return `${judge}: ${isAtPath ? `${path}: ` : ''}${message}`;
}
