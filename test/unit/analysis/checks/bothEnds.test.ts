import { describe, expect, test } from 'vitest';
import {
  allFindings,
  deployment,
  documents,
  fixed,
  found,
  networkPolicy as policy,
} from '../../../support/checkFindings.ts';

const SHOP = {
  'workloads.yaml': documents(deployment('web', 'shop', 3), deployment('db'), deployment('cache', 'shop', 1)),
};
const select = (app: string): string => `{ matchLabels: { app: ${app} } }`;
const egressOf = (app: string, to: string, port: number): string =>
  policy(
    `  podSelector: ${select(app)}\n  policyTypes: [Egress]\n  egress:\n  - to: [{ podSelector: ${to} }]\n    ports: [{ port: ${port} }]\n`,
    `${app}-egress`,
  );
const ingressOf = (app: string, from: string, port: number): string =>
  policy(
    `  podSelector: ${select(app)}\n  ingress:\n  - from: [{ podSelector: ${from} }]\n    ports: [{ port: ${port} }]\n`,
    app,
  );
const DENY = policy('  podSelector: {}\n  policyTypes: [Ingress, Egress]\n', 'default-deny');

describe('one-sided-allow', () => {
  const CODE = 'one-sided-allow';
  test('what is let out and not let in stays denied', () => {
    expect(
      found(CODE, egressOf('web', select('db'), 5432), { ...SHOP, 'db.yaml': ingressOf('db', select('cache'), 5432) }),
    ).toEqual([
      '8 information: web (3 pods) still cannot reach db (2 pods) on 5432/TCP: `shop/db` isolates ingress of db, and no rule lets web in',
    ]);
  });
  test('what is let in and not let out stays denied', () => {
    expect(found(CODE, ingressOf('db', select('web'), 5432), { ...SHOP, 'deny.yaml': DENY })).toEqual([
      '7 information: web (3 pods) still cannot reach db (2 pods) on 5432/TCP: `shop/default-deny` isolates egress of web, and no rule lets it out to db',
    ]);
  });
  test('a rule that lets everyone in on other ports is no other half', () => {
    const metrics = ingressOf('db', '{}', 9187);
    expect(found(CODE, egressOf('web', select('db'), 5432), { ...SHOP, 'db.yaml': metrics })).toEqual([
      '8 information: web (3 pods) still cannot reach db (2 pods) on 5432/TCP: `shop/db` isolates ingress of db, and what lets web in is only for 9187/TCP',
    ]);
  });
  test.each([
    [
      'where the other end lets it in',
      egressOf('web', select('db'), 5432),
      { 'db.yaml': ingressOf('db', select('web'), 5432) },
    ],
    ['where nothing isolates the other end', egressOf('web', select('db'), 5432), {}],
    [
      'where some of the pods connect',
      egressOf('web', '{ matchExpressions: [{ key: app, operator: In, values: [db, cache] }] }', 5432),
      { 'db.yaml': ingressOf('db', select('none'), 5432) },
    ],
    ['for a whole namespace', egressOf('web', '{}', 5432), { 'deny.yaml': DENY }],
    [
      'where the other end may be opened by a policy that is not evaluated',
      egressOf('web', select('db'), 5432),
      {
        'db.yaml': ingressOf('db', select('cache'), 5432),
        'cilium.yaml': 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: x, namespace: shop }\n',
      },
    ],
    [
      'where a port of its own comes to nothing',
      egressOf('web', select('db'), 5432).replace('5432', 'pgsql'),
      { 'deny.yaml': DENY },
    ],
  ])('is silent %s', (_name, text, others) => {
    expect(found(CODE, text, { ...SHOP, ...others })).toEqual([]);
  });
  test('looks for a peer of another namespace there, not in its own', () => {
    const other = { ...SHOP, 'data.yaml': deployment('pg', 'data') };
    const out = egressOf(
      'web',
      `${select('pg')}, namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: data } }`,
      5432,
    );
    const pg = (from: string): string => ingressOf('pg', from, 5432).replace('namespace: shop', 'namespace: data');
    expect(found(CODE, out, other)).toEqual([]);
    const fromShop = `${select('web')}, namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }`;
    expect(found(CODE, out, { ...other, 'pg.yaml': pg(fromShop) })).toEqual([]);
    expect(found(CODE, out, { ...other, 'pg.yaml': pg(select('web')) })).toEqual([
      '8 information: web (3 pods) still cannot reach pg (2 pods) on 5432/TCP: `data/pg` isolates ingress of pg, and no rule lets web in',
    ]);
  });
  test('is silent where the workloads of a peer are not known', () => {
    expect(found(CODE, egressOf('web', select('db'), 5432), { 'web.yaml': deployment('web') })).toEqual([]);
  });
});

