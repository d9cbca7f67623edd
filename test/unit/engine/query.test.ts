import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { query, type End } from '../../../server/src/engine/query.ts';
import type { ClusterState, EngineOptions } from '../../../server/src/model/cluster.ts';
import type { NetworkPolicy, Protocol } from '../../../server/src/model/networkPolicy.ts';
import type { DirectionVerdict } from '../../../server/src/model/verdict.ts';
import type { Pod } from '../../../server/src/model/workload.ts';
import { namespace, pod, policy, select, state, tcp } from '../../support/engineObjects.ts';

const web = pod(
  'shop/web',
  { app: 'web' },
  { ips: ['10.0.0.1'], ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] },
);
const db = pod('shop/db', { app: 'db' }, { ips: ['10.0.0.2'], count: 2 });
const probe = pod('watch/probe', { app: 'probe' }, { ips: ['10.0.1.1'] });

function ask(
  policies: readonly NetworkPolicy[],
  from: Pod | string,
  to: Pod | string,
  port: number,
  more: { readonly protocol?: Protocol; readonly options?: EngineOptions; readonly state?: Partial<ClusterState> } = {},
) {
  const pods = [web, db, probe, ...(more.state?.pods ?? [])];
  const cluster = compileCluster(state({ policies, ...more.state, pods }), more.options);
  return query(cluster, endOf(from), endOf(to), more.protocol ?? 'TCP', port);
}

function endOf(end: Pod | string): End {
  return typeof end === 'string' ? { address: end } : { pod: end };
}

/** `shop/web 0.1`: policy, rule and peer. */
function by({ by: refs }: DirectionVerdict): string[] {
  return refs.map((ref) => {
    const place = [ref.rule, ref.peer].filter((part) => part !== undefined).join('.');
    return `${ref.policy.namespace}/${ref.policy.name} ${place}`.trim();
  });
}

const denyAll = policy('shop/deny', { podSelector: select(), policyTypes: ['Ingress', 'Egress'] });

describe('reasons', () => {
  test('where nothing isolates a pod, nothing is named', () => {
    const answer = ask([], web, db, 5432);
    expect(answer).toEqual({
      verdict: 'allow',
      egress: { verdict: 'allow', by: [] },
      ingress: { verdict: 'allow', by: [] },
    });
  });

  test('a refusal names exactly the policies that isolate the pod in that direction, without a rule', () => {
    const other = policy('shop/db', { podSelector: select('app=db'), ingress: [{ ports: [tcp(1)] }] });
    const elsewhere = policy('shop/web', { podSelector: select('app=web') });
    const answer = ask([denyAll, other, elsewhere], probe, db, 5432);
    expect(answer.verdict).toBe('deny');
    expect(by(answer.ingress)).toEqual(['shop/deny', 'shop/db']);
    expect(answer.egress).toEqual({ verdict: 'allow', by: [] });
  });

  test('an allowance names every rule that allows, each with the first of its peers that matches', () => {
    const policies = [
      denyAll,
      policy('shop/a', {
        podSelector: select('app=db'),
        ingress: [
          { peers: [{ podSelector: select('app=web') }], ports: [tcp(1)] },
          {
            peers: [{ podSelector: select('app=api') }, { podSelector: select('app=web') }, { podSelector: select() }],
          },
        ],
      }),
      policy('shop/b', { podSelector: select('app=db'), ingress: [{}] }),
      policy('shop/c', { podSelector: select('app=web'), egress: [{ ports: [tcp(5432)] }], policyTypes: ['Egress'] }),
    ];
    const answer = ask(policies, web, db, 5432);
    expect(answer.verdict).toBe('allow');
    expect(by(answer.ingress)).toEqual(['shop/a 1.1', 'shop/b 0']);
    expect(by(answer.egress)).toEqual(['shop/c 0']);
  });
});

