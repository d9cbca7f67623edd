import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenResults } from '../../../server/src/lsp/tokenResults.ts';

test('edits lead from what was sent last to what is there now, whatever both are', () => {
  const numbers = fc.array(fc.nat(3), { maxLength: 12 });
  fc.assert(
    fc.property(numbers, numbers, (before, after) => {
      const results = new TokenResults();
      const { resultId } = results.full('a', before);
      const answer = results.delta('a', resultId, after);
      const edits = 'edits' in answer ? answer.edits : [];
      const made = edits.reduce(
        (data, { start, deleteCount, data: put = [] }) => data.toSpliced(start, deleteCount, ...put),
        before,
      );
      expect(made).toEqual(after);
    }),
  );
});

test('all tokens are sent to a client whose state is another, and after a document was closed', () => {
  const results = new TokenResults();
  const { resultId } = results.full('a', [1]);
  expect(results.delta('a', 'older', [2])).toMatchObject({ data: [2] });
  expect(results.delta('b', resultId, [2])).toMatchObject({ data: [2] });
  const again = results.full('a', [1]);
  results.closed('a');
  expect(results.delta('a', again.resultId, [2])).toMatchObject({ data: [2] });
});
