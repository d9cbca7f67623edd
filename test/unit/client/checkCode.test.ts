import { describe, expect, test } from 'vitest';
import { checkCodeOf } from '../../../client/src/checkCode.ts';

const uri = (path: string, query = '', fragment = '') => ({ path, query, fragment });

test('a link of a finding names its check', () => {
  expect(checkCodeOf(uri('/check/egress-without-dns'))).toBe('egress-without-dns');
});

describe('any page can open a link of ours, so nothing else is taken:', () => {
  test.each([
    ['no code', uri('/check/')],
    ['another path', uri('/apply/egress-without-dns')],
    ['no path', uri('')],
    ['a parent folder', uri('/check/..')],
    ['a path through parent folders', uri('/check/../../README')],
    ['a path in the code', uri('/check/a/b')],
    ['a Windows path', uri('/check/..\\..\\secret')],
    ['an encoded separator', uri('/check/..%2f..%2fsecret')],
    ['an extension', uri('/check/missing-egress.md')],
    ['capitals', uri('/check/Missing-Egress')],
    ['a hyphen at the end', uri('/check/missing-')],
    ['a line break', uri('/check/missing\n')],
    ['a null character', uri('/check/missing\0')],
    ['a very long code', uri(`/check/${'a'.repeat(81)}`)],
    ['very many words', uri(`/check/${'a-'.repeat(30)}a`)],
    ['a query', uri('/check/missing-egress', 'x=1')],
    ['a fragment', uri('/check/missing-egress', '', 'top')],
  ])('%s', (_, link) => expect(checkCodeOf(link)).toBeUndefined());
});
