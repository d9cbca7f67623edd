import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { reachability, type ReachConnection, type ReachOptions } from '../../../server/src/engine/reachability.ts';
import type { UnknownEntry } from '../../../server/src/engine/unknownEntries.ts';
import type { ClusterState } from '../../../server/src/model/cluster.ts';
import { pod, policy, select, state, tcp } from '../../support/engineObjects.ts';

const web = pod('shop/web', { app: 'web' }, { count: 2 });
const db = pod('shop/db', { app: 'db' });
const probe = pod('watch/probe');

function lines(parts: Partial<ClusterState>, options?: ReachOptions): string[] {
  const reach = reachability(compileCluster(state({ pods: [web, db, probe], ...parts })), options);
  return [...reach.rows()].flat().map(lineOf);
}

function lineOf({ from, to, connections, partial }: ReachConnection): string {
  const ports = (list: ReachConnection['connections']): string =>
    list.length === 3
      ? 'all'
      : list
          .map(({ protocol, ranges }) => `${protocol} ${ranges.map((range) => `${range.from}-${range.to}`).join()}`)
          .join(' ');
  const text = (end: ReachConnection['from']): string =>
    typeof end === 'string' ? end.replace('[Deployment]', '') : end.cidrs.join(' ');
  return `${text(from)} → ${text(to)}: ${ports(connections)}${partial === undefined ? '' : ` (some: ${ports(partial)})`}`;
}

const closed = policy('shop/closed', { policyTypes: ['Ingress', 'Egress'] });

describe('connections', () => {
  test('leave out pairs that cannot connect, a workload with itself, and addresses among themselves', () => {
    expect(lines({ policies: [closed] })).toEqual(['watch/probe → 0.0.0.0/0: all', '0.0.0.0/0 → watch/probe: all']);
  });

  test('show IPv6 when an address of the inputs is IPv6, or when asked', () => {
    const two = ['watch/probe → 0.0.0.0/0 ::/0: all', '0.0.0.0/0 ::/0 → watch/probe: all'];
    expect(lines({ policies: [closed] }, { ipv6: true })).toEqual(two);
    expect(lines({ policies: [closed], pods: [web, db, { ...probe, ips: ['fd00::1'] }] })).toEqual(two);
  });

  test('cut external addresses only where policies tell them apart, and merge what has the same ports', () => {
    const block = (cidr: string) => ({ ipBlock: { cidr, except: [] } });
    const policies = [
      policy('watch/out', {
        policyTypes: ['Ingress', 'Egress'],
        egress: [
          { peers: [block('203.0.113.0/25'), block('203.0.113.128/25')], ports: [tcp(443)] },
          { peers: [block('0.0.0.0/0')], ports: [tcp(53)] },
        ],
      }),
    ];
    expect(lines({ policies, pods: [probe] })).toEqual([
      expect.stringMatching(/^watch\/probe → 0\.0\.0\.0\/1 .* 224\.0\.0\.0\/3: TCP 53-53$/),
      'watch/probe → 203.0.113.0/24: TCP 53-53,443-443',
    ]);
  });

  test('say which part holds for some pods of a workload only', () => {
    const canary = pod('shop/web', { app: 'web', track: 'canary' }, { name: 'canary' });
    const policies = [
      closed,
      policy('shop/db', {
        podSelector: select('app=db'),
        ingress: [{ peers: [{ podSelector: select('track=canary') }], ports: [tcp(5432)] }],
      }),
    ];
    const open = policy('shop/out', { podSelector: select('app=web'), egress: [{}], policyTypes: ['Egress'] });
    expect(
      lines({ policies: [...policies, open], pods: [web, canary, db] }, { focus: ['shop/db[Deployment]'] }),
    ).toEqual(['shop/web → shop/db: TCP 5432-5432 (some: TCP 5432-5432)']);
  });

  test('of a workload with itself are those between two replicas', () => {
    const self = (policies: ClusterState['policies']): string[] =>
      lines({ policies, pods: [web] }, { self: true }).filter((line) => line.startsWith('shop/web → shop/web'));
    expect(self([])).toEqual(['shop/web → shop/web: all']);
    expect(self([closed])).toEqual([]);
  });

  const focus: [what: string, options: ReachOptions, expected: string[]][] = [
    [
      'an end',
      { focus: ['shop/db[Deployment]'] },
      [
        'shop/db → shop/web',
        'shop/db → watch/probe',
        'shop/db → 0.0.0.0/0',
        '0.0.0.0/0 → shop/db',
        'shop/web → shop/db',
        'watch/probe → shop/db',
      ],
    ],
    [
      'a target',
      { focus: ['shop/db[Deployment]'], direction: 'ingress' },
      ['0.0.0.0/0 → shop/db', 'shop/web → shop/db', 'watch/probe → shop/db'],
    ],
    [
      'a source',
      { focus: ['shop/db[Deployment]'], direction: 'egress' },
      ['shop/db → shop/web', 'shop/db → watch/probe', 'shop/db → 0.0.0.0/0'],
    ],
  ];
  test.each(focus)('with a focus on %s', (_what, options, expected) => {
    expect(lines({}, options).map((line) => line.replace(/:.*/, ''))).toEqual(expected);
  });
});

