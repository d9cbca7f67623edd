/** The role that a folder's own cluster needs. */
import { expect, test } from 'vitest';
import { readRoleOf } from '../../../server/src/lsp/readRoleHandler.ts';
import type { SourceState } from '../../../server/src/workspace/clusterSource.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { readSettings } from '../../../server/src/workspace/settings.ts';
import { stateOfTexts } from '../../support/clusterSource.ts';
import { deployment } from '../../support/checkFindings.ts';

function folderWith(more: Partial<SourceState> = {}, settings: object = {}): FolderWorkspace {
  const workspace = new FolderWorkspace('file:///shop', { now: () => 0, date: () => 0 });
  workspace.setSettings(readSettings(settings));
  workspace.putFile('file:///shop/web.yaml', deployment('web'));
  workspace.setIndexing(undefined);
  const origin = { kind: 'live', context: 'one', server: 'https://one.example', readAt: 0 } as const;
  workspace.setSource({ kind: 'live', label: 'one', state: { ...stateOfTexts(new Map(), origin), ...more } });
  return workspace;
}

test('names the policies that its cluster serves and the plug-in that it runs', () => {
  const status = { state: 'complete' } as const;
  const seen = 'DaemonSet kube-system/cilium';
  const workspace = folderWith({
    coverage: [{ kind: 'CiliumNetworkPolicy', group: 'cilium.io', status }],
    plugins: {
      plugins: [{ id: 'cilium', name: 'Cilium', enforces: 'yes', seen }],
      enforces: 'yes',
      why: '',
      exceptions: [],
    },
  });
  const { text } = readRoleOf(workspace, { of: 'cluster' });
  expect(text).toContain('ciliumnetworkpolicies');
  expect(text).toContain('cilium-config');
  expect(readRoleOf(folderWith(), { of: 'cluster' }).text).not.toContain('cilium');
});

test('of namespaces takes those that manifests and settings name', () => {
  const { text } = readRoleOf(folderWith({}, { namespaces: ['data'] }), { of: 'namespaces' });
  expect([...text.matchAll(/^metadata: .* namespace: (\S+) /gm)].map(([, name]) => name)).toEqual(['data', 'shop']);
});
