/** On public projects: where navigation leads is what the lenses count, forth and back, and every text has an outline. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { matchPods } from '../../server/src/engine/matchPods.ts';
import { definition } from '../../server/src/features/definition.ts';
import { documentSymbols } from '../../server/src/features/documentSymbol.ts';
import { selectorPlaces } from '../../server/src/features/policyPlaces.ts';
import { policyViews } from '../../server/src/features/policyViews.ts';
import { references } from '../../server/src/features/references.ts';
import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import { FolderWorkspace } from '../../server/src/workspace/folderWorkspace.ts';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';

const SETS = ['real-world', 'manifests'];
const VIEWS = { views: true, declaration: false };

describe.skipIf(CORPORA === undefined)(`on public projects${CORPORA_NOTE}`, () => {
  test.each(SETS)('%s: a selector leads to what it matches, and that leads back', (set) => {
    let selectors = 0;
    for (const names of folders(join(CORPORA ?? '', set))) {
      const workspace = new FolderWorkspace('file:///', { now: () => 0, date: () => 0 });
      workspace.setIndexing(undefined);
      for (const name of names) workspace.putFile(uriOf(name), readFileSync(name, 'utf8'));
      for (const name of names) {
        const uri = uriOf(name);
        const snapshot = workspace.snapshot(uri);
        const views = policyViews(snapshot, uri);
        if (views.length > 0) expect(documentSymbols(snapshot, uri)?.length, name).toBeGreaterThanOrEqual(views.length);
        for (const view of views) {
          for (const { kind, path, scope } of selectorPlaces(view)) {
            const key = view.placed.document.sourceMap.key([...view.manifest.path, ...path]);
            if (scope === undefined || key === undefined || kind === 'peerNamespaces') continue;
            selectors += 1;
            const { certain, possible } = matchPods(snapshot.universe.cluster, scope);
            const matched = new Set([...certain, ...possible].map(({ id }) => id));
            const places = definition(snapshot, uri, view.placed.start + key.start, VIEWS)?.places ?? [];
            expect(places.length, `${name} ${path.join('.')}`).toBe(matched.size);
            if (view.state.kind !== 'evaluated') continue;
            for (const place of places) {
              const text = snapshot.files.get(place.uri)?.file.text;
              if (text === undefined) continue;
              const back = references(snapshot, place.uri, lineIndex(text).offset(place.selection.start), VIEWS);
              expect(
                back.map((one) => one.uri),
                `${name} ${path.join('.')}`,
              ).toContain(uri);
            }
          }
        }
      }
    }
    expect(selectors).toBeGreaterThan(set === 'real-world' ? 10 : 400);
  });
});

/** The manifests of each folder, which belong together. */
function folders(root: string): readonly (readonly string[])[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
  return [...Map.groupBy(files, (name) => name.slice(0, name.lastIndexOf('/'))).values()];
}

function uriOf(name: string): string {
  return `file://${name}`;
}
