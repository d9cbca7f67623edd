/** Every fix of every finding in the corpora's policies: it is made, read back and judged again. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeFile } from '../../server/src/analysis/analyzeFile.ts';
import type { Finding, Fix } from '../../server/src/analysis/finding.ts';
import { applyChanges } from '../../server/src/syntax/textChange.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { checkContext } from '../../server/src/workspace/checkContext.ts';
import { problemCache } from '../../server/src/workspace/serverProblems.ts';
import type { FileView, WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';
import { snapshotOf, uriOf } from '../support/snapshotOf.ts';

const problemsOf = problemCache().of('', false);

/** The manifests of each folder that holds a NetworkPolicy; a folder is one universe. */
function universes(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const folders = new Map<string, Map<string, string>>();
  for (const root of ['manifests', 'real-world']) {
    for (const entry of readdirSync(`${CORPORA}/${root}`, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(?:ya?ml|json)$/.test(entry.name)) continue;
      const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
      const files = folders.get(entry.parentPath) ?? new Map<string, string>();
      folders.set(entry.parentPath, files.set(entry.name, text));
    }
  }
  const hasPolicy = (files: ReadonlyMap<string, string>): boolean =>
    [...files.values()].some((text) => text.includes('NetworkPolicy'));
  return new Map([...folders].filter(([, files]) => hasPolicy(files)));
}

function findingsIn(snapshot: WorkspaceSnapshot, name: string): readonly Finding[] {
  const { file } = snapshot.files.get(uriOf(name)) as FileView;
  const context = checkContext(
    { ...snapshot, systemNamespaces: ['kube-*'], turnOff: () => undefined, problemsOf },
    file,
  );
  return analyzeFile(
    { file: file.uri, parsed: file.parsed, problemsOf, namespace: 'default' },
    context,
    () => undefined,
  );
}

/** What tells a finding of one place from those of another, whatever moved. */
function identity({ code, policy = '', path: at, message }: Finding): string {
  return `${code} ${policy} ${at} ${message}`;
}

function faults(text: string): number {
  return parseManifests(text).documents.reduce((sum, { document }) => sum + document.problems.length, 0);
}

interface Judged {
  readonly fixes: number;
  readonly wrong: readonly string[];
}

function judge(files: ReadonlyMap<string, string>, folder: string): Judged {
  const wrong: string[] = [];
  let fixes = 0;
  const before = snapshotOf(files);
  for (const [name, text] of files) {
    if (!text.includes('NetworkPolicy')) continue;
    for (const finding of findingsIn(before, name)) {
      for (const fix of finding.fixes ?? []) {
        fixes++;
        const fault = faultOf(files, name, text, finding, fix);
        if (fault !== undefined) wrong.push(`${path.basename(folder)}/${name} ${finding.code}: ${fix.title}: ${fault}`);
      }
    }
  }
  return { fixes, wrong };
}

function faultOf(
  files: ReadonlyMap<string, string>,
  name: string,
  text: string,
  finding: Finding,
  { edits }: Fix,
): string | undefined {
  const changed = new Map(files);
  for (const [uri, own] of Map.groupBy(edits, ({ file }) => file)) {
    const file = uri.slice(uriOf('').length);
    changed.set(file, applyChanges(files.get(file) ?? '', own));
  }
  const after = changed.get(name) ?? '';
  if (faults(after) > faults(text)) return 'does not parse';
  const again = findingsIn(snapshotOf(changed), name);
  if (again.some((other) => identity(other) === identity(finding))) return 'the finding stays';
  const errors = (list: readonly Finding[]): number => list.filter(({ severity }) => severity === 'error').length;
  return errors(again) > errors(findingsIn(snapshotOf(files), name)) ? 'adds an error' : undefined;
}

describe.skipIf(CORPORA === undefined)(`every fix in the corpora${CORPORA_NOTE}`, () => {
  test('gives a text that parses, adds no error and takes its finding away', () => {
    let made = 0;
    const wrong: string[] = [];
    for (const [folder, files] of universes()) {
      const judged = judge(files, folder);
      made += judged.fixes;
      wrong.push(...judged.wrong);
    }
    expect(wrong).toEqual([]);
    expect(made).toBeGreaterThan(400);
  });
});
