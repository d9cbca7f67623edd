/** Policies as public pages print them: what the editor says of a lost nesting, and what its fix makes of it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { restoreNesting } from '../../server/src/syntax/lostIndentation.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { bulkhead } from '../support/commandLine.ts';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';

const FOLDER = join(CORPORA ?? '', 'articles');
const printed = CORPORA === undefined ? [] : readdirSync(FOLDER).filter((file) => file.endsWith('-as-printed.yaml'));
const lost = printed.filter((file) => readdirSync(FOLDER).includes(file.replace('printed', 'meant')));
const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
const policyIn = (text: string): unknown =>
  parseManifests(text).documents.flatMap(({ document }) => document.objects.map(({ object }) => object));

describe.skipIf(CORPORA === undefined)(`articles${CORPORA_NOTE}`, () => {
  test.each(lost)('%s: the restored text means what the page means', (file) => {
    expect(policyIn(restoreNesting(read(file)) ?? '')).toEqual(policyIn(read(file.replace('printed', 'meant'))));
  });

  test.each(lost)("%s: beside the server's faults one finding says what the text would do", async (file) => {
    const { stdout } = await bulkhead(['check', join(FOLDER, file), '--format', 'json']);
    const said = JSON.parse(stdout).findings.filter(({ code }: { code: string }) => code === 'lost-indentation');
    expect(said).toHaveLength(1);
    expect(said[0].fixes).toEqual(['Restore the nesting']);
    const opens = /^00[24]-(restrict-access|backend)/.test(file);
    if (opens) expect(said[0].message).toMatch(/selects every pod of `\w+` and lets everyone in$/);
  });

  test.each(printed.filter((file) => !lost.includes(file)))(
    '%s: a text that has its nesting is left alone',
    async (file) => {
      const { stdout } = await bulkhead(['check', join(FOLDER, file), '--format', 'json']);
      expect(JSON.parse(stdout).findings.map(({ code }: { code: string }) => code)).not.toContain('lost-indentation');
    },
  );
});
