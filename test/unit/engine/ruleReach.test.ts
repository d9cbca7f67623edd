import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { ruleReach, type RuleReach } from '../../../server/src/engine/ruleReach.ts';
import type { NetworkPolicy } from '../../../server/src/model/networkPolicy.ts';
import type { ContainerPort } from '../../../server/src/model/workload.ts';
import { pod, policy, select, state, tcp } from '../../support/engineObjects.ts';

const http = (port: number): ContainerPort[] => [{ name: 'http', port, protocol: 'TCP' }];
const pods = [
  pod('shop/web', { app: 'web' }, { ports: http(8080), count: 2 }),
  pod('shop/web-canary', { app: 'web' }, { ports: http(8081) }),
  pod('shop/db', { app: 'db' }, { ports: [] }),
];

function reachOf(spec: Partial<NetworkPolicy>, direction: 'ingress' | 'egress' = 'ingress', rule = 0): RuleReach {
  const cluster = compileCluster(state({ pods, policies: [policy('shop/p', spec)] }));
  return ruleReach(cluster, { namespace: 'shop', name: 'p' }, direction, rule) as RuleReach;
}

const port = (number: number) => [{ protocol: 'TCP', ranges: [{ from: number, to: number }] }];
const ids = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id);

describe('a rule', () => {
  test('lets in each of its peers, and all of them together', () => {
    const reach = reachOf({
      podSelector: select('app=web'),
      ingress: [
        {
          peers: [
            { podSelector: select('app=db') },
            { ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.0/25'] } },
            { podSelector: select('app=api') },
          ],
          ports: [tcp(80)],
        },
      ],
    });
    expect(reach.peers.map(({ pods: own, cidrs }) => [...ids(own.certain), ...cidrs])).toEqual([
      ['shop/db[Deployment]'],
      ['203.0.113.128/25'],
      [],
    ]);
    expect(ids(reach.reach.pods.certain)).toEqual(['shop/db[Deployment]']);
    expect(reach.reach.cidrs).toEqual(['203.0.113.128/25']);
    expect(ids(reach.targets.certain)).toEqual(['shop/web-canary[Deployment]', 'shop/web[Deployment]']);
    expect(reach.nothing).toBe(false);
  });

  test('without peers means everyone', () => {
    const reach = reachOf({ ingress: [{}] });
    expect(reach).toMatchObject({ everyone: true, peers: [], nothing: false });
    expect(reach.reach.cidrs).toEqual(['0.0.0.0/0']);
    expect(reach.reach.pods.certain).toHaveLength(3);
  });

  test('opens a named port by the number it has on each destination', () => {
    const ports = [tcp('http')];
    const ingress = reachOf({ ingress: [{ ports }] });
    expect(ingress.ports).toEqual([
      { connections: port(8080), workloads: ['shop/web[Deployment]'] },
      { connections: port(8081), workloads: ['shop/web-canary[Deployment]'] },
      { connections: [], workloads: ['shop/db[Deployment]'] },
    ]);
    expect(ingress.unresolved).toEqual([{ port: 'TCP/http', workloads: ['shop/db[Deployment]'] }]);
    const egress = reachOf(
      { podSelector: select('app=db'), egress: [{ peers: [{ podSelector: select('app=web') }], ports }] },
      'egress',
    );
    expect(egress.ports.map(({ workloads }) => workloads)).toEqual([
      ['shop/web[Deployment]'],
      ['shop/web-canary[Deployment]'],
    ]);
    expect(egress.externalPorts).toEqual([]);
  });

  const nothing: [what: string, spec: Partial<NetworkPolicy>, direction: 'ingress' | 'egress', expected: boolean][] = [
    [
      'its selector matches no pod',
      { ingress: [{ peers: [{ podSelector: select('app=fronted') }] }] },
      'ingress',
      true,
    ],
    ['its named port is on no destination', { ingress: [{ ports: [tcp('htttp')] }] }, 'ingress', true],
    [
      'a named port towards addresses',
      { egress: [{ peers: [{ ipBlock: { cidr: '203.0.113.0/24', except: [] } }], ports: [tcp('http')] }] },
      'egress',
      true,
    ],
    ['policyTypes leaves its direction out', { policyTypes: ['Ingress'], egress: [{}] }, 'egress', true],
    ['its peer is a placeholder', { ingress: [{ peers: [{ incomplete: true }] }] }, 'ingress', false],
    [
      'its policy selects no pod yet',
      { podSelector: select('app=new'), ingress: [{ peers: [{ podSelector: select('app=db') }] }] },
      'ingress',
      false,
    ],
  ];
  test.each(nothing)('lets nobody through: %s', (_what, spec, direction, expected) => {
    expect(reachOf(spec, direction).nothing).toBe(expected);
  });

  test('that is not written is not told', () => {
    expect(reachOf({ ingress: [{}] }, 'ingress', 1)).toBeUndefined();
    expect(reachOf({ ingress: [{}] }, 'egress')).toBeUndefined();
  });
});
