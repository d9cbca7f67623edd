import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver/node';

/**
 * Remembers of each open document the tokens that were sent last, so that a keystroke sends what it changed rather than
 * the tokens of the whole file.
 */
export class TokenResults {
  readonly #last = new Map<string, { readonly resultId: string; readonly data: readonly number[] }>();
  #count = 0;

  full(uri: string, data: number[]): SemanticTokens & { readonly resultId: string } {
    this.#count += 1;
    const resultId = String(this.#count);
    this.#last.set(uri, { resultId, data });
    return { resultId, data };
  }

  /** All tokens where the client's state is not the one that is remembered. */
  delta(uri: string, previousResultId: string, data: number[]): SemanticTokens | SemanticTokensDelta {
    const last = this.#last.get(uri);
    const { resultId } = this.full(uri, data);
    if (last?.resultId !== previousResultId) return { resultId, data };
    return { resultId, edits: editsBetween(last.data, data) };
  }

  closed(uri: string): void {
    this.#last.delete(uri);
  }
}

/** One edit: what stands between the parts that begin and end alike. */
function editsBetween(before: readonly number[], after: readonly number[]): SemanticTokensDelta['edits'] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  if (head === before.length && head === after.length) return [];
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const data = after.slice(head, after.length - tail);
  const edit = { start: head, deleteCount: before.length - tail - head };
  return [data.length === 0 ? edit : { ...edit, data }];
}
