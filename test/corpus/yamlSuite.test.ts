/** YAML's own test suite, and real manifests cut off anywhere: nothing throws, and what is no YAML is said to be none. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validateObject } from '../../server/src/syntax/apiServer/validateObject.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import type { Json } from '../support/apiObjects.ts';
import { CORPORA, CORPORA_NOTE, readCorpus } from '../support/corpora.ts';

const here = CORPORA !== undefined;

/** What YAML 1.2 forbids and the API server's reader (Go) takes: a warning, since the policy can be applied. */
const TAKEN_BY_GO = ['QB6E', 'SU5Z', 'X4QW', 'Y79Y-3', 'VJP3-0'];

describe.skipIf(!here)(`yaml-test-suite${CORPORA_NOTE}`, () => {
  const cases: Json[] = here ? readCorpus<Json>('yaml-test-suite.json').cases : [];
  test.each(cases.filter(({ fail }) => fail).map((entry) => [`${entry.id} ${entry.name}`, entry] as const))(
    '%s is refused',
    (_name, entry) => {
      const problems = parseManifests(entry.yaml).documents.flatMap(({ document }) => document.problems);
      expect(problems.map(({ severity }) => severity)).toContain(TAKEN_BY_GO.includes(entry.id) ? 'warning' : 'error');
    },
  );
  test.each(cases.map((entry) => [`${entry.id} ${entry.name}`, entry] as const))(
    '%s: no prefix of it throws',
    (_name, entry) => {
      for (let end = 0; end <= entry.yaml.length; end += 1) parseManifests(entry.yaml.slice(0, end));
    },
  );
});

describe.skipIf(!here)(`real manifests cut off anywhere${CORPORA_NOTE}`, () => {
  const folder = join(CORPORA ?? '', 'real-world', 'sock-shop', 'deploy', 'kubernetes', 'manifests-policy');
  const files = here ? readdirSync(folder) : [];
  test.each(files)('%s', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    for (let end = 0; end <= text.length; end += 1) {
      for (const { document } of parseManifests(text.slice(0, end)).documents) {
        for (const object of document.objects) validateObject(document, object, { targetVersion: '1.36' });
      }
    }
  });
});
