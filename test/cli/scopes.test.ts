/** Overlays, charts and folders with their own `bulkhead.yaml` among the inputs of a command. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bulkhead } from '../support/commandLine.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const folder = temporaryFolder('cli-scopes');
afterAll(folder.remove);

const deployment = (name: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec: { template: { metadata: { labels: { app: ${name} } } } }\n`;
const policy = (selector: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: db }\nspec:\n  podSelector: { matchLabels: { app: ${selector} } }\n  policyTypes: [Ingress, Egress]\n  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]\n`;

const FILES: Readonly<Record<string, string>> = {
  'shop/base/kustomization.yaml': 'resources: [web.yaml, db.yaml, policy.yaml]\n',
  'shop/base/web.yaml': deployment('web'),
  'shop/base/db.yaml': deployment('db'),
  'shop/base/policy.yaml': policy('db'),
  'shop/prod/kustomization.yaml': 'namespace: prod\nnamePrefix: eu-\nresources: [../base]\n',
  'shop/patched/kustomization.yaml':
    'resources: [../base]\npatches:\n- target: { kind: Deployment, name: web }\n  patch: |-\n    - { op: add, path: /spec/template/metadata/labels/app, value: other }\n',
  'two/one/bulkhead.yaml': 'namespace: one\nchecks: { selector-matches-nothing: error }\n',
  'two/one/web.yaml': deployment('web'),
  'two/one/policy.yaml': policy('db'),
  'two/other/db.yaml': deployment('db'),
};

beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(folder.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
});

interface Reached {
  readonly connections: readonly { readonly from: unknown; readonly to: unknown }[];
  readonly unknown: readonly { readonly why: string }[];
}

async function reach(...args: readonly string[]): Promise<Reached> {
  const { stdout } = await bulkhead(['reach', 'shop', '--format', 'json', ...args], { cwd: folder.path });
  return JSON.parse(stdout) as Reached;
}

const between = ({ connections }: Reached): readonly string[] =>
  connections.flatMap(({ from, to }) => (typeof from === 'string' && typeof to === 'string' ? [`${from} ${to}`] : []));

describe('--scope', () => {
  test('answers about what an overlay builds, under the names that it gives', async () => {
    expect(between(await reach('--scope', 'shop/prod'))).toEqual(['prod/eu-web[Deployment] prod/eu-db[Deployment]']);
    expect(between(await reach('--scope', 'shop/base'))).toEqual(['default/web[Deployment] default/db[Deployment]']);
  });

  test('says what only Kustomize can tell', async () => {
    const { unknown } = await reach('--scope', 'shop/patched');
    expect(unknown[0]).toEqual({
      subject: 'default/web[Deployment]',
      direction: 'egress',
      why: 'labels of default/web[Deployment] or of its namespace are not known: a patch in shop/patched/kustomization.yaml changes Deployment default/web, which only Kustomize can apply',
    });
  });

  test('of a folder that is none is refused in one line', async () => {
    expect(await bulkhead(['reach', 'shop', '--scope', 'elsewhere'], { cwd: folder.path })).toMatchObject({
      status: 2,
      stderr:
        'bulkhead: --scope elsewhere: no kustomization.yaml, Chart.yaml or bulkhead.yaml among the inputs lies in this folder.\n',
    });
  });
});

test('a bulkhead.yaml below the inputs is read: its settings hold, and its files are judged among themselves', async () => {
  const { stdout, status } = await bulkhead(['check', 'two', '--format', 'json'], { cwd: folder.path });
  const { findings } = JSON.parse(stdout) as {
    findings: { code: string; severity: string; file: string; policy: string }[];
  };
  // The only db is in another world.
  expect(findings.filter(({ code }) => code === 'selector-matches-nothing')).toMatchObject([
    { severity: 'error', file: 'two/one/policy.yaml', policy: 'one/db' },
  ]);
  expect(status).toBe(1);
});
