/** What a lens, a hover and the status item say of the scope that answers are given in. */
import { expect, test } from 'vitest';
import { codeLenses } from '../../../server/src/features/codeLens.ts';
import { scopeProblems } from '../../../server/src/features/scopeText.ts';
import { sourceText } from '../../../server/src/features/sourceText.ts';
import type { ScopeView, WorkspaceSnapshot } from '../../../server/src/workspace/snapshot.ts';
import { policy } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const WHOLE: ScopeView = { kind: 'folder', folder: '', name: '', isOnly: true, gaps: [], writtenTwice: () => [] };

function inScope(scope: Partial<ScopeView>): WorkspaceSnapshot {
  return { ...snapshotOf(new Map([['a.yaml', policy('podSelector: {}')]])), scope: { ...WHOLE, ...scope } };
}

const twice = (...keys: readonly string[]): Partial<ScopeView> => ({
  writtenTwice: () => keys.map((key) => ({ key, files: ['file:///w/dev/web.yaml', 'file:///w/prod/web.yaml'] })),
});

test.each<[string, Partial<ScopeView>, string | undefined, string]>([
  ['a folder that is one world', {}, undefined, 'these files'],
  [
    'one of two overlays',
    { kind: 'kustomization', name: 'overlays/prod', isOnly: false },
    'Overlay overlays/prod',
    'overlay overlays/prod',
  ],
  ['a chart', { kind: 'chart', name: 'charts/shop', isOnly: false }, 'Chart charts/shop', 'chart charts/shop'],
  [
    'a folder with its own bulkhead.yaml',
    { kind: 'bulkhead', name: 'deploy', isOnly: false },
    'Files of deploy',
    'files of deploy',
  ],
  ['everything, where there are scopes', { isOnly: false }, 'Whole folder', 'these files'],
  ['a name that two files write', twice('Deployment/shop/web'), 'Whole folder · 1 object written twice', 'these files'],
  [
    'an overlay of which only Kustomize knows all',
    { kind: 'kustomization', name: 'prod', gaps: ['prod/kustomization.yaml builds on x, which is not fetched'] },
    'Overlay prod · not all of it is known',
    'these files',
  ],
])('%s', (_, scope, lens, source) => {
  const snapshot = inScope(scope);
  const scopes = codeLenses(snapshot, uriOf('a.yaml')).filter(
    ({ command }) => command?.command === 'bulkhead.chooseScope',
  );
  expect(scopes.map(({ command }) => command?.title)).toEqual(lens === undefined ? [] : [lens]);
  expect(sourceText(snapshot)).toBe(source);
});

test('the status item names what is written twice and what is not known', () => {
  expect(scopeProblems(inScope(twice('Deployment/shop/web', 'Namespace//shop')))).toEqual([
    'Deployment shop/web is written in dev/web.yaml and prod/web.yaml; the last one counts, and 1 more object likewise.',
  ]);
  expect(scopeProblems(inScope({ gaps: ['`helmCharts` of prod/kustomization.yaml are not applied here'] }))).toEqual([
    '`helmCharts` of prod/kustomization.yaml are not applied here, so what depends on it is not known.',
  ]);
});