describe('no-common-port', () => {
  const db = ingressOf('db', select('web'), 5433);
  const text = egressOf('web', select('db'), 5432);
  test('both ends name each other and nothing connects: said once, at the egress rule', () => {
    expect(found('no-common-port', text, { ...SHOP, 'db.yaml': db })).toEqual([
      '8 warning: web (3 pods) cannot reach db (2 pods) on any port: it is let out on 5432/TCP and let in on 5433/TCP',
    ]);
    const codes = [text, db].flatMap((own) =>
      allFindings(own, { ...SHOP, 'other.yaml': own === text ? db : text }).map(({ code }) => code),
    );
    expect(codes.filter((code) => code === 'no-common-port' || code === 'one-sided-allow')).toEqual(['no-common-port']);
  });
  test.each([
    ['where one port is shared', documents(text, egressOf('web', select('db'), 5433).replace('web-egress', 'more'))],
    ['where the egress rule is for everyone', text.replace(/to: .*\n/, 'to: []\n')],
  ])('is silent %s', (_name, own) => {
    expect(found('no-common-port', own, { ...SHOP, 'db.yaml': db })).toEqual([]);
  });
});

describe('always-allowed-traffic', () => {
  const CODE = 'always-allowed-traffic';
  const rule = (lines: string, direction = 'ingress', name = 'web'): string =>
    policy(`  podSelector: ${select('web')}\n  ${direction}:\n${lines}`, name);
  test('loopback addresses are the pod itself', () => {
    expect(found(CODE, rule('  - from: [{ ipBlock: { cidr: 127.0.0.0/8 } }]\n'))).toEqual([
      '7 hint: This peer opens nothing: a pod always reaches itself, and nobody else has an address of 127.0.0.0/8',
    ]);
    expect(
      found(CODE, rule('  - from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 127.0.0.1/32] } }]\n')),
    ).toEqual([
      '7 hint: This exception takes nothing away: a pod always reaches itself, and nobody else has an address of 127.0.0.1/32',
    ]);
  });
  test('the ports from which Linux connects are for replies, other ranges if a comment says so', () => {
    const ports = (port: number, endPort: number, comment: string): string =>
      rule(`  # ${comment}\n  - ports:\n    - { port: ${port}, endPort: ${endPort} }\n`);
    expect(found(CODE, ports(32768, 60999, 'x'))).toEqual([
      '9 hint: This entry opens 32768-60999/TCP to whoever connects: replies on connections that are allowed pass without a rule',
    ]);
    expect(found(CODE, ports(49152, 65535, 'return traffic of clients'))).toHaveLength(1);
    expect(found(CODE, ports(49152, 65535, 'RPC'))).toEqual([]);
    expect(found(CODE, ports(32768, 60999, 'media').replace('{ port', '{ protocol: UDP, port'))).toEqual([]);
  });
  test('probes of the kubelet pass, whoever else is let in for them', () => {
    const nodes = '  - from: [{ ipBlock: { cidr: 10.0.0.0/16 } }] # kubelet probes\n    ports: [{ port: 8080 }]\n';
    expect(found(CODE, rule(nodes))).toEqual([
      "7 hint: This rule is not needed for probes and opens 8080/TCP to others: the kubelet probes from the pod's own node, whose traffic always passes",
    ]);
  });
  test.each([
    ['health checks of a load balancer', rule('  # health checks\n  - from: [{ ipBlock: { cidr: 35.191.0.0/16 } }]\n')],
    [
      'a comment of another rule',
      rule('  - from: [{ ipBlock: { cidr: 10.0.0.0/16 } }]\n  # the kubelet\n  - from: [{ podSelector: {} }]\n'),
    ],
    ['egress', rule('  # readiness of the API server\n  - to: [{ ipBlock: { cidr: 10.0.0.0/16 } }]\n', 'egress')],
    ['addresses of others', rule('  - from: [{ ipBlock: { cidr: 128.0.0.0/8 } }]\n')],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text)).toEqual([]);
  });
});

describe('service-nobody-reaches', () => {
  const CODE = 'service-nobody-reaches';
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n';
  const shop = { ...SHOP, 'service.yaml': service };
  const closed = policy(`  podSelector: ${select('web')}\n  policyTypes: [Ingress]\n`);
  test('somebody is meant to use a Service', () => {
    expect(found(CODE, closed, shop)).toEqual([
      '6 information: Nobody can use Service `web`: web (3 pods) behind it are isolated for ingress, and no rule lets anybody in',
    ]);
    expect(fixed(CODE, closed, shop)).toContain('ingress: []');
  });
  test.each([
    ['without a Service', closed, SHOP],
    [
      'where another policy lets somebody in',
      closed,
      { ...shop, 'in.yaml': ingressOf('web', select('db'), 80).replace('name: web,', 'name: in,') },
    ],
    ['where an empty list says that nobody is meant', `${closed}  ingress: []\n`, shop],
    ['where the name says so', closed.replace('name: web', 'name: web-deny-all'), shop],
    ['for default-deny', DENY, shop],
    ['where ingress is not isolated', closed.replace('Ingress', 'Egress'), shop],
  ])('is silent %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});
