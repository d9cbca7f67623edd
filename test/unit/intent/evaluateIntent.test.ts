import { describe, expect, it } from 'vitest';
import { SHOP } from '../../support/shop.ts';
import { resultOf, shown, worldOf } from '../../support/intents.ts';

const MORE = `#- shop/more.yaml
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ name: postgres, port: 15432, targetPort: pg }, { name: metrics, port: 9187 }] }
---
apiVersion: v1
kind: Service
metadata: { name: legacy, namespace: shop }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: probe, namespace: monitoring, labels: { app: probe } }
spec: { containers: [{ name: probe }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: probe, namespace: monitoring }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }], ports: [{ port: 443 }] }]
`;
const NAMED = SHOP.replace('containerPort: 5432', 'containerPort: 5432, name: pg');
const world = worldOf(NAMED + MORE);

describe('a test', () => {
  it.each<[test: string, expected: readonly string[]]>([
    ['from: shop/api, to: shop/db, ports: [5432/TCP], expect: allow', ['passed']],
    ['from: shop/web, to: shop/db, expect: deny', ['passed']],
    [
      'from: shop/api, to: shop/db, expect: deny',
      ['failed', 'shop/api[Deployment] → shop/db[StatefulSet] 5432/TCP (shop/db ingress[0], egress open)'],
    ],
    [
      'from: shop/web, to: shop/db, ports: [5432, 80], expect: allow',
      ['failed', 'shop/web[Deployment] → shop/db[StatefulSet] 80,5432/TCP (shop/db)'],
    ],
    // Everyone of “from” has to: web cannot.
    [
      'from: [shop/api, shop/web], to: shop/db, ports: 5432, expect: allow',
      ['failed', 'shop/web[Deployment] → shop/db[StatefulSet] 5432/TCP (shop/db)'],
    ],
    ['from: { labels: { app: [api, gone] }, namespace: shop }, to: shop/db, ports: pg, expect: allow', ['passed']],
    ['from: { who: shop/*, except: [shop/api, shop/db] }, to: shop/db, expect: deny', ['passed']],
    ['from: { outside: shop }, to: shop/db, expect: deny', ['passed']],
    ['from: internet, to: shop/db, expect: deny', ['passed']],
    [
      'from: internet, to: shop/web, ports: 80, expect: deny',
      ['failed', '1.0.0.0/8+2.0.0.0/7+4.0.0.0/6 → shop/web[Deployment] 80/TCP (ingress open)'],
    ],
    // The exception is a private range, which is no part of the internet.
    ['from: monitoring/probe, to: internet, ports: [443], expect: allow', ['passed']],
    ['from: monitoring/probe, to: 10.0.0.0/8, expect: deny', ['passed']],
    [
      'from: monitoring/probe, to: 10.1.2.3, ports: 443, expect: allow',
      ['failed', 'monitoring/probe[Pod] → 10.1.2.3/32 443/TCP (monitoring/probe)'],
    ],
    ['from: any pod, to: monitoring/*, expect: deny', ['passed']],
  ])('%s', (test, expected) => {
    expect(shown(resultOf(world, test))).toEqual(expected);
  });
});

describe('a Service', () => {
  it('stands for its pods, and its ports for theirs', () => {
    expect(shown(resultOf(world, 'from: shop/api, to: { service: shop/db }, ports: 15432, expect: allow'))).toEqual([
      'passed',
    ]);
    expect(shown(resultOf(world, 'from: shop/api, to: { service: shop/db }, ports: postgres, expect: allow'))).toEqual([
      'passed',
    ]);
    expect(shown(resultOf(world, 'from: shop/api, to: { service: shop/db }, expect: allow'))).toEqual([
      'failed',
      'shop/api[Deployment] → shop/db[StatefulSet] 9187/TCP (shop/db)',
    ]);
  });

  it('fails on a port that it does not have', () => {
    expect(shown(resultOf(world, 'from: shop/api, to: { service: shop/db }, ports: 5432, expect: allow'))).toEqual([
      'failed',
      'shop/api[Deployment] → shop/db[StatefulSet] no port (Service shop/db has no port 5432/TCP)',
    ]);
    expect(shown(resultOf(world, 'from: shop/web, to: { service: shop/db }, ports: 5432, expect: deny'))).toEqual([
      'failed',
      'Service shop/db has no port 5432/TCP',
    ]);
  });

  it('without a selector decides nothing', () => {
    expect(shown(resultOf(world, 'from: shop/api, to: { service: shop/legacy }, expect: deny'))).toEqual([
      'undecided',
      'Service shop/legacy has no selector, and what else stands behind it is not evaluated',
    ]);
  });
});

