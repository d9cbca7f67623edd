import { expect, test } from 'vitest';
import { askedPolicy } from '../../../client/src/livePolicy.ts';

/** Commands can be run by anything with any argument. */
test.each<readonly [argument: unknown, asked: unknown]>([
  [
    { uri: 'file:///a.yaml', policy: 'shop/web', more: 1 },
    { uri: 'file:///a.yaml', policy: 'shop/web' },
  ],
  [
    { uri: 'file:///a.yaml', position: { line: 3, character: 1 } },
    { uri: 'file:///a.yaml', position: { line: 3, character: 1 } },
  ],
  [{ uri: 'file:///a.yaml', position: { line: '3' } }, undefined],
  [{ uri: 'file:///a.yaml' }, undefined],
  [{ uri: 5, policy: 'shop/web' }, undefined],
  [[], undefined],
])('what is asked for is a policy of a document: %j', (argument, asked) => {
  expect(askedPolicy(argument)).toEqual(asked);
});
