/** Whatever is taken in a bulkhead.yaml, wherever in it, is what the reader of that file knows. */
import { expect, test } from 'vitest';
import { CHECK_CODES } from '../../../server/src/analysis/registry.ts';
import { complete } from '../../../server/src/features/completion/complete.ts';
import { decodeBulkheadYaml } from '../../../server/src/syntax/bulkheadYaml.ts';
import { applied, PLAIN_CLIENT } from '../../support/completions.ts';
import { SHOP } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const FILE = `namespace: shop
exclude: ["vendor/**"]
checks:
  egress-without-dns: warning
  missing-egress: { severity: off, reason: "sandbox" }
  volatile-label:
    severity: hint
overrides:
- files: ["legacy/**"]
  checks: { egress-without-dns: off }
contexts:
  - files:
      - clusters/prod/**
    context: prod-eu
`;

const snapshot = snapshotOf(SHOP);

function problems(text: string): readonly string[] {
  return decodeBulkheadYaml(text, CHECK_CODES).problems.map(({ message }) => message);
}

test('at every place of a whole file, and on a new line behind every one', () => {
  const states = [
    ...Array.from({ length: FILE.length + 1 }, (_, offset) => ({ text: FILE, offset })),
    ...FILE.split('\n').flatMap((_, index, lines) =>
      ['', '  ', '    ', '- ', '  - '].map((start) => {
        const before = [...lines.slice(0, index), start].join('\n');
        return { text: [before, ...lines.slice(index)].join('\n'), offset: before.length };
      }),
    ),
  ];
  const wrong: string[] = [];
  let taken = 0;
  for (const { text, offset } of states) {
    const known = new Set([...problems(text), ...problems(FILE)]);
    const list = complete(snapshot, { uri: uriOf('bulkhead.yaml'), text }, offset, PLAIN_CLIENT);
    for (const item of list?.items ?? []) {
      taken += 1;
      const added = problems(applied(text, item)).filter((problem) => !known.has(problem));
      if (added.length > 0) wrong.push(`${offset} "${text.slice(offset - 20, offset)}" ${item.label}: ${added.join()}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(taken).toBeGreaterThan(1000);
});
