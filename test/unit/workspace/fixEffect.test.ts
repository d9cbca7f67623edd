import { describe, expect, it } from 'vitest';
import { effectText } from '../../../server/src/workspace/effectText.ts';
import { fixEffect } from '../../../server/src/workspace/fixEffect.ts';
import { problemCache } from '../../../server/src/workspace/serverProblems.ts';
import type { FileView } from '../../../server/src/workspace/snapshot.ts';
import { deployment, documents, networkPolicy } from '../../support/checkFindings.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from '../../support/snapshotOf.ts';

const problemsOf = problemCache().of('', false);
const WORKLOADS = documents(deployment('web', 'shop', 3), deployment('db'), deployment('agent', 'ops'));
const POLICY = networkPolicy(`  podSelector: { matchLabels: { app: web } }
  ingress:
  - from: [{ podSelector: { matchLabels: { app: nobody } } }]
`);

/** What replacing a piece of `policy.yaml` does; undefined where it is not known. */
function effect(
  piece: string,
  by: string,
  text = POLICY,
  files: Record<string, string> = {},
  options?: SnapshotOptions,
) {
  const all = new Map(Object.entries({ 'workloads.yaml': WORKLOADS, ...files, 'policy.yaml': text }));
  const snapshot = snapshotOf(all, options);
  const uri = uriOf('policy.yaml');
  const present = (snapshot.files.get(uri) as FileView).file.text;
  const start = present.indexOf(piece);
  expect(start).toBeGreaterThanOrEqual(0);
  const edit = { file: uri, range: { start, end: start + piece.length }, newText: by };
  const found = fixEffect(snapshot, uri, [edit], () => problemsOf);
  return found && (effectText(found) ?? 'not decided');
}

describe('the effect of an edit', () => {
  it.each([
    ['nobody', 'db', 'lets in 2 pods'],
    ['app: nobody', 'app: db, tier: x', 'changes nothing for known pods'],
    ['spec:', 'spec: # so', 'changes nothing'],
    ['  podSelector: {', '  policyTypes: [Ingress]\n  podSelector: {', 'changes nothing'],
    ['app: web', 'app: gone', 'isolates 3 pods no longer, lets in 7 pods and addresses outside'],
    ['app: web', 'app: db', 'isolates 2 pods, lets in 7 pods and addresses outside'],
    ['ingress:', 'policyTypes: [Ingress, Egress]\n  ingress:', 'isolates 3 pods'],
  ])('that makes %j to %j', (piece, by, says) => {
    expect(effect(piece, by)).toBe(says);
  });

  it('of a rule that is taken away says whom it cuts off', () => {
    const text = POLICY.replace('nobody', 'db');
    expect(effect('app: db', 'app: nobody', text)).toBe('cuts off 2 pods');
  });

  it('is told in the pods of a cluster, over which the open file is laid', () => {
    const cluster = new Map([['cluster.yaml', `${WORKLOADS}---\n${networkPolicy('  podSelector: {}\n', 'deny')}`]]);
    const source = liveSource(cluster, 0);
    expect(effect('nobody', 'db', POLICY, {}, { source })).toBe('lets in 2 pods');
    expect(effect('app: web', 'app: db', POLICY, {}, { source })).toBe('changes nothing for known pods');
  });

  it('of a policy that was renamed counts the one that it leaves', () => {
    expect(effect('name: web', 'name: other')).toBe('changes nothing for known pods');
  });

  it('is not known where more than policies changes', () => {
    expect(effect('name: db', 'name: other', `${POLICY}---\n${deployment('db', 'ops')}`)).toBeUndefined();
  });

  it('is not known of a text that is held in an earlier state', () => {
    const held = { 'policy.yaml': `${POLICY}- broken` };
    expect(effect('nobody', 'db', POLICY, {}, { held })).toBeUndefined();
  });

  it('is not known of a patch', () => {
    expect(effect('nobody', 'db', POLICY, {}, { fragments: ['policy.yaml'] })).toBeUndefined();
  });
});
