/** netpol-analyzer's differences between two folders against `diffClusters`. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toCidrs, unionAll, type AddressSet } from '../../server/src/engine/addressSet.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { diffClusters } from '../../server/src/engine/diffClusters.ts';
import type { EngineOptions } from '../../server/src/model/cluster.ts';
import type { Json } from '../support/apiObjects.ts';
import { connectionsText, endOf, parseConnections, peerOf } from '../support/connectionLines.ts';
import { CORPORA, CORPORA_NOTE, readCorpus } from '../support/corpora.ts';
import { readFolder } from '../support/manifestFolder.ts';

/** That program never matches an ipBlock against a pod; one of the folders lets it make a difference. */
const OPTIONS: EngineOptions = { hostNetwork: 'pods', ipBlockPods: 'never' };

interface Change {
  readonly type: string;
  readonly from: string | AddressSet;
  readonly to: string | AddressSet;
  readonly before: string;
  readonly after: string;
}

describe.skipIf(CORPORA === undefined)(`differences of folders${CORPORA_NOTE}`, () => {
  const cases: Json[] =
    CORPORA === undefined
      ? []
      : readCorpus<Json>('netpol-analyzer-diff.json').cases.filter(({ category }: Json) => category === 'core');
  test('all core cases are there', () => expect(cases).toHaveLength(12));
  test.each(cases.map((entry) => [entry.case as string, entry] as const))('%s', (_name, entry) => {
    const [before, after] = [entry.dir1, entry.dir2].map((dir) =>
      compileCluster(readFolder(join(CORPORA as string, 'manifests', dir)), OPTIONS),
    ) as [ReturnType<typeof compileCluster>, ReturnType<typeof compileCluster>];
    const diff = diffClusters(before, after);
    const changes = [...diff.changes()].flat();
    const expected = entry.expected.map(({ type, src, dst, conns1, conns2 }: Json) => ({
      type,
      from: peerOf(src),
      to: peerOf(dst),
      before: connectionsText(parseConnections(conns1)),
      after: connectionsText(parseConnections(conns2)),
    }));
    const ours = changes.map((change) => ({
      type: change.type,
      from: endOf(change.from),
      to: endOf(change.to),
      before: connectionsText(change.before),
      after: connectionsText(change.after),
    }));
    expect(merged(ours)).toEqual(merged(expected));
    expect(diff.unknown()).toEqual([]);
    const { added, removed } = diff.workloads;
    for (const { from, to, because } of changes) {
      const isNew = [from, to].some((end) => typeof end === 'string' && [...added, ...removed].includes(end));
      if (!isNew) expect(because).not.toEqual([]);
    }
  });
});

function merged(changes: readonly Change[]): string[] {
  const texts: string[] = [];
  const external = new Map<string, AddressSet[]>();
  for (const { type, from, to, before, after } of changes) {
    const what = `${type} ${before} → ${after}`;
    if (typeof from === 'string' && typeof to === 'string') texts.push(`${from} → ${to}: ${what}`);
    else {
      const key = typeof from === 'string' ? `${from} → *: ${what}` : `* → ${to as string}: ${what}`;
      external.set(key, [...(external.get(key) ?? []), (typeof from === 'string' ? to : from) as AddressSet]);
    }
  }
  for (const [key, sets] of external) texts.push(key.replace('*', toCidrs(unionAll(sets)).join(' ')));
  return texts.sort();
}
