import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { query } from '../../../server/src/engine/query.ts';
import type { LabelSelector } from '../../../server/src/model/labels.ts';
import type { Namespace } from '../../../server/src/model/workload.ts';
import { pod, policy, select, state } from '../../support/engineObjects.ts';

const db = pod('shop/db', { app: 'db' });
const probe = pod('watch/probe', { app: 'probe' });

function verdict(namespaceSelector: LabelSelector, watch: Namespace): string {
  const open = policy('shop/db', { podSelector: select('app=db'), ingress: [{ peers: [{ namespaceSelector }] }] });
  const cluster = compileCluster(state({ namespaces: [watch], pods: [db, probe], policies: [open] }));
  return query(cluster, { pod: probe }, { pod: db }, 'TCP', 5432).verdict;
}

const notIn = (key: string, values: readonly string[]): LabelSelector => ({
  matchLabels: {},
  matchExpressions: [{ key, operator: 'NotIn', values }],
});

describe('a namespace whose object could not be read', () => {
  const unread: Namespace = { name: 'watch', labels: {}, labelsUnknown: true };

  test.each<[string, LabelSelector, string]>([
    ['may have any label', select('team=ops'), 'unknown'],
    ['may have a label of any key', select('team'), 'unknown'],
    ['may have the value that a selector leaves out', notIn('team', ['ops']), 'unknown'],
    ['has its name', select('kubernetes.io/metadata.name=watch'), 'allow'],
    ['has no other name', select('kubernetes.io/metadata.name=shop'), 'deny'],
    ['is matched by a selector of all namespaces', select(), 'allow'],
  ])('%s', (_, selector, expected) => {
    expect(verdict(selector, unread)).toBe(expected);
  });

  test('is another one than a namespace without labels', () => {
    expect(verdict(select('team=ops'), { name: 'watch', labels: {} })).toBe('deny');
  });
});
