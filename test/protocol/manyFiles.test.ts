/** A workspace of ten thousand files is read in the background, and nobody who types waits for it. */
import { afterEach, expect, test } from 'vitest';
import { LspHarness, uriOfPath } from '../support/lspHarness.ts';
import { writeManyFiles } from '../support/manyFiles.ts';
import { policy } from '../support/shopManifests.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporaryFolder.ts';

const FILES = 10_000;

let lsp: LspHarness | undefined;
let folder: TemporaryFolder | undefined;
afterEach(async () => {
  await lsp?.stop();
  folder?.remove();
});

test('a hover is answered while the files are read, and says that they are', async () => {
  folder = temporaryFolder('many-files');
  const { pods, policies } = writeManyFiles(folder.path, FILES);
  lsp = await LspHarness.start({ folders: [folder.path], capabilities: { window: { workDoneProgress: true } } });
  const opened = uriOfPath(`${folder.path}/open.yaml`);
  await lsp.open(opened, policy('podSelector: { matchLabels: { app: app-0 } }', 'name: web, namespace: team-0'));

  await lsp.until(() => kinds(lsp).includes('report'));
  const meanwhile = await lsp.hover(opened, 'podSelector');
  expect(kinds(lsp)).not.toContain('end');
  expect(meanwhile).toMatch(/read/);

  await lsp.until(() => kinds(lsp).includes('end'));
  await lsp.read();
  expect(lsp.statuses.at(-1)?.rows).toContainEqual({ kind: 'Pod', count: pods, state: 'read completely' });
  // Those on disk and the one that is open.
  expect(lsp.statuses.at(-1)?.rows).toContainEqual({
    kind: 'NetworkPolicy',
    count: policies + 1,
    state: 'read completely',
  });
  expect(await lsp.hover(opened, 'podSelector')).toContain('3 pods of 1 workload');

  const shown = lsp.progress.flatMap((each) => (each.kind === 'report' ? [each.percentage ?? 0] : []));
  expect(lsp.progress[0]).toMatchObject({ kind: 'begin', title: 'Bulkhead: reading manifests' });
  expect(shown.length).toBeGreaterThan(10);
  expect(shown).toEqual(shown.toSorted((a, b) => a - b));
  expect(lsp.errors).toEqual([]);
});

function kinds(server: LspHarness | undefined): readonly string[] {
  return server?.progress.map(({ kind }) => kind) ?? [];
}
