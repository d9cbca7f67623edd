import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { isolation } from '../../../server/src/engine/isolation.ts';
import { matchNamespaces, matchPeer, matchPods, type PodMatches } from '../../../server/src/engine/matchPods.ts';
import { namespace, pod, policy, select, state } from '../../support/engineObjects.ts';

const web = pod('shop/web', { app: 'web' }, { count: 3, ips: ['10.0.0.1'] });
const canary = pod('shop/web', { app: 'web', track: 'canary' }, { name: 'web-canary', ips: ['10.0.0.2'] });
const agent = pod('shop/agent', { app: 'web' }, { hostNetwork: true, countUnknown: true, ips: ['192.168.0.1'] });
const patched = pod('shop/patched', {}, { unknownLabels: ['app'] });
const other = pod('lab/web', { app: 'web' });
const universe = state({
  namespaces: [
    namespace('shop', { team: 'a' }),
    { ...namespace('lab'), unknownLabels: ['team'] },
    namespace('empty', { team: 'a' }),
  ],
  pods: [web, canary, agent, patched, other],
  policies: [policy('shop/p', { podSelector: select('app=web') })],
});
const cluster = compileCluster(universe);

function texts({ certain, possible }: PodMatches): Record<string, string[]> {
  const text = (list: PodMatches['certain']): string[] => list.map(({ id, pods, of }) => `${id} ${pods}/${of}`);
  return { certain: text(certain), possible: text(possible) };
}

describe('the pods of a selector', () => {
  test("are those of the policy's own namespace, counted by workload", () => {
    expect(texts(matchPods(cluster, { namespace: 'shop', podSelector: select('app=web') }))).toEqual({
      certain: ['shop/web[Deployment] 4/4'],
      possible: ['shop/agent[Deployment] 1/1', 'shop/patched[Deployment] 1/1'],
    });
  });

  test('are found also by a label that no policy asks for', () => {
    expect(texts(matchPods(cluster, { namespace: 'shop', podSelector: select('track=canary') }))).toEqual({
      certain: ['shop/web[Deployment] 1/4'],
      possible: [],
    });
  });

  test('come from the selected namespaces where there is a namespaceSelector', () => {
    const scope = {
      namespace: 'shop',
      podSelector: select('app=web'),
      namespaceSelector: select('kubernetes.io/metadata.name=lab'),
    };
    expect(texts(matchPods(cluster, scope)).certain).toEqual(['lab/web[Deployment] 1/1']);
    expect(texts(matchPods(cluster, { ...scope, namespaceSelector: select('team=a') })).possible).toContain(
      'lab/web[Deployment] 1/1',
    );
  });

  test('say where no number of replicas is written', () => {
    const [first] = matchPods(cluster, { namespace: 'shop', podSelector: select('app=web') }).possible;
    expect(first).toMatchObject({ id: 'shop/agent[Deployment]', podsUnknown: true });
  });

  test('of an ipBlock are those whose address it holds, also where no policy has that block', () => {
    const peer = { ipBlock: { cidr: '10.0.0.0/31', except: [] } };
    expect(texts(matchPeer(cluster, 'shop', peer)).certain).toEqual(['shop/web[Deployment] 3/4']);
    const never = compileCluster(universe, { hostNetwork: 'unknown', ipBlockPods: 'never' });
    expect(texts(matchPeer(never, 'shop', peer))).toEqual({ certain: [], possible: [] });
  });

  test('of a peer that nothing is written in are none', () => {
    expect(texts(matchPeer(cluster, 'shop', {}))).toEqual({ certain: [], possible: [] });
  });
});

test('the namespaces of a selector include those without pods', () => {
  expect(matchNamespaces(cluster, select('team=a'))).toEqual({ certain: ['empty', 'shop'], possible: ['lab'] });
  expect(matchNamespaces(cluster, select('kubernetes.io/metadata.name=lab'))).toEqual({
    certain: ['lab'],
    possible: [],
  });
});

describe('isolation', () => {
  test('names the policies, and for what is unknown those that may', () => {
    const ref = { policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'p' }, direction: 'ingress' };
    expect(isolation(cluster, web)).toEqual([
      { direction: 'ingress', isolated: true, by: [ref] },
      { direction: 'egress', isolated: false, by: [] },
    ]);
    expect(isolation(cluster, patched)[0]).toEqual({ direction: 'ingress', isolated: 'unknown', by: [ref] });
    expect(isolation(cluster, agent)[0]).toEqual({ direction: 'ingress', isolated: 'unknown', by: [ref] });
    expect(isolation(cluster, other)[0]).toEqual({ direction: 'ingress', isolated: false, by: [] });
  });

  test('is unknown where policies are not evaluated, unless a policy isolates anyway', () => {
    const unclear = compileCluster({ ...universe, unreadable: [{ namespace: '*', why: 'may not list' }] });
    expect(isolation(unclear, web).map(({ isolated }) => isolated)).toEqual([true, 'unknown']);
  });

  test('of a pod that is not of the cluster is unknown', () => {
    expect(isolation(cluster, pod('shop/gone'))[0]).toEqual({ direction: 'ingress', isolated: 'unknown', by: [] });
  });
});
