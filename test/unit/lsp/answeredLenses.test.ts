/** A lens that is drawn anew just as it is clicked swallows the click, so an editor asks again only for another text. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { CodeLens } from 'vscode-languageserver-types';
import { codeLensPlaces, resolveCodeLens } from '../../../server/src/features/codeLens.ts';
import { AnsweredLenses } from '../../../server/src/lsp/answeredLenses.ts';
import { throttle, type Throttle } from '../../../server/src/lsp/scheduler.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/workspace/settings.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { policy, SHOP } from '../../support/shopManifests.ts';

const URI = 'file:///w/policy.yaml';
const WEB = policy(
  'podSelector: { matchLabels: { app: web } }\ningress:\n- from: [{ podSelector: { matchLabels: { app: db } } }]',
);

let clock: FakeClock;
let folder: FolderWorkspace;
let isOpen: boolean;
let lenses: AnsweredLenses;
let refresh: Throttle;
/** When the editor was told to ask again, in seconds from the start. */
let refreshes: number[];
let shown: readonly string[];

beforeEach(() => {
  clock = new FakeClock(0);
  folder = new FolderWorkspace('file:///w', { now: clock.now, date: clock.now });
  for (const [name, text] of SHOP) folder.putFile(`file:///w/${name}`, text);
  folder.openDocument(URI, WEB);
  isOpen = true;
  lenses = new AnsweredLenses({
    now: clock.now,
    snapshotOf: (uri) => (isOpen ? folder.snapshot(uri) : undefined),
    runsCommands: true,
  });
  refreshes = [];
  refresh = throttle(clock, 1000, 500, () => {
    if (!lenses.isStale()) return;
    refreshes.push(clock.now() / 1000);
    show();
  });
});

/** Asks as an editor does: for the places, and for the words of the lenses in sight. */
function show(inSight: (lens: CodeLens) => boolean = () => true): void {
  const snapshot = folder.snapshot(URI);
  const places = codeLensPlaces(snapshot, URI);
  lenses.answered(URI, places);
  shown = places.filter(inSight).map((lens) => {
    const resolved = resolveCodeLens(snapshot, lens);
    if (lens.command === undefined) lenses.resolved(URI, lens, resolved);
    return resolved.command?.title ?? '';
  });
}

/** Something has changed, and all that follows from it within a second. */
function change(make: () => void): void {
  make();
  refresh.request();
  clock.advance(1000);
}

const pod = (name: string, labels: string): void =>
  void folder.putFile(
    `file:///w/${name}.yaml`,
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: shop, labels: { ${labels} } }\n`,
  );

describe('while a folder is read', () => {
  /** Reads 1,000 files of pods in so many seconds, and tells after each second how far it is. */
  function read(seconds: number): void {
    const total = 1000;
    folder.setIndexing({ done: 0, total: 0 });
    show();
    for (let second = 1; second <= seconds; second++) {
      const done = Math.floor((total * second) / seconds);
      for (let file = done - Math.floor(total / seconds); file < done; file++) pod(`other-${file}`, 'app: other');
      change(() => folder.setIndexing({ done, total }));
    }
    change(() => folder.setIndexing(undefined));
  }

  test('a thousand files that are nothing to a policy are one refresh, when all is known', () => {
    read(4);
    expect(refreshes).toEqual([4]);
    expect(shown[0]).toBe('Isolates ingress of 5 pods (web, web-canary)');
  });

  test('how much is read is told now and then where that takes long', () => {
    read(30);
    expect(refreshes).toEqual([5, 10, 15, 20, 25, 30]);
  });

  test('what a person does is told at once', () => {
    folder.setIndexing({ done: 1, total: 100 });
    show();
    const off = { ...DEFAULT_SETTINGS, lens: { ...DEFAULT_SETTINGS.lens, rule: 'off' as const } };
    change(() => folder.setSettings(off));
    expect(refreshes).toHaveLength(1);
  });
});

describe('once all is known', () => {
  beforeEach(() => {
    folder.setIndexing(undefined);
    show();
  });

  test('a pod that no lens counts is no refresh', () => {
    change(() => pod('other', 'app: other'));
    expect(refreshes).toEqual([]);
  });

  test('a pod that one counts is', () => {
    change(() => pod('web-2', 'app: web'));
    expect(refreshes).toHaveLength(1);
    expect(shown[0]).toBe('Isolates ingress of 6 pods (web, web-2, web-canary)');
  });

  test('words that nobody has asked for are not compared', () => {
    show(() => false);
    change(() => pod('web-2', 'app: web'));
    expect(refreshes).toEqual([]);
  });

  test('a text that is readable again is one, because its lenses say so', () => {
    folder.editDocument(URI, WEB.replace('app: web }', 'app: web'));
    show();
    change(() => folder.editDocument(URI, WEB));
    expect(refreshes).toHaveLength(1);
  });

  test('a document behind another is none, again and again: the editor asks once it shows it', () => {
    const behind = 'file:///w/behind.yaml';
    folder.openDocument(behind, WEB.replace('name: web', 'name: behind'));
    lenses.answered(behind, [{ range: { start: { line: 9, character: 0 }, end: { line: 9, character: 1 } } }]);
    change(() => pod('other', 'app: other'));
    change(() => pod('another', 'app: other'));
    expect(refreshes).toHaveLength(1);
  });

  test('a document that was closed is compared no more', () => {
    isOpen = false;
    change(() => pod('web-2', 'app: web'));
    expect(refreshes).toEqual([]);
  });
});