describe('ends', () => {
  test('a pod always reaches itself, and a replica its siblings only where policies let it', () => {
    expect(ask([denyAll], web, web, 80).verdict).toBe('allow');
    expect(ask([denyAll], db, db, 80).verdict).toBe('deny');
  });

  test("an address that is a pod's is that pod, any other is outside", () => {
    const letWeb = policy('shop/web', {
      podSelector: select('app=db'),
      ingress: [{ peers: [{ podSelector: select('app=web') }] }],
    });
    expect(ask([letWeb], '10.0.0.1', db, 80).verdict).toBe('allow');
    expect(ask([letWeb], '10.0.0.9', db, 80).verdict).toBe('deny');
    expect(ask([denyAll], '203.0.113.7', '203.0.113.8', 80).verdict).toBe('allow');
  });

  test('what is no address, and a pod that is not of the cluster, are not known', () => {
    expect(ask([], 'web', db, 80)).toMatchObject({ verdict: 'unknown', why: 'not an IP address: web' });
    expect(ask([], pod('shop/other'), db, 80)).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining('shop/other[Deployment]'),
    });
  });

  test('an address that pods share is decided only where the answer is the same for all of them', () => {
    const shared = { ips: ['10.9.0.1'], hostNetwork: true };
    const agents = [pod('watch/a', { app: 'a' }, shared), pod('watch/b', { app: 'b' }, shared)];
    const options: EngineOptions = { hostNetwork: 'pods', ipBlockPods: 'always' };
    const letA = policy('shop/p', {
      ingress: [{ peers: [{ namespaceSelector: select(), podSelector: select('app=a') }] }],
    });
    expect(ask([letA], '10.9.0.1', db, 80, { state: { pods: agents }, options }).verdict).toBe('unknown');
    expect(ask([denyAll], '10.9.0.1', db, 80, { state: { pods: agents }, options }).verdict).toBe('deny');
  });
});

describe('ports', () => {
  const named = policy('shop/named', {
    ingress: [{ ports: [tcp('http')] }],
    egress: [{ ports: [tcp('http')] }],
    policyTypes: ['Ingress', 'Egress'],
  });

  test("a named port is the destination's own port of that name and protocol", () => {
    expect(ask([named], db, web, 8080).verdict).toBe('allow');
    expect(ask([named], db, web, 80).verdict).toBe('deny');
    expect(ask([named], db, web, 8080, { protocol: 'UDP' }).verdict).toBe('deny');
    expect(ask([named], web, db, 8080).verdict).toBe('deny');
  });

  test('a named port matches no address outside, and is no error', () => {
    expect(by(ask([named], web, '203.0.113.7', 8080).egress)).toEqual(['shop/named']);
    expect(ask([named], '203.0.113.7', web, 8080).verdict).toBe('allow');
  });

  test('the first of two container ports of one name counts', () => {
    const twice = pod(
      'shop/twice',
      { app: 'twice' },
      {
        ports: [
          { name: 'http', port: 1, protocol: 'UDP' },
          { name: 'http', port: 2, protocol: 'TCP' },
          { name: 'http', port: 3, protocol: 'TCP' },
        ],
      },
    );
    expect([1, 2, 3].map((port) => ask([named], probe, twice, port, { state: { pods: [twice] } }).verdict)).toEqual([
      'deny',
      'allow',
      'deny',
    ]);
  });
});

