import { describe, expect, test } from 'vitest';
import { knowledgeOf } from '../../../server/src/workspace/knowledge.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { SHOP, shopWith, FROM_GONE } from '../../support/shopManifests.ts';
import { snapshotOf } from '../../support/snapshotOf.ts';

const CLUSTER = liveSource(SHOP, 0, { state: 'complete' });

describe('what may be called missing', () => {
  test.each([
    ['manifests that have all been read', undefined, true, true],
    ['manifests that are still being read', undefined, false, false],
    ['a cluster that was read, beside a folder that was', CLUSTER, true, true],
    ['a cluster that was read: a file not read yet may mend what is missing', CLUSTER, false, false],
    [
      'a cluster whose pods may not be listed',
      liveSource(SHOP, 0, { state: 'forbidden', why: 'no', mend: 'yes' }),
      true,
      false,
    ],
  ])('%s', (_name, source, indexed, known) => {
    const { universe } = snapshotOf(shopWith(FROM_GONE), source === undefined ? {} : { source });
    const state = source !== undefined && 'state' in source ? source.state : undefined;
    expect(knowledgeOf(universe.parts, state, indexed).podsKnown('shop')).toBe(known);
  });
});