describe('workloads', () => {
  test('tell pods and isolation per direction, and whether the pods differ', () => {
    const canary = pod('shop/web', { app: 'web', track: 'canary' }, { name: 'canary', countUnknown: true });
    const agent = pod('shop/agent', { app: 'agent' }, { hostNetwork: true });
    const policies = [
      policy('shop/p', { podSelector: select('track=canary') }),
      policy('shop/agent', { podSelector: select('app=agent'), policyTypes: ['Egress'] }),
    ];
    const { workloads } = reachability(compileCluster(state({ pods: [web, canary, agent], policies })));
    expect(workloads).toEqual([
      {
        id: 'shop/agent[Deployment]',
        namespace: 'shop',
        name: 'agent',
        kind: 'Deployment',
        pods: 1,
        isolated: { ingress: false, egress: 'unknown' },
      },
      {
        id: 'shop/web[Deployment]',
        namespace: 'shop',
        name: 'web',
        kind: 'Deployment',
        pods: 3,
        podsUnknown: true,
        isolated: { ingress: false, egress: false },
        mixed: ['ingress'],
      },
    ]);
  });
});

describe('what is not decided', () => {
  const agent = pod('shop/agent', { app: 'agent' }, { hostNetwork: true });

  function unknown(parts: Partial<ClusterState>, options?: ReachOptions): string[] {
    const reach = reachability(compileCluster(state({ pods: [web, db, probe], ...parts })), options);
    const text = ({ subject, direction, from, to }: UnknownEntry): string =>
      from === undefined || to === undefined
        ? `${subject} ${direction ?? 'both'}`
        : lineOf({ from, to, connections: [] }).replace(': ', '');
    return reach.unknown().map(text);
  }

  test('is a pair where the pair alone is', () => {
    const policies = [
      policy('shop/db', {
        podSelector: select('app=db'),
        ingress: [{ peers: [{ podSelector: select('app=agent') }] }],
      }),
    ];
    expect(unknown({ policies, pods: [web, db, agent] })).toEqual(['shop/agent → shop/db']);
  });

  test('is a workload in a direction where all its pairs are', () => {
    expect(
      unknown({ policies: [policy('shop/agent', { podSelector: select('app=agent') })], pods: [web, db, agent] }),
    ).toEqual(['shop/agent[Deployment] ingress']);
  });

  test('is a namespace or the whole cluster where something there is not evaluated', () => {
    const why = 'may not list';
    expect(unknown({ unreadable: [{ namespace: 'shop', why }] })).toEqual(['shop/* both']);
    expect(unknown({ unreadable: [{ namespace: 'shop', direction: 'egress', why }] })).toEqual(['shop/* egress']);
    expect(unknown({ unreadable: [{ namespace: '*', why }] })).toEqual(['* both']);
  });

  test('is the part of the addresses outside that is', () => {
    const policies = [
      policy('watch/out', {
        policyTypes: ['Egress'],
        egress: [{ peers: [{ ipBlock: { cidr: '203.0.113.0/24', except: [] }, incomplete: true }] }],
      }),
    ];
    expect(unknown({ policies, pods: [probe] })).toEqual(['watch/probe → 203.0.113.0/24']);
  });

  test('says why', () => {
    const policies = [policy('shop/p', { podSelector: { ...select('app=db'), incomplete: true } })];
    const entries = reachability(compileCluster(state({ pods: [web, db], policies }))).unknown();
    expect(entries.map(({ why }) => why)).toEqual(['NetworkPolicy shop/p has a placeholder']);
  });

  test('is not what comes out the same either way', () => {
    expect(
      unknown({ policies: [closed], pods: [web, agent] }, { focus: ['shop/web[Deployment]'], direction: 'ingress' }),
    ).toEqual([]);
    const blocked = policy('shop/closed', { podSelector: { ...select('app=web'), incomplete: true } });
    expect(
      unknown({ policies: [blocked, policy('shop/also', { podSelector: select('app=web') })], pods: [web, db] }),
    ).toEqual([]);
  });
});
