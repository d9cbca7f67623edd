import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { diffClusters, type ClusterChange } from '../../../server/src/engine/diffClusters.ts';
import type { ClusterState } from '../../../server/src/model/cluster.ts';
import { pod, policy, select, state, tcp } from '../../support/engineObjects.ts';

const pods = [pod('shop/web', { app: 'web' }), pod('shop/db', { app: 'db' })];
const closed = policy('shop/closed', { policyTypes: ['Ingress', 'Egress'] });
const lets = (port: number) =>
  policy('shop/db', {
    podSelector: select('app=db'),
    ingress: [{}, { peers: [{ podSelector: select('app=web') }], ports: [tcp(port)] }].slice(1),
  });
const webOut = policy('shop/web', {
  podSelector: select('app=web'),
  policyTypes: ['Egress'],
  egress: [{ peers: [{ podSelector: select() }] }],
});

function diff(before: Partial<ClusterState>, after: Partial<ClusterState>) {
  return diffClusters(compileCluster(state({ pods, ...before })), compileCluster(state({ pods, ...after })));
}

function texts(changes: Iterable<readonly ClusterChange[]>): string[] {
  const end = (each: ClusterChange['from']): string =>
    typeof each === 'string' ? each.replace('[Deployment]', '') : 'outside';
  return [...changes].flat().map(({ type, from, to, because }) => {
    const why = because.map(
      (cause) =>
        `${cause.state} ${cause.policy.name} ${cause.direction}${cause.rule === undefined ? '' : ` ${cause.rule}`}`,
    );
    return `${type} ${end(from)} → ${end(to)}${why.length === 0 ? '' : `: ${why.join(', ')}`}`;
  });
}

describe('changes', () => {
  test('are told with the rules that made them, in the state where each stands', () => {
    const policies = [closed, webOut];
    expect(
      texts(diff({ policies: [...policies, lets(5432)] }, { policies: [...policies, lets(5433)] }).changes()),
    ).toEqual(['changed shop/web → shop/db: after db ingress 0, before db ingress 0']);
    expect(texts(diff({ policies }, { policies: [...policies, lets(1)] }).changes())).toEqual([
      'added shop/web → shop/db: after db ingress 0',
    ]);
    expect(texts(diff({ policies: [...policies, lets(1)] }, { policies }).changes())).toEqual([
      'removed shop/web → shop/db: before db ingress 0',
    ]);
  });

  test('by isolation name the policy that begins or ends it', () => {
    expect(texts(diff({}, { policies: [policy('shop/in')] }).changes())).toEqual([
      'removed shop/db → shop/web: after in ingress',
      'removed outside → shop/db: after in ingress',
      'removed shop/web → shop/db: after in ingress',
      'removed outside → shop/web: after in ingress',
    ]);
    expect(texts(diff({ policies: [policy('shop/in')] }, {}).changes())).toContain(
      'added shop/web → shop/db: before in ingress',
    );
  });

  test('through relabelled pods name the rule that matched them', () => {
    const policies = [closed, webOut, lets(1)];
    const relabelled = [pod('shop/web', { app: 'shop' }), pod('shop/db', { app: 'db' })];
    expect(texts(diff({ policies }, { policies, pods: relabelled }).changes())).toEqual([
      'removed shop/web → shop/db: before web egress 0, before db ingress 0',
    ]);
  });

  test('of a workload that is new or gone are there too, and are counted apart', () => {
    const result = diff({}, { pods: [...pods, pod('shop/cache')] });
    expect(result.workloads).toEqual({ added: ['shop/cache[Deployment]'], removed: [] });
    expect(texts(result.changes())).toHaveLength(6);
    expect(diff({}, { pods: pods.slice(0, 1) }).workloads).toEqual({ added: [], removed: ['shop/db[Deployment]'] });
  });

  test('are none between equal states of different origin', () => {
    const policies = [closed, webOut, lets(1)];
    expect(texts(diff({ policies }, { policies: policies.toReversed(), pods: pods.toReversed() }).changes())).toEqual(
      [],
    );
  });
});

describe('what is not decided', () => {
  const agent = pod('shop/agent', { app: 'agent' }, { hostNetwork: true });
  const unclear = { pods: [...pods, agent], policies: [policy('shop/agent', { podSelector: select('app=agent') })] };

  test('is told where it may have changed', () => {
    const result = diff({ pods: [...pods, agent] }, unclear);
    expect(texts(result.changes())).toEqual([]);
    expect(result.unknown().map(({ subject, direction }) => [subject, direction])).toEqual([
      ['shop/agent[Deployment]', 'ingress'],
    ]);
  });

  test('is not told where nothing that it depends on changed', () => {
    const { policies } = unclear;
    const result = diff(unclear, {
      ...unclear,
      policies: [...policies, policy('shop/db', { podSelector: select('app=db') })],
    });
    expect(texts(result.changes())).toEqual([
      'removed shop/agent → shop/db: after db ingress',
      'removed outside → shop/db: after db ingress',
      'removed shop/web → shop/db: after db ingress',
    ]);
    expect(result.unknown()).toEqual([]);
  });

  test('is not told where a policy is written otherwise and means the same', () => {
    const written = policy('shop/agent', { podSelector: select('app=agent'), policyTypes: ['Ingress'], ingress: [] });
    const result = diff(unclear, { ...unclear, policies: [written] });
    expect(texts(result.changes())).toEqual([]);
    expect(result.unknown()).toEqual([]);
  });
});