describe('a test that is about nobody fails, and says which end', () => {
  it.each<[test: string, expected: readonly string[]]>([
    ['from: shop/wep, to: shop/db, expect: deny', ['no pod or workload is called shop/wep']],
    ['from: shop/web, to: { labels: { app: fronted } }, expect: deny', ['no pod matches pods app=fronted']],
    ['from: { namespace: [shop, shopp] }, to: monitoring/*, expect: deny', ['no pod is known in namespace shopp']],
    // A mistyped name among others is not passed over.
    ['from: [shop/web, shop/wep], to: shop/db, expect: deny', ['no pod or workload is called shop/wep']],
    ['from: { service: shop/gone }, to: shop/db, expect: deny', ['no Service is called shop/gone']],
    ['from: { who: shop/web, except: shop/* }, to: shop/db, expect: deny', ['nobody is left of “from”']],
    ['from: 10.0.0.1, to: internet, expect: deny', ['policies say nothing of traffic between two addresses outside']],
    [
      'from: monitoring/probe, to: monitoring/probe, expect: deny',
      ['both ends mean one and the same pod, which always reaches itself'],
    ],
    ['from: shop/api, to: shop/web, ports: http, expect: deny', ['shop/web has no port called http']],
  ])('%s', (test, reasons) => {
    expect(shown(resultOf(world, test))).toEqual(['failed', ...reasons]);
  });
});

describe('what is not known decides nothing', () => {
  it('says which policy is not evaluated, and fails all the same where it could not help', () => {
    const mesh = `${SHOP}---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: web, namespace: shop }
spec: {}
`;
    expect(shown(resultOf(worldOf(mesh), 'from: shop/web, to: shop/db, ports: 80, expect: deny'))).toEqual([
      'undecided',
      'shop/web[Deployment] → shop/db[StatefulSet] 80/TCP (CiliumNetworkPolicy shop/web is not evaluated)',
    ]);
  });

  it('does not pass for everybody where pods could not be read', () => {
    const state = {
      ...worldOf(SHOP),
      unseen: [{ namespace: 'billing', why: 'may not list pods in billing' }],
    };
    const why = 'may not list pods in billing (namespace billing)';
    expect(shown(resultOf(state, 'from: any pod, to: shop/web, ports: 9, expect: allow'))).toEqual(['undecided', why]);
    expect(shown(resultOf(state, 'from: { outside: shop }, to: shop/db, expect: deny'))).toEqual(['undecided', why]);
    expect(shown(resultOf(state, 'from: billing/api, to: shop/db, expect: deny'))).toEqual(['undecided', why]);
    expect(
      shown(resultOf(state, 'from: { who: any pod, except: [billing/*, shop/api] }, to: shop/db, expect: deny')),
    ).toEqual(['passed']);
    // One pair that is not as meant is enough, whoever else there may be.
    expect(resultOf(state, 'from: any pod, to: shop/db, expect: deny').outcome).toBe('failed');
  });
});

it('says how many pods its ends mean', () => {
  const { from, to } = resultOf(world, 'from: [shop/*, internet], to: shop/db, expect: deny');
  expect({ from, to }).toEqual({ from: { pods: 6, addresses: true }, to: { pods: 1, addresses: false } });
});
