/**
 * A workspace of ten thousand files, most of them no manifests: it is read in the background, which the editor is told,
 * and whoever asks meanwhile has an answer that says what is still being read.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LspHarness, uriOfPath } from '../support/lspHarness.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporaryFolder.ts';

const FILES = 10_000;
const FOLDERS = 100;
/** Every so many files one is a workload of the namespace. */
const EVERY = 50;

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: all, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;

let folder: TemporaryFolder;
let lsp: LspHarness | undefined;

beforeEach(() => {
  folder = temporaryFolder('large');
  for (let index = 0; index < FOLDERS; index += 1) mkdirSync(join(folder.path, `part-${index}`));
  for (let index = 0; index < FILES; index += 1) {
    const path = join(folder.path, `part-${index % FOLDERS}`, `file-${index}.yaml`);
    writeFileSync(path, index % EVERY === 0 ? workload(index) : `values:\n  replicas: ${index}\n  name: apiVersion\n`);
  }
});
afterEach(async () => {
  await lsp?.stop();
  folder.remove();
});

test('is read in the background, with progress, while questions are answered', async () => {
  lsp = await LspHarness.start({
    folders: [folder.path],
    capabilities: { window: { workDoneProgress: true } },
  });
  const uri = uriOfPath(join(folder.path, 'policy.yaml'));
  await lsp.open(uri, POLICY);
  const early = await lsp.hover(uri, 'podSelector');
  // Nothing is called complete, or missing, before everything has been read.
  expect(early).toMatch(/reading|Selects/);
  const findings = await lsp.findings(uri);
  await lsp.read();
  expect(await lsp.hover(uri, 'podSelector')).toContain(
    `**Selects ${FILES / EVERY} pods of ${FILES / EVERY} workloads**`,
  );
  expect(lsp.asked).toContain('window/workDoneProgress/create');
  // What was said early still holds: no finding has come and gone.
  expect(await lsp.findings(uri)).toEqual(expect.arrayContaining([...findings]));
});

test('follows what is written to it afterwards', async () => {
  lsp = await LspHarness.start({ folders: [folder.path] });
  await lsp.read();
  const uri = uriOfPath(join(folder.path, 'policy.yaml'));
  await lsp.open(uri, POLICY);
  const added = join(folder.path, 'part-7', 'added.yaml');
  writeFileSync(added, workload(FILES));
  await lsp.fileChanged(added, 1);
  await lsp.until(async () => (await lsp?.hover(uri, 'podSelector'))?.includes(`${FILES / EVERY + 1} pods`) === true);
});

function workload(index: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: app-${index}, namespace: shop }
spec: { replicas: 1, template: { metadata: { labels: { app: app-${index} } } } }
`;
}
