import { describe, expect, it } from 'vitest';
import { changesAnswer } from '../../../../server/src/features/preview/previewChanges.ts';
import { deployment, documents, networkPolicy } from '../../../support/checkFindings.ts';
import { FolderWorkspace } from '../../../../server/src/workspace/folderWorkspace.ts';
import type { PreviewModel } from '../../../../server/src/workspace/preview/previewModel.ts';
import { PreviewStates, type StateBefore } from '../../../../server/src/workspace/preview/previewStates.ts';
import { readSnapshot } from '../../../../server/src/workspace/snapshotFile.ts';
import { modelOf, previewed, type PreviewedFolder } from '../../../support/previews.ts';

const WORKLOADS = documents(deployment('web'), deployment('db'));
const POLICY = networkPolicy(`  podSelector: { matchLabels: { app: db } }
  ingress:
  - from: [{ podSelector: { matchLabels: { app: web } } }]
    ports: [{ port: 5432 }]
`);
const CILIUM = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: other, namespace: shop }
spec: { endpointSelector: {} }
`;
const LIVE = { files: { 'db.yaml': POLICY }, live: { 'all.yaml': documents(WORKLOADS, POLICY) } };
const FILES = { files: { 'workloads.yaml': WORKLOADS, 'db.yaml': POLICY } };

/** What a person reads first. */
function told(given: PreviewedFolder): string {
  return textOf(previewed(given));
}

function textOf(model: PreviewModel): string {
  const page = { offset: 0, limit: 10 };
  const { summary, nothing } = changesAnswer(model, { version: 1, id: '', revision: 1 }, page);
  return [summary.text, ...(nothing === undefined ? [] : [nothing.text])].join(' | ');
}

describe('a document over a cluster', () => {
  it('is laid over it as bulkhead diff --overlay does, workloads too', () => {
    const typed = { 'web.yaml': deployment('web').replaceAll('app: web', 'app: other') };
    expect(told({ ...LIVE, typed })).toBe('certain: 1 lost');
  });

  it('leaves undecided what a policy of another API in it could change', () => {
    expect(told({ ...LIVE, typed: { 'cilium.yaml': CILIUM } })).toMatch(
      /^certain: nothing changes; not decidable: 6 pairs, CiliumNetworkPolicy shop\/other is not evaluated \| Whether anything changes is not decidable/,
    );
  });
});

it('reads policies as the plug-in of the cluster does, and of another cluster as its own does', () => {
  const pod = (name: string, ip: string): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    status: { podIPs: [{ ip }] },
  });
  const seen = { id: 'cilium', name: 'Cilium', enforces: 'yes', seen: 'DaemonSet cilium', ipBlockPods: 'never' };
  const saved = (plugins: readonly object[]): string => {
    const found = { plugins, enforces: 'yes', why: '', exceptions: [] };
    const annotations = { 'bulkhead/coverage': JSON.stringify({ coverage: [], plugins: found }) };
    const items = [pod('web', '10.0.0.1'), pod('db', '10.0.0.2')];
    return JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { annotations }, items });
  };
  const policy = networkPolicy(`  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress:
  - to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
`);
  const of = (plugins: readonly object[], before: StateBefore = { kind: 'source' }): string => {
    const folder = new FolderWorkspace('file:///folder', { now: () => 0, date: () => 0 });
    folder.setIndexing(undefined);
    const { state } = readSnapshot(saved(plugins));
    if (state === undefined) throw new Error('no snapshot');
    folder.setSource({ kind: 'snapshot', label: 'saved', state });
    folder.openDocument('file:///folder/web.yaml', policy);
    return textOf(modelOf(new PreviewStates(folder, 'file:///folder/web.yaml', before, { kind: 'document' })));
  };
  // An ipBlock matches no pod in Cilium, and any address, of pods too, elsewhere.
  expect(of([seen])).toBe('certain: 1 lost');
  expect(of([])).toMatch(/^certain: nothing changes/);
  expect(of([], { kind: 'snapshot', label: 'other', text: saved([seen]) })).toMatch(/^certain: nothing changes/);
});

describe('why nothing changes', () => {
  it.each([
    [
      'a policy that cannot be decoded as it stands',
      { ...LIVE, typed: { 'db.yaml': POLICY.replace('5432', '70000') } },
      'db.yaml cannot be decoded as it stands. The last state that could be counts, and that means what prod-eu has.',
    ],
    [
      'a policy that cannot be decoded, among files',
      { ...FILES, typed: { 'db.yaml': POLICY.replace('app: web }', 'app: web') } },
      'db.yaml cannot be decoded as it stands. The last state that could be counts, and that means what is saved.',
    ],
    [
      'a document as it was in a commit',
      {
        ...FILES,
        typed: { 'db.yaml': POLICY },
        before: { kind: 'texts', label: 'HEAD', files: [{ uri: 'file:///folder/db.yaml', text: POLICY }] },
      },
      'HEAD has the same policy already.',
    ],
    [
      'a policy of another API among files',
      { ...FILES, typed: { 'cilium.yaml': CILIUM } },
      'Whether anything changes is not decidable for 6 pairs: CiliumNetworkPolicy shop/other is not evaluated.',
    ],
  ] as const)('is said of %s', (_, given, expected) => {
    expect(told(given as PreviewedFolder).split(' | ')[1]).toBe(expected);
  });
});

it.each([
  ['files', FILES],
  ['a cluster', LIVE],
])('does not take a template over %s for a policy that is gone', (_, given) => {
  const typed = { 'db.yaml': POLICY.replace('app: web', 'app: {{ .Values.app }}') };
  expect(() => told({ ...given, typed })).toThrow('db.yaml is a template, and not evaluated');
});

it.each(['unsaved', 'folder'] as const)(
  'takes a policy that became a template, among %s, for what was saved of it',
  (kind) => {
    const typed = {
      'workloads.yaml': WORKLOADS,
      'db.yaml': POLICY.replace('app: web', 'app: {{ .Values.app }}'),
    };
    expect(told({ ...FILES, typed, after: { kind } })).toBe(
      'certain: nothing changes | db.yaml cannot be decoded as it stands. The last state that could be counts, and that means what is saved.',
    );
  },
);
