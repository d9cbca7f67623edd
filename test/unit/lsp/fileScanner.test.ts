/** Which files of a folder are read: found on disk by their bytes, less what Git, charts and settings leave out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../../server/src/lsp/folderFiles.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { readSettings } from '../../../server/src/workspace/settings.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporaryFolder.ts';

const POLICY = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web }\nspec: {}\n';
const CHART = 'apiVersion: v2\nname: shop\nversion: 0.1.0\n';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder('scan');
});
afterEach(() => folder.remove());

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** The files that are read, relative to the folder. */
async function scanned(
  settings: unknown = {},
  editorExclude?: unknown,
  root = folder.path,
): Promise<readonly string[]> {
  const workspace = new FolderWorkspace(`file://${root}`, { now: () => 0, date: () => 0 });
  workspace.setSettings(readSettings(settings, editorExclude));
  await new FolderFiles(workspace, root).scan({
    onProgress: () => undefined,
    yieldOnce: () => Promise.resolve(),
    now: () => 0,
  });
  return workspace
    .diskFiles()
    .map((uri) => decodeURIComponent(uri.slice(`file://${root}/`.length)))
    .sort();
}

test('manifests, and the files that say what manifests mean', async () => {
  write({
    'a.yaml': POLICY,
    'b.yml': POLICY,
    'c.json': '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}',
    'notes.md': POLICY,
    'values.yaml': 'replicas: 3\n',
    'config.yaml': 'apiVersion: v1\nkind: ConfigMap\n',
    'bulkhead.yaml': 'namespace: shop\n',
    'overlay/Kustomization': 'resources: [../a.yaml]\n',
    'chart/Chart.yaml': CHART,
  });
  expect(await scanned()).toEqual([
    'a.yaml',
    'b.yml',
    'bulkhead.yaml',
    'c.json',
    'chart/Chart.yaml',
    'overlay/Kustomization',
  ]);
});

test('a patch is read whatever it mentions, because a kustomization names it', async () => {
  write({
    'kustomization.yaml':
      'resources: [a.yaml]\npatches: [{ path: patches/labels.yaml, target: { kind: Deployment } }]\n',
    'a.yaml': POLICY,
    'patches/labels.yaml': '- { op: add, path: /spec/template/metadata/labels/x, value: "1" }\n',
    'patches/other.yaml': '- { op: add, path: /x, value: "1" }\n',
  });
  expect(await scanned()).toEqual(['a.yaml', 'kustomization.yaml', 'patches/labels.yaml']);
});

describe('left out', () => {
  test('what Git ignores, with the nearer `.gitignore` over the farther one', async () => {
    write({
      '.gitignore': 'build/\n*.generated.yaml\n/only-here.yaml\n',
      'keep/.gitignore': '!kept.generated.yaml\n',
      'a.yaml': POLICY,
      'build/b.yaml': POLICY,
      'x.generated.yaml': POLICY,
      'keep/kept.generated.yaml': POLICY,
      'keep/other.generated.yaml': POLICY,
      'only-here.yaml': POLICY,
      'deep/only-here.yaml': POLICY,
    });
    expect(await scanned()).toEqual(['a.yaml', 'deep/only-here.yaml', 'keep/kept.generated.yaml']);
  });

  test('what a `.gitignore` above the folder ignores, up to the root of the repository', async () => {
    write({
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.gitignore': 'secret/\n',
      'deploy/a.yaml': POLICY,
      'deploy/secret/b.yaml': POLICY,
    });
    expect(await scanned({}, undefined, join(folder.path, 'deploy'))).toEqual(['a.yaml']);
  });

  test('charts that a chart brings along, but not a folder of charts', async () => {
    write({
      'charts/shop/Chart.yaml': CHART,
      'charts/shop/templates/policy.yaml': POLICY,
      'charts/shop/charts/redis/templates/policy.yaml': POLICY,
    });
    expect(await scanned()).toEqual(['charts/shop/Chart.yaml', 'charts/shop/templates/policy.yaml']);
  });

  test('vendored files, fixtures and `.terraform`, unless the setting takes them back', async () => {
    write({ 'vendor/a.yaml': POLICY, 'test/fixtures/b.yaml': POLICY, '.terraform/c.yaml': POLICY, 'd.yaml': POLICY });
    expect(await scanned()).toEqual(['d.yaml']);
    expect(await scanned({ files: { exclude: { '**/vendor/**': false, 'd.yaml': true } } })).toEqual(['vendor/a.yaml']);
  });

  test('what the editor itself hides', async () => {
    write({ 'a.yaml': POLICY, 'hidden/b.yaml': POLICY, 'when.yaml': POLICY });
    const exclude = { '**/hidden': true, '**/*.js': { when: '$(basename).ts' }, 'when.yaml': { when: 'x' } };
    expect(await scanned({}, exclude)).toEqual(['a.yaml', 'when.yaml']);
  });
});
