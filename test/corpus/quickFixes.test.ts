/** Every fix of every finding in the corpora's policies: it is made, read back and judged again. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CodeAction } from 'vscode-languageserver-types';
import { diffClusters } from '../../server/src/engine/diffClusters.ts';
import { analyzeFile } from '../../server/src/analysis/analyzeFile.ts';
import type { Finding, Fix } from '../../server/src/analysis/finding.ts';
import { codeActions } from '../../server/src/lsp/codeActions.ts';
import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import { applyChanges } from '../../server/src/syntax/textChange.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { fixEffect } from '../../server/src/workspace/fixEffect.ts';
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

/** What differs between two snapshots, compared from scratch: no part of either is taken over from the other. */
function differences(before: WorkspaceSnapshot, after: WorkspaceSnapshot): string[] {
  const diff = diffClusters(before.universe.cluster, after.universe.cluster);
  return [...diff.changes()].flat().map((change) => JSON.stringify(change));
}

/** A file's fixes as an editor is offered them. */
function actionsIn(snapshot: WorkspaceSnapshot, name: string, only: string) {
  const uri = uriOf(name);
  const textOf = (file: string): string | undefined => snapshot.files.get(file)?.file.text;
  const end = { line: 1_000_000, character: 0 };
  return codeActions({
    uri,
    text: textOf(uri) ?? '',
    range: { start: { line: 0, character: 0 }, end },
    only: [only],
    findings: findingsIn(snapshot, name),
    refactorings: () => [],
    effectOf: ({ edits }) => fixEffect(snapshot, uri, edits, () => problemsOf),
    breaksOf: () => undefined,
    isLate: () => false,
    protocol: { textOf, pageOf: () => undefined, relatedInformation: false },
    edits: { textOf, createsFiles: true, annotatesChanges: false },
  });
}

function afterAction(files: ReadonlyMap<string, string>, action: CodeAction): ReadonlyMap<string, string> {
  const changed = new Map(files);
  for (const [uri, edits] of Object.entries(action.edit?.changes ?? {})) {
    const name = uri.slice(uriOf('').length);
    const text = files.get(name) ?? '';
    const lines = lineIndex(text);
    const changes = edits.map(({ range, newText }) => ({
      range: { start: lines.offset(range.start), end: lines.offset(range.end) },
      newText,
    }));
    changed.set(name, applyChanges(text, changes));
  }
  return changed;
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

  test('changes nothing where its title says so, and on save never changes anything', () => {
    const wrong: string[] = [];
    let nothing = 0;
    let saved = 0;
    for (const [folder, files] of universes()) {
      const before = snapshotOf(files);
      for (const [name, text] of files) {
        if (!text.includes('NetworkPolicy')) continue;
        for (const kind of ['quickfix', 'source.fixAll.bulkhead']) {
          for (const action of actionsIn(before, name, kind)) {
            const isSave = kind !== 'quickfix';
            const saysNothing = /\(changes nothing[^)]*\)$/.test(action.title);
            const saysSomething = /\((?:isolates|lets in|cuts off|takes)[^)]*\)$/.test(action.title);
            if (!isSave && !saysNothing && !saysSomething) continue;
            if (isSave) saved++;
            if (saysNothing) nothing++;
            const changes = differences(before, snapshotOf(afterAction(files, action)));
            // Isolation is told too where every connection stays allowed.
            if ((isSave || saysNothing) && changes.length > 0)
              wrong.push(`${folder}/${name}: ${action.title} ${changes[0]}`);
            if (saysSomething && changes.length === 0 && !action.title.includes('(isolates'))
              wrong.push(`${folder}/${name}: ${action.title}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(nothing).toBeGreaterThan(0);
    expect(saved).toBeGreaterThan(3);
  }, 120_000);
});
