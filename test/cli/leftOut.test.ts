/** What could not be read is said beside every answer that it could have changed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bulkhead, folderOf } from '../support/commandLine.ts';
import { SHOP } from '../support/shop.ts';
import type { TemporaryFolder } from '../support/temporaryFolder.ts';

const TEMPLATE = `#- shop/template.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: {{ .Values.name }}, namespace: shop }
spec: { podSelector: {} }
`;

let folder: TemporaryFolder;
beforeAll(() => {
  folder = folderOf(SHOP + TEMPLATE);
});
afterAll(() => folder.remove());

const PATH = ['--from', 'shop/api', '--to', 'shop/db', '--port', '5432/TCP'];

test.each([
  ['diff', ['diff', 'shop', 'shop/template.yaml', '--overlay']],
  ['reach', ['reach', 'shop']],
  ['coverage', ['coverage', 'shop']],
  ['explain', ['explain', 'shop', ...PATH]],
])('%s says that a template is not evaluated', async (_, args) => {
  const { stdout } = await bulkhead(args, { cwd: folder.path });
  expect(stdout).toMatch(/[12] files? not or not fully evaluated/);
});

test.each([
  ['diff', ['diff', 'shop', 'shop/template.yaml', '--overlay']],
  ['explain', ['explain', 'shop', ...PATH]],
])('%s lists it as data', async (_, args) => {
  const { stdout } = await bulkhead([...args, '--format', 'json'], { cwd: folder.path });
  const { notEvaluated } = JSON.parse(stdout) as { readonly notEvaluated: readonly object[] };
  expect(notEvaluated).toContainEqual({ file: 'shop/template.yaml', why: 'template' });
});
