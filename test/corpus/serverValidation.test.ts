/** What a real API server answered to hundreds of policies, against what `validateObject` says of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../server/src/model/finding.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { validateObject, type ValidationOptions } from '../../server/src/syntax/apiServer/validateObject.ts';
import type { Json } from '../support/apiObjects.ts';
import { CORPORA, CORPORA_NOTE, readCorpus } from '../support/corpora.ts';

const here = CORPORA !== undefined;
const PREFIX = 'NetworkPolicy in version "v1" cannot be handled as a NetworkPolicy: ';

/** Cases that no text alone decides. */
const EXCLUDED = new Map([
  ['meta-generatename-bad', 'the API server appends five random characters to generateName and judges that name too'],
  [
    'meta-nons',
    'a request carries its namespace in the URL: metadata.namespace is filled from there before validation',
  ],
]);

describe.each(['networkpolicy-validation', 'api-server-fuzz'])('golden/%s', (name) => {
  describe.skipIf(!here)(`answers of the API server${CORPORA_NOTE}`, () => {
    test.each(records(name).map((record) => [record.id as string, record] as const))('%s', (_id, record) => {
      const problems = problemsOf(record.yaml, { targetVersion: '1.36' });
      const of = (layer: Problem['layer'], severity = 'error'): Problem[] =>
        problems.filter(
          (problem) => problem.layer === layer && problem.severity === severity && problem.behind === undefined,
        );
      const decode = [...of('syntax'), ...of('decode')];
      if (record.decodeError !== undefined) {
        expect(decode.length).toBeGreaterThan(0);
        if (decode[0]?.layer === 'decode') expect(withPrefix(decode[0].message)).toBe(withPrefix(record.decodeError));
        return;
      }
      expect(decode).toEqual([]);
      expect(strictText(of('strict'))).toEqual(strictFaults(record.strictDecodeError));
      expect(of('validation').map(fieldText)).toEqual(record.errors);
      if (record.errorsCidrLegacy !== undefined) {
        const legacy = problemsOf(record.yaml, { targetVersion: '1.36', strictCidrs: false });
        const errors = legacy
          .filter(({ layer, severity }) => layer === 'validation' && severity === 'error')
          .map(fieldText);
        expect(errors).toEqual(record.errorsCidrLegacy[0] === '(none)' ? [] : record.errorsCidrLegacy);
      }
    });
  });
});

describe.skipIf(!here)(`upstream's validation tests${CORPORA_NOTE}`, () => {
  const cases: Json[] = here ? readCorpus<Json>('k8s-validation.json').cases : [];
  test.each(cases.map((entry) => [entry.case as string, entry] as const))('%s', (_name, entry) => {
    const problems = problemsOf(JSON.stringify(entry.policy), { targetVersion: '1.32' });
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.length > 0).toBe(!entry.valid);
    const fields = new Set(errors.filter(({ layer }) => layer === 'validation').map(({ path }) => path));
    expect([...fields].sort()).toEqual([...new Set<string>(entry.errors.map(({ field }: Json) => field))].sort());
  });
});

describe.skipIf(!here)(`policies that network-config-analyzer calls invalid${CORPORA_NOTE}`, () => {
  const cases: Json[] = here ? readCorpus<Json>('nca-invalid-policies.json').cases : [];
  test.each(cases.map((entry) => [entry.file as string, entry] as const))('%s', (file, entry) => {
    const text = readFileSync(join(CORPORA as string, 'manifests', file), 'utf8');
    const problems = problemsOf(text, { targetVersion: '1.32' }).filter(({ severity }) => severity === 'error');
    const rejected = problems.some(({ layer }) => layer !== 'strict');
    expect(rejected).toBe(entry.k8sRejects);
    expect(problems.length > 0).toBe(entry.k8sRejects || entry.k8sRejectsStrict);
  });
});

function records(name: string): Json[] {
  if (CORPORA === undefined) return [];
  const lines = readFileSync(join(CORPORA, 'golden', `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ id }: Json) => !EXCLUDED.has(id))
    .map((record: Json) => ({ ...record, yaml: expanded(record.yaml) }));
}

/** `<262144 x z>` stands for that many of a character. */
function expanded(text: string): string {
  return text.replace(/<(\d+) x (.)>/g, (_, count: string, character: string) => character.repeat(Number(count)));
}

function problemsOf(text: string, options: ValidationOptions): Problem[] {
  return parseManifests(text).documents.flatMap(({ document }) => [
    ...document.problems,
    ...document.objects.flatMap((object) => validateObject(document, object, options)),
  ]);
}

function fieldText({ path, message }: Problem): string {
  return `${path}: ${message}`;
}

function withPrefix(message: string): string {
  return message.startsWith(PREFIX) ? message : `${PREFIX}${message}`;
}

function strictText(problems: readonly Problem[]): string[] {
  return problems.map(({ message }) => message).sort();
}

/** `strict decoding error: unknown field "a", yaml: unmarshal errors:\n  line 9: key …` as one text a fault. */
function strictFaults(text: string | undefined): string[] {
  if (text === undefined) return [];
  return text
    .replace(/^.*strict decoding error: /s, '')
    .split(/, (?=unknown field|duplicate field|yaml:)|\n {2}/)
    .filter((part) => part !== 'yaml: unmarshal errors:')
    .sort();
}
