import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { writeCheckText, type CheckTotals, type LocatedFinding } from '../../../server/src/cli/reporters/checkText.ts';
import { wrap } from '../../../server/src/cli/reporters/terminal.ts';

describe('long lines', () => {
  test.each([
    ['a pipe has no width', undefined, 10, 'one two three four five six seven'],
    ['what fits stays', 80, 10, 'one two three four five six seven'],
    ['what does not is broken at words, below its own start', 32, 10, 'one two three four\n          five six seven'],
    ['a terminal too narrow for columns is left alone', 25, 10, 'one two three four five six seven'],
  ])('%s', (_name, width, indent, expected) => {
    expect(wrap('one two three four five six seven', width, indent)).toBe(expected);
  });
});

describe('the text of check', () => {
  const finding = (code: string, line: number, message: string): LocatedFinding => ({
    finding: {
      code,
      severity: code === 'validation' ? 'error' : 'warning',
      layer: code === 'validation' ? 'validation' : 'semantic',
      message,
      path: 'spec.x',
      file: 'a.yaml',
      range: { start: 0, end: 1 },
    },
    range: { start: { line, character: 8 }, end: { line, character: 9 } },
  });
  const totals: CheckTotals = {
    files: 2,
    policies: 1,
    workloads: 1200,
    notEvaluated: [{ file: 'b.yaml', why: 'template' }],
  };
  const written = (findings: readonly LocatedFinding[], color: boolean): string => {
    let text = '';
    writeCheckText(
      {
        write: (part) => (text += part),
        drain: async () => {},
        flush: async () => {},
        close: async () => {},
        width: undefined,
        color,
      },
      findings,
      totals,
    );
    return text;
  };

  test('groups findings by file, aligns them, and says what was not looked at', () => {
    const findings = [
      finding('missing-egress', 4, 'Nothing limits web'),
      finding('validation', 120, 'Invalid value: 0: must be between 1 and 65535, inclusive'),
    ];
    expect(written(findings, false)).toMatchInlineSnapshot(`
      "a.yaml
        5:9    warning     Nothing limits web   missing-egress
        121:9  error       spec.x: Invalid value: 0: must be between 1 and 65535, inclusive   validation

      1 error, 1 warning in 2 files (1 policy, 1,200 workloads). 1 file not evaluated: templates.
      "
    `);
  });

  test('nothing found is said plainly', () => {
    expect(written([], false)).toBe(
      'Nothing to report in 2 files (1 policy, 1,200 workloads). 1 file not evaluated: templates.\n',
    );
  });

  test('only the severity has a colour, and without colours the text is the same', () => {
    const findings = [finding('missing-egress', 4, 'Nothing limits web')];
    const colored = written(findings, true);
    expect(colored).toContain('\u001b[33mwarning');
    expect(stripVTControlCharacters(colored)).toBe(written(findings, false));
  });

  test('what hostile manifests write cannot steer the terminal', () => {
    expect(written([finding('missing-egress', 1, 'web\u001b[2J\u202e')], false)).toContain('web\\x1b[2J\\u202e');
  });
});
