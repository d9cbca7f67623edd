/** Rendering a chart or an overlay: only when asked, by the real programs, and answered like any other document. */
import { cpSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CancellationTokenSource, type DocumentLink } from 'vscode-languageserver/node';
import { RENDER, SCOPES, USE_SCOPE } from '../../server/src/protocol/methods.ts';
import type { RenderOutcome } from '../../server/src/protocol/render.ts';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';
import { HAS_HELM, HELM_NOTE, helmFolder } from '../support/helmProgram.ts';
import { KUSTOMIZE, KUSTOMIZE_NOTE } from '../support/kustomizeProgram.ts';
import type { OpenFolder } from '../support/openFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { useFolders } from '../support/useFolders.ts';

const folderWith = useFolders();

const CHART = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'shop/values.yaml': 'app: web\n',
  'shop/prod.values.yaml': 'app: api\n',
  'shop/templates/policy.yaml':
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: "{{ .Release.Name }}" }\nspec:\n  podSelector: { matchLabels: { app: {{ .Values.app }} } }\n  policyTypes: [Ingress, Egress]\n',
  'shop/templates/web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: {{ .Values.app }} }\nspec:\n  replicas: 2\n  selector: { matchLabels: { app: web } }\n  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c, image: i }] } }\n',
};
const OVERLAY = {
  'base/kustomization.yaml': 'resources: [web.yaml, policy.yaml]\n',
  'base/web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  selector: { matchLabels: { app: web } }\n  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c, image: i }] } }\n',
  'base/policy.yaml':
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web }\nspec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress, Egress] }\n',
  'prod/kustomization.yaml':
    'namespace: prod\nresources: [../base]\npatches:\n- target: { kind: Deployment }\n  patch: |-\n    - { op: replace, path: /spec/template/metadata/labels/app, value: other }\n',
};

function render(
  folder: OpenFolder,
  name: string,
  kind: 'chart' | 'kustomization',
  values: readonly string[] = [],
): Promise<RenderOutcome> {
  const marker = kind === 'chart' ? 'Chart.yaml' : 'kustomization.yaml';
  return folder.lsp.request(RENDER, {
    uri: folder.uri(`${name}/${marker}`),
    folder: folder.path(name),
    kind,
    values: values.map((file) => folder.path(file)),
  });
}

/** Opens what was rendered, as the editor does, and returns its lenses. */
async function shown(
  folder: OpenFolder,
  outcome: RenderOutcome,
): Promise<{ uri: string; text: string; lenses: readonly string[] }> {
  if ('problem' in outcome) throw new Error(outcome.problem);
  await folder.lsp.open(outcome.uri, outcome.text);
  return { ...outcome, lenses: await folder.lsp.lenses(outcome.uri) };
}

/** What the tab of a document is called. */
function tab(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}

/** Where the links of a rendered document lead. */
async function links({ lsp }: OpenFolder, uri: string): Promise<readonly string[]> {
  const found = await lsp.connection.sendRequest<DocumentLink[]>('textDocument/documentLink', {
    textDocument: { uri },
  });
  return found.map(({ target = '' }) => target).sort();
}

