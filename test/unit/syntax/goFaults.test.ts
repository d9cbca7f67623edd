import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../../server/src/syntax/parseManifests.ts';

const faults = (text: string): string[] =>
  parseManifests(text).documents.flatMap(({ document }) => document.problems.map(({ message }) => message));

describe('what Go’s YAML reader refuses although other readers take it', () => {
  test('a plain scalar that begins with a colon, inside brackets only', () => {
    expect(faults('cidr: [::ffff:10.0.0.0/104]\n')).toEqual(['did not find expected node content']);
    expect(faults('{a: {::1: b}}\n')).toContain('did not find expected node content');
    expect(faults('cidr: ::ffff:10.0.0.0/104\n')).toEqual([]);
    expect(faults('cidr: ["::1"]\n')).toEqual([]);
  });

  test('a number that JSON does not have, unless a later key of its name replaces it', () => {
    expect(faults('a: .inf\n')).toEqual(['json: unsupported value: +Inf']);
    expect(faults('a: {b: .nan}\n')).toEqual(['json: unsupported value: NaN']);
    expect(faults('a: .inf\na: 1\n')).toEqual([]);
    expect(faults('a: {b: .nan}\na: {}\n')).toEqual([]);
    expect(faults('a: 1\na: .inf\n')).toEqual(['json: unsupported value: +Inf']);
  });
});
