import { describe, expect, it } from 'vitest';
import { compileCluster } from '../../../../server/src/engine/compileCluster.ts';
import { clusterState } from '../../../../server/src/engine/withEdit.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../../server/src/model/cluster.ts';
import { brokenNeeds, type BrokenNeed } from '../../../../server/src/workspace/needs/brokenNeeds.ts';
import { breakClauses, breakSentence, breakText } from '../../../../server/src/workspace/needs/breakText.ts';
import { snapshotNeeds } from '../../../../server/src/workspace/needs/snapshotNeeds.ts';
import { breaks } from '../../../support/needs.ts';
import { snapshotOf } from '../../../support/snapshotOf.ts';

function deployment(name: string, namespace = 'shop', labels = `app: ${name}`, env = ''): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: 2
  template:
    metadata: { labels: { ${labels} } }
    spec: { containers: [{ name: main, env: [${env}], ports: [{ name: main, containerPort: 5432 }] }] }
`;
}

const SHOP = {
  'shop.yaml': [
    deployment('frontend', 'shop', 'app: frontend', '{ name: DATABASE_URL, value: "postgres://db:5432/x" }'),
    deployment('api', 'shop', 'app: api', '{ name: DATABASE_URL, value: "postgres://db:5432/x" }'),
    deployment('db'),
    '---\napiVersion: v1\nkind: Service\nmetadata: { name: db, namespace: shop }\nspec: { selector: { app: db }, ports: [{ port: 5432 }] }\n',
    deployment('coredns', 'kube-system', 'k8s-app: kube-dns'),
    '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: kube-system, labels: { kubernetes.io/metadata.name: kube-system } }\n',
    '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
  ].join(''),
};

function policy(spec: string, name = 'p'): string {
  return `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n`;
}

const DB =
  '{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: frontend } } }, { podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }] }';
const ONLY_API = DB.replace('{ podSelector: { matchLabels: { app: frontend } } }, ', '');
const DNS_RULE =
  '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }], ports: [{ port: 53, protocol: UDP }, { port: 53 }] }';

/** `DATABASE_URL of frontend: deny shop/frontend[Deployment] → shop/db[Deployment] 5432/TCP because shop/p`. */
function lines(broken: readonly BrokenNeed[]): readonly string[] {
  return broken.map((each) => {
    const { verdict, partly, lost, because } = each;
    const pairs = lost.map(({ from, to, port, protocol }) => `${from} → ${to} ${port}/${protocol}`).join(', ');
    const why = because
      .map(({ policy: { name }, rule, state }) => `${name}${rule === undefined ? '' : `#${rule}`} ${state}`)
      .join(', ');
    return `${breakText(each)}: ${verdict}${partly ? ' in part' : ''} ${pairs} because ${why}`;
  });
}

describe('what a change breaks', () => {
  it('is what was allowed and is denied now, with the rule that allowed it', () => {
    expect(lines(breaks(SHOP, policy(DB), policy(ONLY_API)))).toEqual([
      'DATABASE_URL of frontend: deny shop/frontend[Deployment] → shop/db[Deployment] 5432/TCP because p#0 before',
    ]);
  });

  it('is nothing where a policy opens more, or closes what nobody is known to need', () => {
    expect(breaks(SHOP, policy(ONLY_API), policy(DB))).toEqual([]);
    expect(
      breaks(SHOP, '', policy('{ podSelector: { matchLabels: { app: frontend } }, policyTypes: [Ingress] }')),
    ).toEqual([]);
  });

  it('is not what was broken before', () => {
    const closed = policy('{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress] }', 'closed');
    expect(breaks(SHOP, closed, closed + policy('{ podSelector: {}, policyTypes: [Ingress] }'))).toEqual([]);
  });

  it('is everything that a default-deny takes', () => {
    const all = breaks(SHOP, '', policy('{ podSelector: {}, policyTypes: [Ingress, Egress] }'));
    expect(breakClauses(all)).toEqual(['DATABASE_URL of frontend and api', 'DNS of frontend and 2 other workloads']);
    expect(breakSentence(all)).toBe(
      'would break DATABASE_URL of frontend and api and DNS of frontend and 2 other workloads',
    );
  });

  it('is DNS over TCP alone, in part, where a rule forgets it', () => {
    const forgotten = DNS_RULE.replace(', { port: 53 }', '');
    const spec = `{ podSelector: { matchLabels: { app: db } }, policyTypes: [Egress], egress: [${forgotten}] }`;
    expect(lines(breaks(SHOP, '', policy(spec)))).toEqual([
      'DNS of db: deny in part shop/db[Deployment] → kube-system/coredns[Deployment] 53/TCP because p after',
    ]);
    expect(breaks(SHOP, '', policy(spec.replace(forgotten, DNS_RULE)))).toEqual([]);
  });

  it('may be DNS where a rule opens its port to addresses', () => {
    const spec =
      '{ podSelector: { matchLabels: { app: db } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 169.254.20.10/32 } }], ports: [{ port: 53, protocol: UDP }] }] }';
    const found = breaks(SHOP, '', policy(spec));
    expect(breakSentence(found)).toBe('may break DNS of db');
  });

  it('is told where DNS servers are not among the pods, by what rules say', () => {
    const files = {
      'shop.yaml': SHOP['shop.yaml'].replace(
        /---\napiVersion: apps\/v1\nkind: Deployment\nmetadata: \{ name: coredns[^]*?(?=---)/,
        '',
      ),
    };
    const egress = (rules: string): string =>
      policy(`{ podSelector: { matchLabels: { app: db } }, policyTypes: [Egress], egress: [${rules}] }`);
    expect(breakSentence(breaks(files, '', egress('')))).toBe('would break DNS of db');
    expect(breaks(files, '', egress(DNS_RULE))).toEqual([]);
  });

  it('is not told of pods of which it is not known what holds for them', () => {
    const hostNetwork = {
      'shop.yaml': SHOP['shop.yaml'].replace(
        'spec: { containers: [{ name: main, env: [{',
        'spec: { hostNetwork: true, containers: [{ name: main, env: [{',
      ),
    };
    expect(breakSentence(breaks(hostNetwork, policy(DB), policy(ONLY_API)))).toBe('may break DATABASE_URL of frontend');
  });

  it('is found between states that were compiled apart, too', () => {
    const [old, now] = [policy(DB), policy(ONLY_API)].map((text) =>
      snapshotOf(new Map(Object.entries({ ...SHOP, 'policy.yaml': text }))),
    );
    if (old === undefined || now === undefined) throw new Error('no states');
    const apart = compileCluster(clusterState(now.universe.cluster), DEFAULT_ENGINE_OPTIONS);
    expect(lines(brokenNeeds(old.universe.cluster, apart, snapshotNeeds(now)))).toEqual([
      'DATABASE_URL of frontend: deny shop/frontend[Deployment] → shop/db[Deployment] 5432/TCP because p#0 before',
    ]);
  });
});

describe('the ends that are not known', () => {
  const webhook = {
    ...SHOP,
    'hook.yaml':
      'apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata: { name: inject }\nwebhooks: [{ name: a, clientConfig: { service: { namespace: shop, name: db, port: 5432 } } }]\n',
  };
  const ingress = {
    ...SHOP,
    'ingress.yaml':
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: front, namespace: shop }\nspec: { defaultBackend: { service: { name: db, port: { number: 5432 } } } }\n',
  };
  const db = (rules: string): string =>
    policy(`{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [${rules}] }`);
  const OTHERS = '{ from: [{ podSelector: {} }] }';

  it.each([
    ['no address is let in', OTHERS, 'would break calls of the API server for MutatingWebhookConfiguration inject'],
    [
      'some addresses are',
      `${OTHERS}, { from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }`,
      'may break calls of the API server for MutatingWebhookConfiguration inject',
    ],
    ['everybody is, on its port', '{ ports: [{ port: 5432 }] }', undefined],
    [
      'everybody is, on another',
      `${OTHERS}, { ports: [{ port: 1 }] }`,
      'would break calls of the API server for MutatingWebhookConfiguration inject',
    ],
  ])('the API server, where %s', (_, rules, expected) => {
    expect(breakSentence(breaks(webhook, '', db(rules)))).toBe(expected);
  });

  it.each([
    ['only pods of the namespace are let in', OTHERS, 'may break Ingress front of db'],
    [
      'pods of others may be',
      `${OTHERS}, { from: [{ namespaceSelector: { matchLabels: { name: ingress } } }] }`,
      'may break Ingress front of db',
    ],
    ['everybody is', '{}', undefined],
  ])('an ingress controller, where %s', (_, rules, expected) => {
    expect(breakSentence(breaks(ingress, '', db(rules)))).toBe(expected);
  });
});
