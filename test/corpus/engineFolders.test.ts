/** netpol-analyzer's complete connection lists of manifest folders against `reachability`. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { reachability } from '../../server/src/engine/reachability.ts';
import type { EngineOptions } from '../../server/src/model/cluster.ts';
import type { Json } from '../support/apiObjects.ts';
import { connectionLines, expectedLines } from '../support/connectionLines.ts';
import { CORPORA, CORPORA_NOTE, readCorpus } from '../support/corpora.ts';
import { readFolder } from '../support/manifestFolder.ts';

const MODES: readonly EngineOptions[] = [
  { hostNetwork: 'pods', ipBlockPods: 'never' },
  { hostNetwork: 'pods', ipBlockPods: 'always' },
];

describe.skipIf(CORPORA === undefined)(`connection lists of folders${CORPORA_NOTE}`, () => {
  const cases: Json[] =
    CORPORA === undefined
      ? []
      : [...readCorpus<Json>('netpol-analyzer.json').cases, ...readCorpus<Json>('netpol-analyzer-ingress.json').cases];
  test.each(cases.map((entry) => [entry.case as string, entry] as const))('%s', (_name, entry) => {
    const state = readFolder(join(CORPORA as string, 'manifests', entry.dir));
    for (const options of MODES) {
      const reach = reachability(compileCluster(state, options));
      const connections = [...reach.rows()].flat();
      expect(connectionLines(connections)).toEqual(expectedLines(entry.expected));
      expect(reach.unknown()).toEqual([]);
    }
  });
});
