/** Where a manifest and the chosen cluster differ: lenses, hovers, and the policy as the cluster has it. */
import { afterEach, describe, expect, test } from 'vitest';
import type { CodeLens } from 'vscode-languageserver-types';
import { LIVE_POLICY, OBJECT } from '../../server/src/protocol/methods.ts';
import { objectOfQuery, type ObjectName } from '../../server/src/protocol/objects.ts';
import type { HarnessOptions } from '../support/lspHarness.ts';
import { openFolder, type OpenFolder } from '../support/openFolder.ts';
import { policy } from '../support/shopManifests.ts';

let opened: OpenFolder | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const COVERAGE = {
  readAt: '2026-11-12T09:14:00Z',
  coverage: ['Pod', 'Namespace', 'NetworkPolicy', 'Service'].map((kind) => ({
    kind,
    group: kind === 'NetworkPolicy' ? 'networking.k8s.io' : '',
    status: { state: 'complete' },
  })),
};
const LIVE = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [{}] },
};
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-0',
    namespace: 'shop',
    labels: { app: 'web', 'apps.kubernetes.io/pod-index': '0' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u', controller: true }],
  },
  spec: { containers: [{ name: 'c' }] },
  status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }] },
};
const SAVED = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  metadata: { annotations: { 'bulkhead/coverage': JSON.stringify(COVERAGE) } },
  items: [LIVE, POD],
});
const WEB = `# ours\n${policy('podSelector: { matchLabels: { app: web } }\ningress: []')}`;
const WORKLOAD = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web, namespace: shop }
spec:
  template:
    metadata: { labels: { app: front } }
    spec: { containers: [{ name: c }] }
`;

async function shop(options: HarnessOptions = {}): Promise<OpenFolder> {
  opened = await openFolder({ 'saved.json': SAVED }, { settings: { snapshot: 'saved.json' }, ...options });
  await opened.lsp.open(opened.uri('web.yaml'), WEB);
  await shows(opened, 'web.yaml', 'snapshot: saved.json');
  return opened;
}

async function shows({ lsp, uri }: OpenFolder, file: string, title: string): Promise<void> {
  await lsp.until(async () => (await lsp.lenses(uri(file))).join('\n').includes(title));
}

function named(address: string): ObjectName {
  const object = objectOfQuery(decodeURIComponent(address.split('?')[1] ?? ''));
  if (object === undefined) throw new Error(`${address} names no object`);
  return object;
}

describe('a policy', () => {
  test('that differs says so until the text says the same', async () => {
    const folder = await shop();
    const { lsp, uri } = folder;
    await shows(folder, 'web.yaml', 'Differs from the snapshot');
    expect(await lsp.hover(uri('web.yaml'), 'name: web')).toContain(
      '**Differs from saved.json**: ingress rule 1 is only there. Answers are as if this text were applied',
    );
    await lsp.replace(uri('web.yaml'), 'ingress: []', 'ingress: [{}]');
    expect((await lsp.lenses(uri('web.yaml'))).join('\n')).not.toContain('Differs');
    await lsp.replace(uri('web.yaml'), 'name: web', 'name: new');
    await shows(folder, 'web.yaml', 'Not in the snapshot');
  });

  test('is shown as the cluster has it, alone and beside its document', async () => {
    const { lsp, uri } = await shop();
    const asked = { uri: uri('web.yaml'), position: { line: 3, character: 0 } };
    const found = await lsp.request(LIVE_POLICY, asked);
    if ('problem' in found) throw new Error(found.problem);
    expect(found).toMatchObject({ name: 'shop/web', source: 'saved.json', same: false });
    expect((await lsp.request(OBJECT, named(found.view))).text).toMatch(
      /^# Read-only: .*\n# From snapshot: saved.json/,
    );
    const beside = named(found.inDocument);
    expect(await lsp.request(OBJECT, beside)).toEqual({ text: WEB.replace('ingress: []', 'ingress:\n    - {}') });
    await lsp.replace(uri('web.yaml'), '# ours', '# yours');
    expect((await lsp.request(OBJECT, beside)).text).toMatch(/^# yours\n/);
    expect(await lsp.request(LIVE_POLICY, { ...asked, policy: 'shop/gone' })).toEqual({
      problem: 'There is no NetworkPolicy at the cursor.',
    });
    expect(await lsp.request(LIVE_POLICY, { uri: uri('closed.yaml'), policy: 'shop/web' })).toHaveProperty('problem');
  });

  test('has a lens without a click where the client runs none of our commands', async () => {
    const { lsp, uri } = await shop({ initializationOptions: { clientKind: 'other', snapshot: 'saved.json' } });
    const lenses = await lsp.connection.sendRequest<CodeLens[]>('textDocument/codeLens', {
      textDocument: { uri: uri('web.yaml') },
    });
    expect(lenses.map(({ command }) => command).filter((command) => command?.title.startsWith('Differs'))).toEqual([
      { title: 'Differs from the snapshot', command: '' },
    ]);
  });
});

test('a workload whose pods are others says what is there', async () => {
  const folder = await shop();
  const { lsp, uri } = folder;
  await lsp.open(uri('workload.yaml'), WORKLOAD);
  await shows(folder, 'workload.yaml', 'Differs from the snapshot: label app is web there');
  expect(await lsp.hover(uri('web.yaml'), 'podSelector')).toContain(
    'Counts are of the pods there; the manifest of web *StatefulSet* has `app=front`',
  );
});
