/** Whatever order files come, go, open, change and close in, the folder's state is that of reading them anew. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FolderWorkspace } from '../../server/src/workspace/folderWorkspace.ts';
import type { FolderSource } from '../../server/src/workspace/folderSource.ts';
import type { UniverseParts } from '../../server/src/workspace/universe.ts';
import { stateOfTexts } from '../support/clusterSource.ts';
import { policy, SHOP } from '../support/shopManifests.ts';

const NAMES = ['a.yaml', 'd/b.yaml', 'd/c.yaml'] as const;
const TEXTS = [
  policy('podSelector: { matchLabels: { app: web } }'),
  policy('podSelector: {}', 'name: web, namespace: platform'),
  policy('podSelector: { matchLabels: { app: db } }', 'name: unnamed'),
  policy('podSelector: {}') + '---\n' + policy('podSelector: {}', 'name: second, namespace: shop'),
  'apiVersion: v1\nkind: Pod\nmetadata: { name: one, namespace: shop, labels: { app: web } }\n',
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: other } }\n',
  '# nothing\n',
];
const CONFIGURATIONS = ['namespace: shop\n', 'exclude: ["d/**"]\n', 'namespace: platform\nexclude: ["a.yaml"]\n', ''];

const name = fc.constantFrom(...NAMES);
const text = fc.constantFrom(...TEXTS);
const operation = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), name, text }),
  fc.record({ kind: fc.constant('remove' as const), name }),
  fc.record({ kind: fc.constant('open' as const), name, text }),
  fc.record({ kind: fc.constant('edit' as const), name, text }),
  fc.record({ kind: fc.constant('close' as const), name }),
  fc.record({ kind: fc.constant('configure' as const), text: fc.constantFrom(...CONFIGURATIONS) }),
  fc.record({ kind: fc.constant('source' as const), live: fc.boolean() }),
);

const origin = { kind: 'live', context: 'c', server: 'https://c', readAt: 0 } as const;
const LIVE: FolderSource = { kind: 'live', label: 'c', namespace: 'platform', state: stateOfTexts(SHOP, origin) };

const uri = (file: string): string => `file:///w/${file}`;

function newFolder(): FolderWorkspace {
  const folder = new FolderWorkspace('file:///w', { now: () => 0, date: () => 0 });
  folder.setIndexing(undefined);
  for (const [file, content] of SHOP) folder.putFile(uri(file), content);
  return folder;
}

/** Everything that answers are made from, in one order. */
function facts({ contents, namespaces }: UniverseParts): unknown {
  const inOrder = (items: readonly unknown[]): readonly string[] => items.map((item) => JSON.stringify(item)).sort();
  return {
    namespaces: inOrder(namespaces),
    contents: [...contents]
      .map(([namespace, { pods, policies }]) => [namespace, inOrder(pods), inOrder(policies)] as const)
      .filter(([, pods, policies]) => pods.length + policies.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

function stateOf(folder: FolderWorkspace): unknown {
  const { universe, intended } = folder.snapshot();
  const { pods, workloads, policies } = universe.cluster.stats;
  return { universe: facts(universe.parts), intended: facts(intended.parts), stats: { pods, workloads, policies } };
}

test('incremental is from scratch', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 25 }), (operations) => {
      const folder = newFolder();
      const disk = new Map<string, string>();
      const open = new Map<string, string>();
      let source: FolderSource = { kind: 'files' };
      for (const each of operations) {
        if (each.kind === 'put') {
          disk.set(each.name, each.text);
          folder.putFile(uri(each.name), each.text);
        } else if (each.kind === 'remove') {
          disk.delete(each.name);
          folder.removeFile(uri(each.name));
        } else if (each.kind === 'open' && !open.has(each.name)) {
          open.set(each.name, each.text);
          folder.openDocument(uri(each.name), each.text);
        } else if (each.kind === 'edit' && open.has(each.name)) {
          open.set(each.name, each.text);
          folder.editDocument(uri(each.name), each.text);
        } else if (each.kind === 'close' && open.delete(each.name)) {
          folder.closeDocument(uri(each.name));
        } else if (each.kind === 'configure') {
          disk.set('bulkhead.yaml', each.text);
          folder.putFile(uri('bulkhead.yaml'), each.text);
        } else if (each.kind === 'source') {
          source = each.live ? LIVE : { kind: 'files' };
          folder.setSource(source);
        }
        const fresh = newFolder();
        for (const [file, content] of disk) fresh.putFile(uri(file), content);
        for (const [file, content] of open) fresh.openDocument(uri(file), content);
        fresh.setSource(source);
        expect(stateOf(folder)).toEqual(stateOf(fresh));
      }
    }),
    { numRuns: 60 },
  );
});

test('any text at all, typed piece by piece, leaves the folder answering', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '---\n',
      '  ',
      '\n',
      ': ',
      '- ',
      '{',
      '}',
      '[',
      '"',
      '&a ',
      '*a',
      '<<: ',
      'podSelector:',
      '\t',
      '{{',
    ),
  );
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(12), piece });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 20 }), (edits) => {
      const folder = newFolder();
      let content = TEXTS[3] ?? '';
      folder.openDocument(uri('a.yaml'), content);
      for (const { at, remove, piece: typed } of edits) {
        const start = at % (content.length + 1);
        content = content.slice(0, start) + typed + content.slice(start + remove);
        folder.editDocument(uri('a.yaml'), content);
        const { files } = folder.snapshot();
        expect(files.get(uri('a.yaml'))?.file.text).toBe(content);
      }
      folder.editDocument(uri('a.yaml'), TEXTS[0] ?? '');
      expect(folder.snapshot().files.get(uri('a.yaml'))?.held.size).toBe(0);
    }),
    { numRuns: 150 },
  );
});
