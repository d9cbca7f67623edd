import { describe, expect, it } from 'vitest';
import { integerDigits, resolvePlain } from '../../../server/src/syntax/goScalar.ts';

describe('a plain scalar means what it means to the API server', () => {
  it.each<[string, string | number | boolean | null]>([
    ['y', true],
    ['Yes', true],
    ['on', true],
    ['TRUE', true],
    ['n', false],
    ['Off', false],
    ['tRUE', 'tRUE'],
    ['yES', 'yES'],
    ['~', null],
    ['', null],
    ['Null', null],
    ['nULL', 'nULL'],
    ['80', 80],
    ['+80', 80],
    ['-0', 0],
    ['010', 8],
    ['080', 80],
    ['0o120', 80],
    ['0x50', 80],
    ['0b1010000', 80],
    ['1_000', 1000],
    ['80.0', 80],
    ['8e1', 80],
    ['.5', 0.5],
    ['1.', 1],
    ['1e999', '1e999'],
    ['_1', '_1'],
    ['.5_0', '.5_0'],
    ['0x', '0x'],
    ['1.2.3', '1.2.3'],
    ['12:30', '12:30'],
    ['2024-01-01', '2024-01-01'],
    ['.inf', Number.POSITIVE_INFINITY],
    ['-.INF', Number.NEGATIVE_INFINITY],
    ['.nan', Number.NaN],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['-', '-'],
    ['--flag', '--flag'],
    ['18446744073709551615', 18446744073709552000],
    ['18446744073709551616', 18446744073709552000],
    ['constructor', 'constructor'],
  ])('%s is %s', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
  });
});

it('keeps all digits of an integer that a JavaScript number cannot hold', () => {
  expect(integerDigits('99_999_999_999_999_999_999')).toBeUndefined();
  expect(integerDigits('9007199254740993')).toBe('9007199254740993');
  expect(integerDigits('0x20000000000001')).toBe('9007199254740993');
});
