import { expect, test } from 'vitest';
import { plainText } from '../../../server/src/cluster/plainText.ts';

test.each([
  ['line breaks and control characters', 'one\r\ntwo\u0000\u001b[31mthree', 'one two [31mthree'],
  ['characters that turn the reading direction', 'safe\u202Egpj.exe', 'safe gpj.exe'],
  ['a web token', 'bad token eyJhbGciOi.eyJzdWIiOi.c2ln here', 'bad token … here'],
  ['a bearer header', 'Authorization: Bearer abc.def-123', 'Authorization: Bearer …'],
  ['a password', 'login with password=hunter2, please', 'login with password=…, please'],
  ['an address with a login', 'proxy http://eve:secret@proxy:3128 failed', 'proxy http://…@proxy:3128 failed'],
  ['a long run that only a machine writes', `key ${'A1b2'.repeat(20)} end`, 'key … end'],
  ['an ordinary sentence', 'User "eve" cannot list resource "pods".', 'User "eve" cannot list resource "pods".'],
])('%s', (_, text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test('is cut to what fits a message', () => {
  expect(plainText('word '.repeat(1000))).toHaveLength(300);
});
