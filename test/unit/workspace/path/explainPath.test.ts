/** Why traffic passes or not: the verdict, what a Service became, and the walk through every policy. */
import { describe, expect, test } from 'vitest';
import { explainPath } from '../../../../server/src/workspace/path/explainPath.ts';
import type { AskedPath } from '../../../../server/src/workspace/path/readQuestion.ts';
import { readQuestion } from '../../../../server/src/workspace/path/readQuestion.ts';
import { groupLines, headline } from '../../../../server/src/workspace/path/pathText.ts';
import { noteText } from '../../../../server/src/workspace/path/noteText.ts';
import { DB_POLICY, pathShop } from '../../../support/pathShop.ts';

describe('the walk', () => {
  test('says of each rule why it does not let the traffic in, and where it stands', () => {
    expect(told({ from: 'shop/frontend', to: 'shop/db[Service]', port: 15432 })).toMatchInlineSnapshot(`
      "frontend cannot reach Service db on 15432/TCP: shop/db isolates ingress
      - Service db:15432 leads to db: 1 pod on 5432/TCP (pg)
      frontend → db :5432 deny
        allowed: nothing isolates egress of frontend
        denied: shop/db isolates db, and no rule lets this in
          shop/db isolates db: 2 rules  [db.yaml:4]
            ingress[0]: frontend has app=frontend, and the rule asks for app=api  [db.yaml:11]
            ingress[1]: the namespace of frontend has kubernetes.io/metadata.name=shop, and the rule asks for kubernetes.io/metadata.name=ops; it opens 9187/TCP, not 5432/TCP  [db.yaml:17]"
    `);
  });

  test('says which rule lets it in', () => {
    expect(told({ from: 'shop/api', to: '10.96.0.7:15432' })).toMatchInlineSnapshot(`
      "api can reach Service db on 15432/TCP
      - 10.96.0.7 is the address of Service shop/db
      - Service db:15432 leads to db: 1 pod on 5432/TCP (pg)
      api → db :5432 allow
        allowed: nothing isolates egress of api
        allowed: shop/db ingress[0].from[0]
          shop/db isolates db: 2 rules  [db.yaml:4]
            ingress[0]: lets in api on 5432/TCP  [db.yaml:11]
            ingress[1]: the namespace of api has kubernetes.io/metadata.name=shop, and the rule asks for kubernetes.io/metadata.name=ops; it opens 9187/TCP, not 5432/TCP  [db.yaml:17]"
    `);
  });

  test('says of a named port what it is on the destination', () => {
    expect(told({ from: 'shop/api', to: 'shop/db-0', port: 80 })).toContain('ingress[0]: pg is 5432 on db-0, not 80');
  });

  test('names a policy that no file of the folder has without a place', () => {
    const shop = pathShop({}, DB_POLICY);
    expect(told({ from: 'shop/frontend', to: 'shop/db', port: 5432 }, shop)).toContain(
      'shop/db isolates db: 2 rules\n',
    );
  });

  test('marks a place whose text is not what answers are made of', () => {
    const other = DB_POLICY.replace('app: api', 'app: apis');
    const shop = pathShop({}, DB_POLICY);
    const written = { ...shop, manifests: pathShop({ 'db.yaml': other }).manifests };
    expect(told({ from: 'shop/frontend', to: 'shop/db', port: 5432 }, written)).toContain('[db.yaml:4, differs]');
  });

  test.each([
    [
      '10.2.9.9',
      'ipBlock: { cidr: 10.0.0.0/8, except: [10.2.0.0/16] }',
      '10.2.9.9 is in 10.2.0.0/16, which the rule leaves out of 10.0.0.0/8',
    ],
    ['8.8.8.8', 'ipBlock: { cidr: 10.0.0.0/8 }', '8.8.8.8 is not in 10.0.0.0/8'],
    ['8.8.8.8', 'podSelector: {}', 'the rule means pods, and 8.8.8.8 is none'],
    ['ops/prometheus', 'podSelector: {}', 'prometheus is in namespace ops, and a podSelector alone looks at shop'],
    ['shop/api', 'podSelector: { matchLabels: { tier: x } }', 'api has no label tier, and the rule asks for tier=x'],
    [
      'shop/api',
      'podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [api, web] }] }',
      'api has app=api, and the rule asks for app notin (api, web)',
    ],
  ])('of %s and a peer with %s', (from, peer, why) => {
    const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ${peer} }] }] }
