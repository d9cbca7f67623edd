/** The loudest finding: policies that nothing enforces. */
import { expect, test } from 'vitest';
import type { NetworkPlugins } from '../../../../server/src/model/networkPlugin.ts';
import { analyzeFile } from '../../../../server/src/analysis/analyzeFile.ts';
import { SemanticFindings } from '../../../../server/src/analysis/semanticFindings.ts';
import { checkContext } from '../../../../server/src/workspace/checkContext.ts';
import { documents, networkPolicy } from '../../../support/checkFindings.ts';
import { snapshotOf, uriOf } from '../../../support/snapshotOf.ts';

const FLANNEL: NetworkPlugins = {
  plugins: [],
  enforces: 'no',
  why: 'Flannel carries traffic and enforces no policies',
  exceptions: [],
};
const SPEC = '  podSelector: {}\n';

function findings(
  text: string,
  plugins?: NetworkPlugins,
  kept?: { semantic: SemanticFindings; changed: Set<string> | undefined },
) {
  const snapshot = snapshotOf(new Map([['policy.yaml', text]]));
  const view = snapshot.files.get(uriOf('policy.yaml'));
  if (view === undefined) throw new Error('the file is there');
  const { file } = view;
  const parts = { ...snapshot, plugins, systemNamespaces: [], turnOff: () => undefined, problemsOf: () => [] };
  const asked = { file: file.uri, parsed: file.parsed, problemsOf: () => [], namespace: 'default' };
  return analyzeFile(asked, checkContext(parts, file), () => undefined, kept)
    .filter(({ code }) => code === 'policies-not-enforced')
    .map(({ severity, message, policy }) => `${policy} ${severity}: ${message}`);
}

test('stands once, at the first policy of a file', () => {
  const text = documents(networkPolicy(SPEC, 'web'), networkPolicy(SPEC, 'db', 'data'));
  expect(findings(text, FLANNEL)).toEqual([
    'shop/web error: Nothing in this cluster enforces NetworkPolicies, so every pod reaches every other: ' +
      'Flannel carries traffic and enforces no policies',
  ]);
});

test('moves to a policy of another namespace that is written above the first', () => {
  const semantic = new SemanticFindings();
  findings(networkPolicy(SPEC, 'web'), FLANNEL, { semantic, changed: undefined });
  const text = documents(networkPolicy(SPEC, 'db', 'data'), networkPolicy(SPEC, 'web'));
  const after = findings(text, FLANNEL, { semantic, changed: new Set(['data']) });
  expect(after.map((finding) => finding.split(' ')[0])).toEqual(['data/db']);
});

test('is silent where policies are enforced, where that is not known, and without a cluster', () => {
  const text = networkPolicy(SPEC);
  expect(findings(text, { ...FLANNEL, enforces: 'yes' })).toEqual([]);
  expect(findings(text, { ...FLANNEL, enforces: 'unknown' })).toEqual([]);
  expect(findings(text)).toEqual([]);
  expect(findings('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n', FLANNEL)).toEqual([]);
});