describe('a pod on its node network', () => {
  const agent = pod('shop/agent', { app: 'agent' }, { hostNetwork: true, ips: ['192.168.1.1'] });
  const verdict = (policies: NetworkPolicy[], from: Pod | string, to: Pod | string, options?: EngineOptions) =>
    ask(policies, from, to, 80, { state: { pods: [agent] }, ...(options && { options }) });

  test('is not known to be isolated, and the reason says so', () => {
    const answer = verdict([denyAll], probe, agent);
    expect(answer.verdict).toBe('unknown');
    expect(answer.why).toContain('shop/agent[Deployment]');
    expect(verdict([denyAll], probe, agent, { hostNetwork: 'pods', ipBlockPods: 'always' }).verdict).toBe('deny');
  });

  test('is not known to be matched by a selector', () => {
    const fromAgent = policy('shop/p', {
      podSelector: select('app=db'),
      ingress: [{ peers: [{ podSelector: select('app=agent') }] }],
    });
    expect(verdict([fromAgent], agent, db).verdict).toBe('unknown');
  });

  test('is matched by its address either way, and by a rule for everyone', () => {
    const byAddress = policy('shop/p', {
      podSelector: select('app=db'),
      ingress: [{ peers: [{ ipBlock: { cidr: '192.168.1.0/24', except: [] } }] }],
    });
    expect(verdict([byAddress], agent, db).verdict).toBe('allow');
    expect(verdict([policy('shop/p', { podSelector: select('app=db'), ingress: [{}] })], agent, db).verdict).toBe(
      'allow',
    );
  });

  test('is decided where both ways of treating it agree', () => {
    const letAll = policy('shop/allow', { podSelector: select('app=agent'), ingress: [{}] });
    expect(verdict([denyAll, letAll], probe, agent).verdict).toBe('allow');
    expect(verdict([policy('shop/p', { podSelector: select('app=db') })], agent, db).verdict).toBe('deny');
    expect(verdict([], probe, agent).verdict).toBe('allow');
  });
});