`;
    expect(told({ from, to: 'shop/db', port: 5432 }, pathShop({ 'db.yaml': policy }))).toContain(`ingress[0]: ${why}`);
  });
});

describe('special traffic', () => {
  test.each<[name: string, asked: AskedPath, says: string]>([
    ['a pod and itself', { from: 'shop/db-0', to: 'shop/db-0', port: 1 }, 'Both ends are the same pod'],
    ['siblings', { from: 'shop/frontend', to: 'shop/frontend', port: 1 }, 'A pod reaches itself in any case'],
    [
      'a node as the source',
      { from: '192.168.5.1', to: 'shop/api', port: 80 },
      'node-1 is a node: it reaches the pods that run on it',
    ],
    [
      'a node and its own pod',
      { from: '192.168.5.1', to: 'shop/db', port: 5432 },
      'allowed: a node reaches the pods that run on it in any case',
    ],
    [
      'a pod on its node’s network',
      { from: 'ops/agent', to: 'shop/db', port: 5432 },
      "The source is on its node's network",
    ],
    ['a loopback address', { from: 'shop/api', to: '127.0.0.1', port: 80 }, 'never leaves the pod'],
    ['two addresses', { from: '8.8.8.8', to: '9.9.9.9', port: 80 }, 'Neither end is a pod'],
    ['a headless Service', { from: 'shop/api', to: 'shop/peers[Service]' }, 'its port is not translated'],
    [
      'a name for a host elsewhere',
      { from: 'shop/api', to: 'shop/paypal[Service]', port: 443 },
      'is a name for a host elsewhere',
    ],
    ['a Service without pods', { from: 'shop/api', to: 'gone.shop', port: 80 }, 'leads nowhere: no pod has its labels'],
    ['the API server', { from: 'shop/api', to: 'kubernetes.default.svc', port: 443 }, 'is the API server'],
    ['a port that a Service has not', { from: 'shop/api', to: 'db.shop', port: 5432 }, 'it has 15432/TCP'],
    ['a load balancer', { from: 'internet', to: 'frontend.shop:443' }, 'clients outside arrive through a node'],
  ])('%s is said', (_, asked, says) => {
    expect(told(asked)).toContain(says);
  });

  test('what nothing is known behind is no verdict', () => {
    expect(told({ from: 'shop/api', to: 'shop/paypal[Service]', port: 443 })).toContain('is not known');
  });

  test.each([
    ['spec: { podSelector: {}, policyTypes: [Ingress] }', 'api can reach Service kubernetes on 443/TCP'],
    [
      'spec: { podSelector: {}, policyTypes: [Egress] }',
      'api cannot reach Service kubernetes on 443/TCP: shop/deny isolates egress',
    ],
    [
      'spec: { podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53 }] }] }',
      'api cannot reach Service kubernetes on 443/TCP: shop/deny isolates egress',
    ],
    [
      'spec: { podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 6443 }], to: [{ ipBlock: { cidr: 1.2.3.4/32 } }] }] }',
      'Whether api can reach Service kubernetes on 443/TCP is not known: where default/kubernetes leads to is not known',
    ],
  ])('the API server with %s', (spec, says) => {
    const policy = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny, namespace: shop }\n${spec}\n`;
    expect(
      told({ from: 'shop/api', to: 'kubernetes.default', port: 443 }, pathShop({ 'deny.yaml': policy })),
    ).toContain(says);
  });
});

describe('ends with several kinds of pods', () => {
  test('are answered by kind', () => {
    expect(told({ from: 'shop/*', to: 'shop/db', port: 5432 })).toMatch(
      /1 of 3 pods of shop can reach db on 5432\/TCP\n[^]*frontend → db :5432 deny\n[^]*api → db :5432 allow/,
    );
  });

  test('and the internet is cut where policies cut it', () => {
    const policy = DB_POLICY.replace(/ingress:[^]*/, 'ingress: [{ from: [{ ipBlock: { cidr: 8.0.0.0/8 } }] }]\n');
    const answer = told({ from: 'internet', to: 'shop/db', port: 5432 }, pathShop({ 'db.yaml': policy }));
    expect(answer).toContain('8.0.0.0/8 → db :5432 allow');
    expect(answer).toContain('→ db :5432 deny');
  });
});

describe('a pasted line', () => {
  test.each<[error: string, from: string, question: string]>([
    ['dial tcp 10.96.0.7:15432: i/o timeout', 'shop/api', 'api can reach Service db on 15432/TCP'],
    ['read tcp 10.2.0.1:4242->10.2.0.4:5432: i/o timeout', '', 'frontend-1 cannot reach db-0 on 5432/TCP'],
    [
      'dial tcp: lookup db.shop on 10.96.0.10:53: read udp 10.2.0.1:4242->10.96.0.10:53: i/o timeout',
      '',
      'frontend-1 can reach Service kube-dns on 53/UDP',
    ],
    ['curl: (6) Could not resolve host: db.shop', 'shop/api', 'api can reach Service kube-dns on 53/UDP'],
    ['Error: connect ETIMEDOUT 8.8.8.8:443', 'shop/api', 'api can reach 8.8.8.8 on 443/TCP'],
  ])('%s', (error, from, question) => {
    expect(told(from === '' ? { error } : { error, from })).toContain(question);
  });

  test('that names nobody is no question', () => {
    expect(readQuestion(pathShop(), { error: 'it broke', from: 'shop/api' })).toEqual({
      kind: 'unclear',
      unclear: [{ part: 'error' }],
    });
  });

  test('to a Service with several ports asks which', () => {
    const read = readQuestion(pathShop(), { from: 'shop/api', to: 'frontend.shop' });
    expect(read).toMatchObject({ unclear: [{ part: 'port', choices: [{ port: 80 }, { port: 443 }] }] });
  });
});

/** The answer as a person reads it. */
function told(asked: AskedPath, snapshot = pathShop()): string {
  const read = readQuestion(snapshot, asked);
  if (read.kind !== 'question') return JSON.stringify(read);
  const answer = explainPath(snapshot, read.question);
  return [
    headline(answer),
    ...[...read.notes, ...answer.notes].map((note) => `- ${noteText(note)}`),
    ...answer.groups.flatMap((group) => [
      `${ends(group.from)} → ${ends(group.to)} :${group.port} ${group.verdict}`,
      ...groupLines(answer, group).map(({ depth, text, place }) => {
        const at =
          place && `${place.uri.slice('file:///'.length)}:${place.start.line + 1}${place.differs ? ', differs' : ''}`;
        return `${'  '.repeat(depth + 1)}${text}${at === undefined ? '' : `  [${at}]`}`;
      }),
    ]),
  ].join('\n');
}

function ends({ workloads, cidrs }: { workloads: readonly { id: string }[]; cidrs?: readonly string[] }): string {
  return cidrs?.join(',') ?? workloads.map(({ id }) => id.replace(/^[^/]*\/|\[.*$/g, '')).join(',');
}
