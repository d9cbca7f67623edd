import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { withEdit } from '../../../server/src/engine/withEdit.ts';
import type { PodScope } from '../../../server/src/engine/matchPods.ts';
import { nearMisses } from '../../../server/src/engine/nearMisses.ts';
import type { LabelSelector } from '../../../server/src/model/labels.ts';
import { namespace, pod, select, state } from '../../support/engineObjects.ts';

const cluster = compileCluster(
  state({
    namespaces: [namespace('shop', { team: 'shop' }), namespace('lab', { team: 'lab' })],
    pods: [
      pod('shop/frontend', { app: 'frontend', tier: 'web' }, { count: 9 }),
      pod('shop/webapp', { app: 'webapp', tier: 'web' }, { count: 3 }),
      pod('shop/db', { app: 'db' }),
      pod('lab/bench', { app: 'bench', tier: 'load' }),
      pod('shop/hidden', {}, { unknownLabels: ['app'] }),
    ],
  }),
);

const notIn = (key: string, ...values: string[]): LabelSelector => ({
  matchLabels: {},
  matchExpressions: [{ key, operator: 'NotIn', values }],
});
const both = (a: LabelSelector, b: LabelSelector): LabelSelector => ({
  matchLabels: { ...a.matchLabels, ...b.matchLabels },
  matchExpressions: [...a.matchExpressions, ...b.matchExpressions],
});

describe('near misses', () => {
  const cases: [what: string, scope: Partial<PodScope>, expected: object[]][] = [
    [
      'a value with a slip of the pen',
      { podSelector: select('app=fronted') },
      [{ kind: 'value', on: 'pod', key: 'app', wanted: ['fronted'], found: 'frontend' }],
    ],
    [
      'a value that is part of another',
      { podSelector: select('app=web') },
      [{ kind: 'value', on: 'pod', key: 'app', wanted: ['web'], found: 'webapp' }],
    ],
    [
      'a key with a slip of the pen',
      { podSelector: select('ap=frontend') },
      [{ kind: 'key', on: 'pod', key: 'ap', wanted: ['frontend'], found: 'app' }],
    ],
    [
      'a label that is missing beside one that matches',
      { podSelector: select('app=db', 'tier=data') },
      [{ kind: 'missing', on: 'pod', key: 'tier', wanted: ['data'] }],
    ],
    [
      'another value beside a label that matches',
      { podSelector: select('app=frontend', 'tier=backend') },
      [{ kind: 'value', on: 'pod', key: 'tier', wanted: ['backend'], found: 'web' }],
    ],
    ['pods of another namespace', { podSelector: select('app=bench') }, [{ kind: 'otherNamespace', namespace: 'lab' }]],
    [
      "a namespace's label that is meant as its name",
      { podSelector: select('app=bench'), namespaceSelector: select('name=lab') },
      [{ kind: 'key', on: 'namespace', key: 'name', wanted: ['lab'], found: 'kubernetes.io/metadata.name' }],
    ],
    [
      "a namespace's other value",
      { podSelector: select('app=bench'), namespaceSelector: select('team=labs') },
      [{ kind: 'value', on: 'namespace', key: 'team', wanted: ['labs'], found: 'lab' }],
    ],
    ['a label that the selector excludes is no slip', { podSelector: both(select('app=db'), notIn('app', 'db')) }, []],
    ['nothing like it anywhere', { podSelector: select('app=payments') }, []],
  ];
  test.each(cases)('%s', (_what, scope, expected) => {
    expect(nearMisses(cluster, { namespace: 'shop', ...scope }).map(({ cause }) => cause)).toEqual(expected);
  });

  test('count pods and name workloads, the likeliest slip first', () => {
    const [first, second] = nearMisses(cluster, {
      namespace: 'shop',
      podSelector: select('app=frontends', 'tier=web'),
    });
    expect(first).toMatchObject({ pods: 9, satisfied: 1, workloads: [{ id: 'shop/frontend[Deployment]', pods: 9 }] });
    expect(second).toMatchObject({ pods: 3, cause: { found: 'webapp' } });
  });

  test("say where a workload's own object has the label and its pod template does not", () => {
    const [miss] = nearMisses(cluster, { namespace: 'shop', podSelector: select('app=db', 'tier=data') }, ({ name }) =>
      name === 'db' ? { tier: 'data' } : undefined,
    );
    expect(miss?.cause).toEqual({ kind: 'missing', on: 'pod', key: 'tier', wanted: ['data'], elsewhere: 'workload' });
  });

  test('follow the pods and namespaces of each version, and what workloads say of themselves', () => {
    const scope = { namespace: 'shop', podSelector: select('app=fronted') };
    const found = (version = cluster): unknown[] => nearMisses(version, scope).map(({ cause }) => cause);
    const before = found();
    const other = pod('shop/frontend', { app: 'backend' }, { count: 9 });
    const edited = withEdit(cluster, { pods: { put: [other] } });
    expect(found(edited)).not.toEqual(before);
    expect(found()).toEqual(before);
    const shared = { namespace: 'shop', podSelector: select('role=front') };
    const labelled = (role: string) => nearMisses(cluster, shared, () => ({ role })).map(({ cause }) => cause);
    expect(labelled('back')).not.toEqual(labelled('front'));
  });
});