describe('what is not known', () => {
  test('a placeholder in a selector, where it decides', () => {
    const perhaps = policy('shop/perhaps', { podSelector: { ...select('app=db'), incomplete: true }, ingress: [] });
    expect(ask([perhaps], web, db, 80)).toMatchObject({
      verdict: 'unknown',
      why: 'NetworkPolicy shop/perhaps has a placeholder',
    });
    expect(ask([perhaps], db, web, 80).verdict).toBe('allow');
    expect(ask([perhaps, denyAll], probe, db, 80).verdict).toBe('deny');
  });

  test('a placeholder in a peer, by its place', () => {
    const spec = {
      podSelector: select('app=db'),
      ingress: [{ peers: [{ podSelector: select('app=api') }, { incomplete: true as const }] }],
    };
    expect(ask([policy('shop/p', spec)], web, db, 80).why).toBe(
      'NetworkPolicy shop/p ingress[0].from[1] has a placeholder',
    );
  });

  test('policies that are not evaluated, in their scope and direction alone', () => {
    const unreadable = [
      { namespace: 'shop', direction: 'ingress' as const, why: 'CiliumNetworkPolicy shop/web is not evaluated' },
    ];
    const answer = ask([denyAll], probe, db, 80, { state: { unreadable } });
    expect(answer).toMatchObject({ verdict: 'unknown', why: 'CiliumNetworkPolicy shop/web is not evaluated' });
    expect(ask([], db, probe, 80, { state: { unreadable } }).verdict).toBe('allow');
    expect(ask([denyAll], db, web, 80, { state: { unreadable } }).verdict).toBe('deny');
  });

  test('NetworkPolicies that were not read cannot take away what another one allows', () => {
    const unreadable = [
      { namespace: 'shop', layer: 'networkPolicy' as const, why: 'may not list NetworkPolicies in shop' },
    ];
    const letWeb = policy('shop/db', {
      podSelector: select('app=db'),
      ingress: [{ peers: [{ podSelector: select('app=web') }] }],
    });
    const verdict = (policies: NetworkPolicy[], from: Pod) =>
      ask(policies, from, db, 80, { state: { unreadable } }).ingress.verdict;
    expect(verdict([letWeb], web)).toBe('allow');
    expect(verdict([letWeb], probe)).toBe('unknown');
    expect(verdict([], web)).toBe('unknown');
  });

  test('a mesh may refuse what policies allow, and never allows what they refuse', () => {
    const unreadable = [
      { namespace: 'shop', direction: 'ingress' as const, layer: 'mesh' as const, why: 'AuthorizationPolicy shop/a' },
    ];
    const letWeb = policy('shop/db', {
      podSelector: select('app=db'),
      ingress: [{ peers: [{ podSelector: select('app=web') }] }],
    });
    const answer = (policies: NetworkPolicy[], from: Pod, to: Pod) =>
      ask(policies, from, to, 80, { state: { unreadable } });
    expect(answer([letWeb], web, db)).toMatchObject({ verdict: 'unknown', why: 'AuthorizationPolicy shop/a' });
    expect(answer([], web, db).verdict).toBe('unknown');
    expect(answer([letWeb], probe, db).verdict).toBe('deny');
    expect(answer([], db, probe).verdict).toBe('allow');
  });

  test('labels of a namespace', () => {
    const namespaces = [{ ...namespace('watch'), unknownLabels: ['team'] }];
    const letTeam = policy('shop/p', {
      podSelector: select('app=db'),
      ingress: [{ peers: [{ namespaceSelector: select('team=a') }] }],
    });
    expect(ask([letTeam], probe, db, 80, { state: { namespaces } })).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining('labels of watch/probe[Deployment]'),
    });
  });

  test('container ports that are not all known', () => {
    const hidden = pod('shop/hidden', { app: 'hidden' }, { portsIncomplete: true });
    const named = policy('shop/p', { podSelector: select('app=hidden'), ingress: [{ ports: [tcp('http')] }] });
    const answer = (port: number, protocol: Protocol) =>
      ask([named], web, hidden, port, { protocol, state: { pods: [hidden] } });
    expect(answer(80, 'TCP')).toMatchObject({
      verdict: 'unknown',
      why: 'container ports of shop/hidden[Deployment] are not known',
    });
    expect(answer(80, 'UDP').verdict).toBe('deny');
  });

  test('the address of a pod that an ipBlock may hold', () => {
    const nowhere = pod('watch/nowhere');
    const letNet = policy('shop/p', {
      podSelector: select('app=db'),
      ingress: [{ peers: [{ ipBlock: { cidr: '10.4.0.0/16', except: [] } }] }],
    });
    expect(ask([letNet], nowhere, db, 80, { state: { pods: [nowhere] } })).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining('watch/nowhere[Deployment]'),
    });
    expect(
      ask([letNet], nowhere, db, 80, {
        state: { pods: [nowhere] },
        options: { hostNetwork: 'unknown', ipBlockPods: 'never' },
      }).verdict,
    ).toBe('deny');
  });

  test('whether an ipBlock matches pods, where that is left open', () => {
    const ipBlockWhy = 'two plug-ins run, and they differ on ipBlocks';
    const options = { hostNetwork: 'unknown', ipBlockPods: 'unknown', ipBlockWhy } as const;
    const inside = { ...pod('watch/inside'), ips: ['10.4.0.7'] };
    const outside = { ...pod('watch/outside'), ips: ['10.5.0.7'] };
    const letNet = policy('shop/p', {
      podSelector: select('app=db'),
      ingress: [{ peers: [{ ipBlock: { cidr: '10.4.0.0/16', except: [] } }] }],
    });
    const state = { pods: [inside, outside] };
    expect(ask([letNet], inside, db, 80, { state, options })).toMatchObject({ verdict: 'unknown', why: ipBlockWhy });
    expect(ask([letNet], outside, db, 80, { state, options }).verdict).toBe('deny');
  });
});

test('a plug-in that does not know endPort opens the first port of a range alone', () => {
  const range = policy('shop/p', {
    podSelector: select('app=db'),
    ingress: [{ ports: [{ port: 8000, endPort: 8080 }] }],
  });
  const verdictAt = (port: number, options: EngineOptions): string =>
    ask([range], web, db, port, { state: {}, options }).verdict;
  const api: EngineOptions = { hostNetwork: 'unknown', ipBlockPods: 'always' };
  const old: EngineOptions = { ...api, endPort: 'ignored' };
  expect([8000, 8080].map((port) => verdictAt(port, api))).toEqual(['allow', 'allow']);
  expect([8000, 8080].map((port) => verdictAt(port, old))).toEqual(['allow', 'deny']);
});