describe.skipIf(!HAS_HELM)(`a chart${HELM_NOTE}`, () => {
  let environment: Readonly<Record<string, string>>;
  beforeAll(async () => {
    const folder = await helmFolder();
    environment = folder === '' ? {} : { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
  }, 600_000);

  test('is rendered with the chosen values and answered in its own scope', async () => {
    const folder = await folderWith(CHART, { environment });
    const { lenses, uri } = await shown(folder, await render(folder, 'shop', 'chart'));
    const whole = { start: { line: 0, character: 0 }, end: { line: 10_000, character: 0 } };
    expect(await folder.lsp.codeActions(uri, whole)).toEqual([]);
    expect(tab(uri)).toBe('chart-shop (rendered).yaml');
    expect(lenses).toContainEqual(expect.stringMatching(/^1 Rendered \d+ s ago · render again$/));
    expect(lenses.some((lens) => lens.endsWith('Isolates ingress and egress of 2 pods (web)'))).toBe(true);
    expect(await links(folder, uri)).toEqual([
      folder.uri('shop/templates/policy.yaml'),
      folder.uri('shop/templates/web.yaml'),
    ]);
    const other = await shown(folder, await render(folder, 'shop', 'chart', ['shop/prod.values.yaml']));
    expect((await folder.lsp.lenses(other.uri)).some((lens) => lens.includes('no pod matches'))).toBe(true);
  });

  test('that needs another chart says which, and how to get it', async () => {
    const folder = await folderWith(
      {
        ...CHART,
        'shop/Chart.yaml':
          'apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies: [{ name: redis, version: 1.0.0, repository: "https://charts.example" }]\n',
      },
      { environment },
    );
    expect(await render(folder, 'shop', 'chart')).toEqual({
      problem:
        'The chart shop needs redis, which is not in its charts folder. Run "helm dependency build" there first.',
    });
  });

  test('that does not render says what Helm says, in one line', async () => {
    const folder = await folderWith(
      { ...CHART, 'shop/templates/policy.yaml': '{{ fail "no app was given" }}' },
      { environment },
    );
    expect(await render(folder, 'shop', 'chart')).toEqual({
      problem: expect.stringMatching(/^helm template: .*no app was given/),
    });
  });

  test.skipIf(CORPORA === undefined)(`of a real project has policies without faults${CORPORA_NOTE}`, async () => {
    const folder = await folderWith({ 'keep.txt': '' }, { environment });
    cpSync(join(CORPORA ?? '', 'real-world/online-boutique/helm-chart'), folder.path('chart'), {
      recursive: true,
    });
    await folder.lsp.fileChanged(folder.path('chart/Chart.yaml'), 1);
    const { uri, lenses } = await shown(folder, await render(folder, 'chart', 'chart'));
    expect(lenses.length).toBeGreaterThan(1);
    expect((await folder.lsp.diagnostics(uri)).filter(({ severity }) => severity === 1)).toEqual([]);
  });
});

describe.skipIf(KUSTOMIZE === undefined)(`an overlay${KUSTOMIZE_NOTE}`, () => {
  test('is built, and what was not known of it is known then', async () => {
    const folder = await folderWith(OVERLAY);
    const { lenses, uri } = await shown(folder, await render(folder, 'prod', 'kustomization'));
    expect(tab(uri)).toBe('overlay-prod (rendered).yaml');
    // The patch gives the pods another label, so the policy selects none of them.
    expect(lenses.some((lens) => lens.includes('no pod matches'))).toBe(true);
    expect(await folder.lsp.request(SCOPES, { uri })).toMatchObject({
      scopes: [{ label: 'Rendered prod', because: 'as rendered' }, { label: 'Whole folder' }],
    });
  });

  test('goes by the address that VS Code makes of it, whatever its folder is called', async () => {
    const name = "it's prod (eu)!";
    const folder = await folderWith({ ...OVERLAY, [`${name}/kustomization.yaml`]: OVERLAY['prod/kustomization.yaml'] });
    const { uri, lenses } = await shown(folder, await render(folder, name, 'kustomization'));
    expect(uri).toMatch(/\/it%27s%20prod%20%28eu%29%21\/overlay-it%27s%20prod%20%28eu%29%21%20%28rendered%29\.yaml$/);
    expect(lenses).toContainEqual(expect.stringMatching(/^1 Rendered \d+ s ago · render again$/));
  });

  test('leads back to the files that its objects come from', async () => {
    const folder = await folderWith(OVERLAY);
    const { text, uri } = await shown(folder, await render(folder, 'prod', 'kustomization'));
    expect(text.match(/^# Source: .*$/gm)?.sort()).toEqual(['# Source: base/policy.yaml', '# Source: base/web.yaml']);
    expect(await links(folder, uri)).toEqual([folder.uri('base/policy.yaml'), folder.uri('base/web.yaml')]);
  });

  test('whose sources have changed since says so', async () => {
    const folder = await folderWith(OVERLAY);
    const { uri } = await shown(folder, await render(folder, 'prod', 'kustomization'));
    await folder.lsp.open(
      folder.uri('base/policy.yaml'),
      OVERLAY['base/policy.yaml'].replace('name: web', 'name: new'),
    );
    expect(await folder.lsp.lenses(uri)).toContain(
      '1 Rendered 0 s ago · its sources have changed since · render again',
    );
  });

  test('can be the scope of policies that lie beside it', async () => {
    const beside =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: beside, namespace: prod }\nspec: { podSelector: { matchLabels: { app: other } }, policyTypes: [Ingress] }\n';
    const folder = await folderWith({ ...OVERLAY, 'policies/beside.yaml': beside });
    const uri = folder.uri('policies/beside.yaml');
    await folder.lsp.open(uri, beside);
    await render(folder, 'prod', 'kustomization');
    const { scopes, folder: window } = await folder.lsp.request(SCOPES, { uri });
    const rendered = scopes.find(({ label }) => label === 'Rendered prod');
    await folder.lsp.request(USE_SCOPE, { folder: window, scope: rendered?.scope ?? 'none' });
    const lenses = await folder.lsp.lenses(uri);
    expect(lenses.some((lens) => lens.endsWith('Isolates ingress of 1 pod (web)'))).toBe(true);
    expect(lenses).toContain('1 Rendered prod');
  });
});

describe('nothing is run', () => {
  const nothing = { environment: { PATH: '/nowhere' } };

  test('in a workspace that is not trusted', async () => {
    const folder = await folderWith(CHART, { initializationOptions: { trusted: false } });
    expect(await render(folder, 'shop', 'chart')).toEqual({
      problem: 'Nothing is run in a workspace that is not trusted: its files name what is run.',
    });
  });

  test.each([
    ['chart', 'helm is not installed, or not on the PATH that the editor was started with: it renders charts.'],
    [
      'kustomization',
      'Neither kustomize nor kubectl is installed, or on the PATH that the editor was started with: they build overlays.',
    ],
  ] as const)('where the program for a %s is missing, which is said in one sentence', async (kind, problem) => {
    const folder = await folderWith(CHART, nothing);
    expect(await render(folder, 'shop', kind)).toEqual({ problem });
  });

  test('any more once a person has cancelled', async () => {
    const programs = temporaryFolder('programs');
    writeFileSync(join(programs.path, 'helm'), HANGING, { mode: 0o755 });
    const environment = { PATH: `${programs.path}${delimiter}${process.env['PATH'] ?? ''}` };
    const folder = await folderWith(CHART, { environment });
    const source = new CancellationTokenSource();
    const started = appears(programs.path, 'started');
    const uri = folder.uri('shop/Chart.yaml');
    const rendering = folder.lsp.request(
      RENDER,
      { uri, folder: folder.path('shop'), kind: 'chart', values: [] },
      source.token,
    );
    await started;
    const ended = appears(programs.path, 'ended');
    source.cancel();
    await expect(rendering).rejects.toMatchObject({ code: -32800 });
    await ended;
    programs.remove();
  });
});

/** A program that runs until it is told to end. */
const HANGING = `#!/bin/sh
folder=$(dirname "$0")
trap 'touch "$folder/ended"; exit 1' TERM
touch "$folder/started"
while :; do sleep 1 & wait $!; done
`;

async function appears(folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) if (filename === name) return;
}
