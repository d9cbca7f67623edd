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

/** What YAML 1.2 allows and the API server's reader (Go, YAML 1.1) refuses: so do we, since the policy cannot be applied. */
const REFUSED_BY_GO = new Map([
  ...['6LVF', 'MUS6-5', 'MUS6-6'].map((id) => [id, 'directives that it does not know'] as const),
  ...['6ZKB', 'BEC7', 'W4TN'].map((id) => [id, 'any version but %YAML 1.1'] as const),
  ...['8XYN', 'W5VH'].map((id) => [id, 'anchors of anything but letters, digits, dashes and underscores'] as const),
  ...['A2M4', 'Y79Y-1', 'Y79Y-10'].map((id) => [id, 'a tab where a token could start'] as const),
]);

/** What it reads as another value than YAML 1.2 says. */
const OTHER_IN_GO = new Map([
  ['HM87-0', 'a colon in brackets is an indicator'],
  ...['JEF9-2', 'L24T-1'].map((id) => [id, 'a block scalar that ends with the text gets no line break'] as const),
]);

describe.skipIf(!here)(`yaml-test-suite${CORPORA_NOTE}`, () => {
  const cases: Json[] = here ? readCorpus<Json>('yaml-test-suite.json').cases : [];
  test.each(cases.filter(({ fail }) => fail).map((entry) => [`${entry.id} ${entry.name}`, entry] as const))(
    '%s is refused',
    (_name, entry) => {
      const problems = parseManifests(entry.yaml).documents.flatMap(({ document }) => document.problems);
      expect(problems.map(({ severity }) => severity)).toContain(TAKEN_BY_GO.includes(entry.id) ? 'warning' : 'error');
    },
  );
  test.each([...REFUSED_BY_GO])('%s is refused, as the API server does: %s', (id) => {
    const entry = cases.find((candidate) => candidate.id === id);
    const problems = parseManifests(entry.yaml).documents.flatMap(({ document }) => document.problems);
    expect(problems.map(({ severity }) => severity)).toContain('error');
  });
  const excluded = (id: string): boolean => REFUSED_BY_GO.has(id) || OTHER_IN_GO.has(id);
  const loaded = cases.filter(({ fail, json, id }) => !fail && json !== null && !excluded(id));
  test.each(loaded.map((entry) => [`${entry.id} ${entry.name}`, entry] as const))('%s is read', (_name, entry) => {
    const documents = parseManifests(entry.yaml).documents.map(({ document }) => document);
    expect(documents.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(documents.map(({ value }) => value ?? null)).toEqual(jsonDocuments(entry.json));
  });
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

/** The suite writes the documents of a stream one after the other. */
function jsonDocuments(text: string): unknown[] {
  const documents: unknown[] = [];
  let lines = '';
  for (const line of text.split('\n')) {
    lines += `${line}\n`;
    try {
      documents.push(JSON.parse(lines));
      lines = '';
    } catch {
      // The document goes on.
    }
  }
  return documents;
}
