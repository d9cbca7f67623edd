import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isCheckCode } from '../../../client/src/checkCode.ts';
import { pageOf, PAGES } from '../../../server/src/analysis/pages.ts';
import { ROOT } from '../../scripts/manifest.ts';

test('every code has its page, and no page is left of a code that is gone', () => {
  expect(new Set(readdirSync(join(ROOT, 'server', 'docs')))).toEqual(new Set(PAGES.map(({ code }) => `${code}.md`)));
});

test('every code can be the end of a link', () => {
  expect(PAGES.filter(({ code }) => !isCheckCode(code))).toEqual([]);
});

test('a page says what the code means and how to change its severity', () => {
  const page = pageOf('missing-egress') ?? '';
  expect(page).toMatch(/^# missing-egress\n\n\*\*Pods that a policy selects/);
  expect(page).toContain('A warning, unless a `bulkhead.yaml`');
  expect(page).toContain('missing-egress: { severity: off, reason:');
});

test('what the API server refuses cannot be switched off, and its page does not say so', () => {
  expect(pageOf('validation')).toContain('Always an error.');
  expect(pageOf('validation')).not.toContain('severity: off');
});

test('a code that no finding has has no page', () => expect(pageOf('no-such-check')).toBeUndefined());
