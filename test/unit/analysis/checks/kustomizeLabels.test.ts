/** What a kustomization's labels do to the peers of its policies, judged as the workspace places them. */
import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../../../server/src/lsp/diagnostics.ts';
import { FolderWorkspace } from '../../../../server/src/workspace/folderWorkspace.ts';
import { deployment, networkPolicy as policy } from '../../../support/checkFindings.ts';

const CODE = 'kustomize-labels-in-peers';

/** Findings of `policy.yaml`, which a kustomization takes in with web and prometheus. */
function findings(kustomization: string, peer: string): readonly string[] {
  const folder = new FolderWorkspace('file:///w', { now: () => 0, date: () => 0 });
  const files = {
    'kustomization.yaml': `${kustomization}\nresources: [policy.yaml, web.yaml]\n`,
    'web.yaml': deployment('web', 'shop', 3),
    'policy.yaml': policy(`  podSelector: { matchLabels: { app: web } }\n  ingress:\n  - from:\n    - ${peer}\n`),
  };
  for (const [name, text] of Object.entries(files)) folder.putFile(`file:///w/${name}`, text);
  folder.setIndexing(undefined);
  const uri = 'file:///w/policy.yaml';
  return said(folder, uri);
}

function said(folder: FolderWorkspace, uri: string): readonly string[] {
  return findingsOf(folder, folder.snapshot(uri), uri)
    .filter(({ code }) => code === CODE || code === 'selector-matches-nothing')
    .map(({ code, severity, message }) => `${severity} ${code}: ${message}`);
}

const COMMON = 'commonLabels: { part-of: shop }';
const MONITORING =
  '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } }, podSelector: { matchLabels: { app: prometheus } } }';
const DNS = MONITORING.replace('monitoring', 'kube-system');

describe(CODE, () => {
  test('says of pods elsewhere that they may not have the labels', () => {
    expect(findings(COMMON, MONITORING)).toEqual([
      'information kustomize-labels-in-peers: pods `app=prometheus` of `monitoring` are not let in unless they have it: the kustomization adds `part-of=shop` to this peer',
    ]);
  });
  test('of pods of the platform it is certain', () => {
    expect(findings(COMMON, DNS)).toEqual([
      'warning kustomize-labels-in-peers: pods `app=prometheus` of `kube-system` are not let in: the kustomization adds `part-of=shop` to this peer',
    ]);
  });
  test('names pods of another base that match as the peer is written, and is the only finding then', () => {
    const folder = new FolderWorkspace('file:///w', { now: () => 0, date: () => 0 });
    const peer = '{ podSelector: { matchLabels: { app: prometheus } } }';
    const files = {
      'kustomization.yaml': 'resources: [a, b]\n',
      'a/kustomization.yaml': `${COMMON}\nresources: [policy.yaml, web.yaml]\n`,
      'a/policy.yaml': policy(`  podSelector: { matchLabels: { app: web } }\n  ingress:\n  - from: [${peer}]\n`),
      'a/web.yaml': deployment('web', 'shop', 3),
      'b/kustomization.yaml': 'resources: [prometheus.yaml]\n',
      'b/prometheus.yaml': deployment('prometheus', 'shop'),
    };
    for (const [name, text] of Object.entries(files)) folder.putFile(`file:///w/${name}`, text);
    folder.setIndexing(undefined);
    folder.chooseScope('/w');
    expect(said(folder, 'file:///w/a/policy.yaml')).toEqual([
      'warning kustomize-labels-in-peers: prometheus (2 pods) is not let in: the kustomization adds `part-of=shop` to this peer',
    ]);
  });
  test.each([
    ['peers that have the labels once they are built', COMMON, '{ podSelector: { matchLabels: { app: web } } }'],
    ['labels that leave selectors alone', 'labels: [{ pairs: { part-of: shop } }]', MONITORING],
    [
      'peers without matchLabels, which Kustomize leaves alone',
      COMMON,
      '{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: app, operator: Exists }] } }',
    ],
    ['addresses', COMMON, '{ ipBlock: { cidr: 203.0.113.0/24 } }'],
  ])('is silent for %s', (_name, kustomization, peer) => {
    expect(findings(kustomization, peer).filter((finding) => finding.includes(CODE))).toEqual([]);
  });
});
