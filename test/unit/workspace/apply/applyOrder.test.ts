import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../../server/src/engine/compileCluster.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../../server/src/model/cluster.ts';
import type { NetworkPolicy } from '../../../../server/src/model/networkPolicy.ts';
import type { Namespace } from '../../../../server/src/model/workload.ts';
import type { DecodedChange } from '../../../../server/src/workspace/apply/applyEffect.ts';
import { applyOrder } from '../../../../server/src/workspace/apply/applyOrder.ts';
import { namespace, pod, policy, select } from '../../../support/engineObjects.ts';

const PODS = ['web', 'api', 'db'].map((app) => pod(`shop/${app}`, { app }));

function cluster(...policies: readonly NetworkPolicy[]): ReturnType<typeof compileCluster> {
  return compileCluster(
    { namespaces: [namespace('shop')], pods: PODS, policies, unreadable: [] },
    DEFAULT_ENGINE_OPTIONS,
  );
}

function change(before: NetworkPolicy | undefined, after: NetworkPolicy | undefined): DecodedChange {
  const { namespace = '', name = '' } = after ?? before ?? {};
  return { target: { kind: 'NetworkPolicy', namespace, name }, before, after };
}

/** `db` lets in these apps. */
function dbLetsIn(name: string, ...apps: readonly string[]): NetworkPolicy {
  return policy(`shop/${name}`, {
    podSelector: select('app=db'),
    ingress: apps.map((app) => ({ peers: [{ podSelector: select(`app=${app}`) }] })),
  });
}

const DENY = policy('shop/default-deny');

describe('the order of several changes', () => {
  test('allows before it isolates', () => {
    const deny = change(undefined, DENY);
    const allow = change(undefined, dbLetsIn('db', 'api'));
    expect(applyOrder(cluster(), [deny, allow])).toEqual({ order: [1, 0], gaps: [], complete: true });
    expect(applyOrder(cluster(), [allow, deny])).toEqual({ order: [0, 1], gaps: [], complete: true });
  });

  test('has the new name before the old one goes', () => {
    const [old, fresh] = [dbLetsIn('old', 'api'), dbLetsIn('new', 'api')];
    const before = cluster(DENY, old);
    expect(applyOrder(before, [change(old, undefined), change(undefined, fresh)]).order).toEqual([1, 0]);
  });

  test('lifts what isolates before it takes what allows', () => {
    const allow = dbLetsIn('db', 'api');
    const before = cluster(DENY, allow);
    expect(applyOrder(before, [change(allow, undefined), change(DENY, undefined)])).toMatchObject({ gaps: [] });
  });

  test('shows what is denied for a while where no order keeps it', () => {
    const [one, two] = [dbLetsIn('one', 'api'), dbLetsIn('two', 'web')];
    const swapped = [change(one, dbLetsIn('one', 'web')), change(two, dbLetsIn('two', 'api'))];
    const { order, gaps, complete } = applyOrder(cluster(one, two), swapped);
    expect(order).toHaveLength(2);
    expect(complete).toBe(true);
    expect(gaps).toMatchObject([
      {
        after: 1,
        gaps: [{ from: { workloads: ['shop/api[Deployment]'] }, to: { workloads: ['shop/db[Deployment]'] } }],
      },
    ]);
  });

  test('puts Namespaces first, whatever stands before them', () => {
    const made: Namespace = namespace('new', { team: 'a' });
    const changes: readonly DecodedChange[] = [
      change(undefined, DENY),
      { target: { kind: 'Namespace', namespace: '', name: 'new' }, before: undefined, after: made },
      change(undefined, dbLetsIn('db', 'api')),
    ];
    expect(applyOrder(cluster(), changes)).toEqual({ order: [1, 2, 0], gaps: [], complete: true });
  });

  test('shows what labels of a Namespace deny until the policies follow', () => {
    const peers = (team: string): NetworkPolicy =>
      policy('shop/db', {
        podSelector: select('app=db'),
        ingress: [{ peers: [{ namespaceSelector: select(`team=${team}`), podSelector: select('app=api') }] }],
      });
    const shop = namespace('shop', { team: 'a' });
    const before = compileCluster(
      { namespaces: [shop], pods: PODS, policies: [peers('a')], unreadable: [] },
      DEFAULT_ENGINE_OPTIONS,
    );
    const relabelled: DecodedChange = {
      target: { kind: 'Namespace', namespace: '', name: 'shop' },
      before: shop,
      after: namespace('shop', { team: 'b' }),
    };
    const { order, gaps } = applyOrder(before, [change(peers('a'), peers('b')), relabelled]);
    expect(order).toEqual([1, 0]);
    expect(gaps).toMatchObject([
      {
        after: 1,
        gaps: [{ from: { workloads: ['shop/api[Deployment]'] }, to: { workloads: ['shop/db[Deployment]'] } }],
      },
    ]);
  });

  test('is found for many policies, each of which needs its rule before the lock', () => {
    const rules = Array.from({ length: 30 }, (_, at) =>
      change(undefined, dbLetsIn(`db-${at}`, at % 2 ? 'api' : 'web')),
    );
    const { order, gaps, complete } = applyOrder(cluster(dbLetsIn('all', 'api', 'web')), [
      change(dbLetsIn('all', 'api', 'web'), undefined),
      ...rules,
    ]);
    expect({ gaps, complete }).toEqual({ gaps: [], complete: true });
    expect(order).toHaveLength(31);
  });
});
