/** The fix that turns a check off writes into the configuration as it is, and the result says what was meant. */
import { expect, test } from 'vitest';
import { decodeBulkheadYaml } from '../../../server/src/syntax/bulkheadYaml.ts';
import { turnOffFix } from '../../../server/src/workspace/turnOff.ts';

const CODE = 'missing-egress';

test.each([
  ['that does not exist', undefined],
  ['that is empty', ''],
  ['that holds a comment', '# ours\n'],
  ['without checks', 'namespace: shop\n'],
  ['without a line end', 'namespace: shop'],
  ['with checks in a block', 'checks:\n    egress-without-dns: warning\nnamespace: shop\n'],
  ['with checks in braces', 'checks: { egress-without-dns: warning }\n'],
  ['with empty checks', 'checks: {}\n'],
  ['with checks that nobody has written yet', 'checks:\nnamespace: shop\n'],
  ['with a comment behind the key', 'checks: # ours\n  egress-without-dns: warning\n'],
])('a configuration %s', (_, text) => {
  const [edit] = turnOffFix({ uri: 'file:///w/bulkhead.yaml', text }, CODE)?.edits ?? [];
  const { start, end } = edit?.range ?? { start: 0, end: 0 };
  const before = text ?? '';
  const { configuration, problems } = decodeBulkheadYaml(before.slice(0, start) + edit?.newText + before.slice(end));
  expect(problems).toEqual([]);
  expect(configuration.checks[CODE]).toEqual({ severity: 'off', reason: 'why it is no goal here' });
  const others = decodeBulkheadYaml(before).configuration;
  expect(configuration).toMatchObject({ ...others, checks: others.checks });
});

test.each([
  ['already says something of the check', `checks:\n  ${CODE}: error\n`],
  ['cannot be read', 'checks: {\n'],
  ['is no map', '- a\n'],
])('there is none where the file %s', (_, text) => {
  expect(turnOffFix({ uri: 'file:///w/bulkhead.yaml', text }, CODE)).toBeUndefined();
});
