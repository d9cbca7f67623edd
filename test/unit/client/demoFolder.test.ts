import { expect, test } from 'vitest';
import { isDemoFolder } from '../../../client/src/demoFolder.ts';

const STORAGE = 'file:///home/me/globalStorage/bulkhead.bulkhead/demo';

test.each([
  [`${STORAGE}/0.1.0/shop`, true],
  [`${STORAGE}/0.2.0/shop/`, true],
  [`${STORAGE}/0.1.0/shop/policies`, false],
  [`${STORAGE}-of-another/0.1.0/shop`, false],
  ['file:///projects/0.1.0/shop', false],
  ['', false],
])('%s', (folder, expected) => expect(isDemoFolder(folder, STORAGE)).toBe(expected));
