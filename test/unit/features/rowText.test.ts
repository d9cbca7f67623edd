/** What a row of the list of completions says beside its label. */
import { expect, test } from 'vitest';
import { rowText } from '../../../server/src/features/completion/rowText.ts';

test.for([
  ['all of a short detail', 'app', '4 pods · api', '4 pods · api'],
  [
    'the clauses that fit',
    'nightly-report',
    '1 pod · nightly-report · snapshot: cluster.json, 12 Nov',
    '1 pod · nightly-report',
  ],
  [
    'the beginning of a clause that does not',
    'default-deny ingress',
    'nobody reaches any pod of the namespace',
    'nobody reaches any pod…',
  ],
  [
    'nothing where the label needs the row',
    'default-deny ingress and egress, with DNS',
    'no pod of the namespace is reached',
    '',
  ],
  ['nothing of nothing', 'app', '', ''],
] as const)('%s', ([, label, detail, expected]) => {
  expect(rowText(label, detail)).toBe(expected);
});
