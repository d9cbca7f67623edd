import { expect, it } from 'vitest';
import { brokenIntents, brokenText } from '../../../server/src/intent/brokenIntents.ts';
import { intentsIn, worldOf } from '../../support/intents.ts';
import { SHOP } from '../../support/shop.ts';

const TESTS = `version: 1
tests:
- { name: api may reach db, from: shop/api, to: shop/db, ports: [5432], expect: allow }
- { name: web may reach db, from: shop/web, to: shop/db, ports: [5432], expect: allow }
- { name: api may not reach db on 80, from: shop/api, to: shop/db, ports: [80], expect: deny }
- { name: faulty, from: shop/api }
`;
const files = [{ file: 'shop.bulkhead-test.yaml', intents: intentsIn(TESTS).intents }];
const before = worldOf(SHOP);

it('names the tests that a change takes from passing, and none that failed before', () => {
  const after = worldOf(
    SHOP.replace('app: api } }\n    ports', 'app: nobody } }\n    ports').replace(
      'app: api } } }]',
      'app: nobody } } }]',
    ),
  );
  const broken = brokenIntents(before, after, files);
  expect(broken).toEqual([{ file: 'shop.bulkhead-test.yaml', name: 'api may reach db', after: 'failed' }]);
  expect(brokenText(broken)).toBe('1 test in shop.bulkhead-test.yaml would fail: “api may reach db”.');
});

it('says of what would not be decidable that it would not be, since a pass is lost there, too', () => {
  const after = worldOf(`${SHOP}---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: db, namespace: shop }
spec: {}
`);
  const broken = brokenIntents(before, after, files);
  expect(broken.map(({ after: outcome }) => outcome)).toEqual(['undecided', 'undecided']);
  expect(brokenText(broken)).toBe(
    '2 tests in shop.bulkhead-test.yaml would not be decidable any more: “api may reach db”, “api may not reach db on 80”.',
  );
});

it('has nothing to say where nothing breaks', () => {
  expect(brokenText(brokenIntents(before, before, files))).toBeUndefined();
});
