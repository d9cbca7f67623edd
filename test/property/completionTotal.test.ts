/** Completion in whatever a person may have written so far. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { complete, resolveCompletion } from '../../server/src/features/completion/complete.ts';
import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import { PLAIN_CLIENT, SNIPPET_CLIENT } from '../support/completions.ts';
import { SHOP } from '../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../support/snapshotOf.ts';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop, labels: { "a": 'b' } }
spec:
  podSelector:
    matchExpressions:
    - key: app
      operator: In
      values: [web, "\u{1f600}"]
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: { matchLabels: { app: web } }
      namespaceSelector: {}
    - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
    ports:
    - port: http
    - port: 80
      endPort: 90
`;
const MARKS =
  '---\n|...\n|: |- |-|? |&a |*a |!!str |"|\'|{|}|[|]|, |#|%|@|\t|\r\n|\r|null|~|{{|}}|<%|>-\n|[[|${A}|\uFEFF|\ud83d|__proto__: |constructor: |items:\n- '.split(
    '|',
  );
const PIECES = [...POLICY.split('\n'), ...POLICY.split(/[ \n]+/), '|\n', '|'];

const text: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...MARKS), fc.constantFrom('\n', '\n  ', '  ', ' ')), {
    maxLength: 50,
  })
  .map((pieces) => pieces.join(''));

const edited = fc
  .tuple(fc.nat(POLICY.length), fc.nat(12), fc.constantFrom('', ...MARKS))
  .map(([at, removed, put]) => POLICY.slice(0, at) + put + POLICY.slice(at + removed));

const snapshot = snapshotOf(SHOP);

test('has an answer whose edits stand on one line and hold the cursor', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        edited,
        text.map((rest) => `kind: NetworkPolicy\nspec:\n${rest}`),
      ),
      fc.nat(1000),
      fc.constantFrom('policy.yaml', 'policy.json', 'bulkhead.yaml'),
      fc.constantFrom(PLAIN_CLIENT, SNIPPET_CLIENT),
      (content, position, name, client) => {
        const offset = content === '' ? 0 : position % (content.length + 1);
        const lines = lineIndex(content);
        const list = complete(snapshot, { uri: uriOf(name), text: content }, offset, client);
        for (const item of list?.items ?? []) {
          resolveCompletion(item);
          if (item.textEdit === undefined || !('range' in item.textEdit)) throw new Error('an item without an edit');
          const { start, end } = item.textEdit.range;
          expect(start.line).toBe(end.line);
          expect(lines.offset(start)).toBeLessThanOrEqual(offset);
          expect(lines.offset(end)).toBeGreaterThanOrEqual(offset);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
