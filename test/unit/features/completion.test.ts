/** What is offered in a policy, in which order, with what it says, and the text once it is taken. */
import { describe, expect, test } from 'vitest';
import { resolveCompletion } from '../../../server/src/features/completion/complete.ts';
import { POLICY } from '../../../server/src/features/completion/policySchema.ts';
import type { Schema } from '../../../server/src/features/completion/schema.ts';
import { NETWORK_POLICY } from '../../../server/src/syntax/apiServer/apiTypes.ts';
import type { GoType } from '../../../server/src/syntax/apiServer/goType.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { completionsAt, SNIPPET_CLIENT } from '../../support/completions.ts';
import { fixture } from '../../support/fixture.ts';
import { policy, SHOP } from '../../support/shopManifests.ts';

const at = (marked: string): ReturnType<typeof completionsAt> => completionsAt(marked, SHOP);

describe('fields', () => {
  test('are those of the API, without what only a server writes', () => {
    const differences: string[] = [];
    compare(NETWORK_POLICY, POLICY, '', differences);
    expect(differences.filter((path) => !path.startsWith('.metadata.'))).toEqual([]);
  });

  test('that are there are not offered again', () => {
    expect(at(policy('podSelector: {}\n$0\negress: []')).labels).toEqual(['policyTypes', 'ingress']);
  });

  test.each([
    ['an ipBlock beside a selector', 'ingress:\n- from:\n  - podSelector: {}\n    $0', 'ipBlock'],
    ['a selector beside an ipBlock', 'ingress:\n- from:\n  - ipBlock: { cidr: 10.0.0.0/8 }\n    $0', 'podSelector'],
    ['`to` in an ingress rule', 'ingress:\n- ports: []\n  $0', 'to'],
    ['an endPort beside a named port', 'ingress:\n- ports:\n  - port: http\n    $0', 'endPort'],
    ['values for Exists', 'podSelector:\n  matchExpressions:\n  - key: app\n    operator: Exists\n    $0', 'values'],
  ])('that the server would refuse are not offered: %s', (_, spec, label) => {
    expect(at(policy(spec)).labels).not.toContain(label);
  });

  test('bring what the server requires with them', () => {
    expect(at('$0').take('kind')).toBe('kind: NetworkPolicy\napiVersion: networking.k8s.io/v1');
    expect(at(policy('podSelector: {}\n$0')).take('ingress')).toContain('  ingress:\n  - from:\n    - ');
    expect(at(policy('podSelector:\n  matchExpressions:\n  - $0')).take('operator')).toContain(
      '    - operator: In\n      key: app\n      values:\n      - web\n',
    );
    expect(at(policy('egress:\n- to:\n  - ipBlock:\n      cidr: 10.0.0.0/8\n      $0')).take('except')).toContain(
      'except:\n        - 10.0.0.0/10\n',
    );
  });

  test('are written as the rest of the document is', () => {
    const indented = 'spec:\n    podSelector: {}\n    ingress:\n      - from:\n          - podSelector: {}\n    $0\n';
    expect(at(`kind: NetworkPolicy\n${indented}`).take('egress')).toContain('    egress:\n      - to:\n          - ');
    const json = '{ "kind": "NetworkPolicy", "spec": { "podSelector": {}, $0 } }';
    expect(at(json).take('policyTypes')).toContain('"podSelector": {}, "policyTypes": ["Ingress"] }');
    const windows = 'kind: NetworkPolicy\r\nspec:\r\n  $0';
    expect(at(windows).take('podSelector: {}')).toBe('kind: NetworkPolicy\r\nspec:\r\n  podSelector: {}');
    expect(at(windows).take('ingress')).toContain('ingress:\r\n  - from:\r\n');
  });

  test('replace a key with a typo and keep what it holds', () => {
    expect(at(policy('podSelcetor$0: { matchLabels: { app: web } }')).take('podSelector')).toContain(
      '  podSelector: { matchLabels: { app: web } }',
    );
    const { labels } = at(policy('polcyTypes$0: [Ingress]'));
    expect(labels).toContain('policyTypes');
    expect(labels).not.toContain('podSelector');
  });

  test('pass the filter of an editor after a typo', () => {
    const { items, incomplete } = at(policy('ingerss$0'));
    expect(items.find(({ label }) => label === 'ingress')?.filterText).toBe('ingerss');
    expect(incomplete).toBe(true);
  });

  test('mend the indentation of a line', () => {
    expect(at(policy('podSelector: {}\n     $0')).take('policyTypes')).toContain(
      '\n  podSelector: {}\n  policyTypes:\n  - Ingress',
    );
  });

  test('have snippets only where the client knows them', () => {
    const text = policy('podSelector: {}\n$0');
    const [plain, snippet] = [at(text), completionsAt(text, SHOP, { client: SNIPPET_CLIENT })].map(({ items }) =>
      items.find(({ label }) => label === 'policyTypes'),
    );
    expect([plain?.textEdit?.newText, plain?.insertTextFormat]).toEqual(['policyTypes:\n  - Ingress', undefined]);
    expect([snippet?.textEdit?.newText, snippet?.insertTextFormat]).toEqual([
      'policyTypes:\n  - ${1|Ingress,Egress|}',
      2,
    ]);
  });

  test('explain themselves once they are looked at', () => {
    const item = at(policy('podSelector: {}\n$0')).items.find(({ label }) => label === 'policyTypes');
    expect(item?.documentation).toBeUndefined();
    expect(resolveCompletion({ ...(item as { label: string }) }).documentation).toEqual({
      kind: 'markdown',
      value: expect.stringContaining('directions that the policy isolates') as string,
    });
    expect(resolveCompletion({ label: 'x', data: 'whatever a client sends back' })).toEqual({
      label: 'x',
      data: 'whatever a client sends back',
    });
  });

  test('of other kinds are not ours', () => {
    expect(at('apiVersion: apps/v1\nkind: Deployment\n$0').labels).toEqual([]);
    expect(at('services:\n  web:\n    image: x\n$0').labels).toEqual([]);
    expect(at('apiVersion: v1\nkind: List\nitems:\n- kind: NetworkPolicy\n  $0').labels).toContain('spec');
    expect(at('kind: Deployment\n---\nkind: NetworkPolicy\n$0').labels).toContain('spec');
  });
});

describe('labels', () => {
  test('of the pods that a selector looks at, the most used first', () => {
    expect(at(policy('podSelector: { matchLabels: { $0 } }')).detailed).toEqual([
      'app: 10 pods · db, web, web-canary and 1 more · these files',
      'track: 5 pods · web, web-canary · these files',
    ]);
    expect(at(policy('podSelector: { matchLabels: { app: $0 } }')).detailed).toEqual([
      'web: 5 pods · web, web-canary · these files',
      'db: 3 pods · db · these files',
      'webapp: 2 pods · web-old · these files',
    ]);
  });

  test('that select nothing beside the others come last and say so', () => {
    expect(at(policy('podSelector: { matchLabels: { track: canary, app: $0 } }')).detailed).toEqual([
      'web: 1 pod · web-canary · these files',
      'db: nothing together with track=canary; alone 3 pods · db · these files',
      'webapp: nothing together with track=canary; alone 2 pods · web-old · these files',
    ]);
  });

  test('of other namespaces where the peer selects those', () => {
    const peer = (namespaces: string): string =>
      policy(`ingress:\n- from:\n  - namespaceSelector: ${namespaces}\n    podSelector: { matchLabels: { app: $0 } }`);
    expect(at(peer('{ matchLabels: { team: platform } }')).labels).toEqual([
      'collector',
      'node-exporter',
      'prometheus',
    ]);
    expect(at(peer('{}')).labels).toContain('db');
  });

  test('of namespaces in a namespaceSelector', () => {
    const selector = (labels: string): string =>
      policy(`ingress:\n- from:\n  - namespaceSelector: { matchLabels: { ${labels} } }`);
    expect(at(selector('$0')).detailed).toEqual([
      'kubernetes.io/metadata.name: 2 namespaces · platform, shop · these files',
      'team: 2 namespaces · platform, shop · these files',
    ]);
    expect(at(selector('kubernetes.io/metadata.name: $0')).labels).toEqual(['platform', 'shop']);
    expect(at(selector('kubernetes.io/metadata.name: $0, team: shop')).labels).toEqual(['shop', 'platform']);
  });

  test('in expressions', () => {
    const condition = (text: string): string => policy(`podSelector: { matchExpressions: [{ ${text} }] }`);
    expect(at(condition('key: $0')).labels).toEqual(['app', 'track']);
    expect(at(condition('key: app, operator: In, values: [web, $0]')).labels).toEqual(['db', 'webapp']);
    expect(at(condition('key: app, operator: $0')).labels).toEqual(['In', 'NotIn', 'Exists', 'DoesNotExist']);
    expect(at(condition('key: app, operator: $0, values: [web]')).labels).toEqual(['In', 'NotIn']);
  });

  const ODD = fixture(`
#- odd.yaml
apiVersion: v1
kind: Pod
metadata:
  name: odd
  namespace: odd
  labels: { answer: "yes", version: "1.0", octal: "010", pod-template-hash: abc12, constructor: "y" }
spec: {}
`).files;

  test.each([
    ['answer', 'yes', '"yes"'],
    ['version', '1.0', '"1.0"'],
    ['octal', '010', '"010"'],
    ['constructor', 'y', '"y"'],
  ])('are quoted where YAML 1.1 would read something else: %s', (key, value, written) => {
    const text = policy(`podSelector: { matchLabels: { ${key}: $0 } }`, 'name: x, namespace: odd');
    expect(completionsAt(text, ODD).take(value)).toContain(`${key}: ${written} }`);
  });

  test('of one generation of pods are not offered', () => {
    const text = policy('podSelector: { matchLabels: { $0 } }', 'name: x, namespace: odd');
    expect(completionsAt(text, ODD).labels).not.toContain('pod-template-hash');
  });

  test('stay in the quotes that are there', () => {
    expect(at(policy('podSelector: { matchLabels: { app: "we$0" } }')).take('web')).toContain('app: web }');
    expect(at('{ "kind": "NetworkPolicy", "metadata": { "namespace": "$0" } }').take('shop')).toContain(
      '"namespace": "shop"',
    );
  });
});

describe('ports', () => {
  test('of the selected pods for ingress, with who has them', () => {
    const text = policy('podSelector: { matchLabels: { app: web } }\ningress:\n- ports:\n  - port: $0');
    expect(at(text).detailed).toEqual([
      'http: 8080, 8081 on 5 pods · web, web-canary · these files',
      '8080: http of 4 pods · web · these files',
      '8081: http of 1 pod · web-canary · these files',
    ]);
  });

  test('of the peers for egress', () => {
    const text = policy(
      'podSelector: {}\negress:\n- to:\n  - podSelector: { matchLabels: { app: db } }\n  ports:\n  - $0',
    );
    expect(at(text).labels).toEqual(['protocol', 'port', '5432/TCP']);
    expect(at(text).take('5432/TCP')).toContain('    - protocol: TCP\n      port: 5432');
  });

  test('behind a Service count where containers declare none', () => {
    const service = fixture(`
#- service.yaml
apiVersion: v1
kind: Service
metadata: { name: old, namespace: shop }
spec: { selector: { app: webapp }, ports: [{ port: 80, targetPort: 3000 }] }
`).files;
    const text = policy('podSelector: { matchLabels: { app: webapp } }\ningress:\n- ports: [{ port: $0 }]');
    expect(completionsAt(text, new Map([...SHOP, ...service])).labels).toEqual(['3000']);
  });
});

describe('whole peers and rules', () => {
  const peers = at(policy('podSelector: {}\ningress:\n- from:\n  - $0'));

  test('stand for workloads, those of the policy’s namespace first', () => {
    expect(peers.labels.filter((label) => label.startsWith('from the pods of'))).toEqual([
      'from the pods of web',
      'from the pods of db',
      'from the pods of web-old',
      'from the pods of web-canary',
      'from the pods of platform/collector',
      'from the pods of platform/prometheus',
    ]);
  });

  test('name another namespace by the label that every namespace has', () => {
    expect(peers.take('from the pods of platform/prometheus')).toContain(`  - from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: platform
      podSelector:
        matchLabels:
          app: prometheus
`);
  });

  test('take the labels that the Service or the controller selects', () => {
    const more = fixture(`
#- more.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart, version: v2, helm.sh/chart: cart-1.2 } }
    spec: { containers: [] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: pay, namespace: shop }
spec:
  template:
    metadata: { labels: { app: pay, role: api, version: v2 } }
    spec: { containers: [] }
---
apiVersion: v1
kind: Service
metadata: { name: pay, namespace: shop }
spec: { selector: { role: api }, ports: [{ port: 80, targetPort: 8080 }] }
`).files;
    const text = policy('podSelector: {}\negress: [{ to: [{ $0 }] }]');
    const offered = completionsAt(text, new Map([...SHOP, ...more]));
    expect(offered.take('to the pods of cart')).toContain('podSelector: { matchLabels: { app: cart } } }');
    expect(offered.take('to the pods of pay')).toContain('podSelector: { matchLabels: { role: api } } }');
    expect(offered.detailed).toContain('to the pods of pay: 1 pod · pay · these files');
    const rules = completionsAt(policy('podSelector: {}\negress:\n- $0'), new Map([...SHOP, ...more]));
    expect(rules.take('to the pods of pay on 8080/TCP')).toContain('    ports:\n    - protocol: TCP\n      port: 8080');
  });
});

test('a rule for DNS is at hand for egress', () => {
  const offered = at(policy('egress:\n- $0'));
  expect(offered.labels.slice(0, 3)).toEqual(['to', 'ports', 'to the DNS servers']);
  expect(offered.take('to the DNS servers')).toContain(
    'k8s-app: kube-dns\n    ports:\n    - protocol: UDP\n      port: 53',
  );
});

test('what the labels of a workload select beside it is said', () => {
  const service = fixture(`
#- service.yaml
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`).files;
  const { detailed } = completionsAt(policy('ingress:\n- from:\n  - $0'), new Map([...SHOP, ...service]));
  expect(detailed).toContain('from the pods of web: 5 pods · web, web-canary · these files');
});

test('a line that may get a key or a further item shows which is which', () => {
  expect(at(policy('ingress:\n- from:\n  - podSelector: {}\n  $0')).labels.slice(0, 3)).toEqual([
    'ports',
    '- podSelector',
    '- namespaceSelector',
  ]);
});

describe('addresses', () => {
  test('of nodes first, then those that everybody needs', () => {
    const source = liveSource(SHOP, 0);
    if (!('state' in source)) throw new Error('a live source has a state');
    const nodes = [
      { name: 'a', labels: {}, ips: ['192.168.4.5'] },
      { name: 'b', labels: {}, ips: ['192.168.4.9'] },
    ];
    const text = policy('podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: $0 } }] }]');
    const { detailed } = completionsAt(text, SHOP, {
      source: { ...source, state: { ...source.state, nodes } },
      now: 4000,
    });
    expect(detailed.slice(0, 4)).toEqual([
      '192.168.4.0/28: holds all 2 nodes · live: prod-eu, 4 s ago',
      '192.168.4.5/32: node a · live: prod-eu, 4 s ago',
      '192.168.4.9/32: node b · live: prod-eu, 4 s ago',
      '0.0.0.0/0: every IPv4 address',
    ]);
  });

  test('that are to be left out lie within the block', () => {
    const text = policy('podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/7, except: [$0] } }] }]');
    expect(at(text).labels).toEqual(['10.0.0.0/8']);
  });
});

describe('whole policies', () => {
  test('stand in an empty document, and behind a whole one', () => {
    const labels = [
      'default-deny ingress',
      'default-deny ingress and egress, with DNS',
      'allow from workload',
      'allow from namespace',
      'allow DNS',
      'allow API server',
      'allow from ingress controller',
      'allow Prometheus scraping',
      'allow to CIDR',
    ];
    expect(at('# nothing yet\n$0').labels.slice(4)).toEqual(labels);
    expect(at(`${policy('podSelector: {}')}$0`).labels).toEqual(labels);
    expect(at(`${policy('podSelector: {}')}$0`).take('allow DNS')).toContain('podSelector: {}\n---\napiVersion:');
  });

  test.each([
    'values.yaml',
    'values-prod.yaml',
    'Chart.yaml',
    'kustomization.yaml',
    'docker-compose.yml',
    '.github/ci.yml',
  ])('do not stand in files of other programs: %s', (file) => {
    expect(at(`#- ${file}\n$0`).labels).toEqual([]);
  });

  test('are filled in with what the source shows, and say what they assume otherwise', () => {
    const dns = fixture(`
#- dns.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: kube-system }
spec:
  template:
    metadata: { labels: { k8s-app: kube-dns } }
    spec: { containers: [{ name: dns, ports: [{ name: dns, containerPort: 8053, protocol: UDP }] }] }
`).files;
    const shown = completionsAt('$0', new Map([...SHOP, ...dns]));
    expect(shown.detailed.find((text) => text.startsWith('allow DNS'))).toContain('coredns in kube-system on 8053/UDP');
    expect(shown.take('allow DNS')).toContain('port: 8053');
    expect(at('$0').detailed.find((text) => text.startsWith('allow DNS'))).toContain('which is not seen here');
    expect(at('$0').detailed.find((text) => text.startsWith('allow Prometheus'))).toContain('prometheus in platform');
  });

  test('are JSON in a JSON file', () => {
    const text = at('#- policy.json\n$0').take('default-deny ingress');
    expect(JSON.parse(text)).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'default-deny-ingress', namespace: 'default' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    });
  });
});

describe('a large cluster', () => {
  const many = new Map([
    [
      'many.yaml',
      Array.from(
        { length: 250 },
        (_, index) =>
          `apiVersion: v1\nkind: Pod\nmetadata: { name: p${index}, namespace: shop, labels: { app: app-${index} } }\n`,
      ).join('---\n'),
    ],
  ]);
  const value = (typed: string): string => policy(`podSelector: { matchLabels: { app: ${typed}$0 } }`);

  test('gives a part of the list and says so; what is typed chooses the part', () => {
    const first = completionsAt(value(''), many);
    expect([first.items.length, first.incomplete]).toEqual([200, true]);
    expect(completionsAt(value('app-249'), many).labels).toEqual(['app-249']);
  });
});

describe('bulkhead.yaml', () => {
  const configuration = (text: string): ReturnType<typeof completionsAt> => at(`#- bulkhead.yaml\n${text}`);

  test('has its keys, checks and severities', () => {
    expect(configuration('$0').labels).toEqual(['namespace', 'exclude', 'checks', 'overrides', 'contexts']);
    expect(configuration('checks:\n  $0').labels).toContain('egress-without-dns');
    expect(configuration('checks:\n  egress-without-dns: $0').labels).toEqual([
      'error',
      'warning',
      'information',
      'hint',
      'off',
    ]);
    expect(configuration('checks: { egress-without-dns: { $0 } }').labels).toEqual(['severity', 'reason']);
    expect(configuration('overrides:\n- $0').labels).toEqual(['files', 'checks']);
    expect(configuration('contexts:\n- files: ["a/**"]\n  $0').labels).toEqual(['context', 'namespace']);
    expect(configuration('namespace: $0').labels).toEqual(['shop', 'platform']);
  });

  test('explains a check by its title', () => {
    const item = configuration('checks:\n  $0').items.find(({ label }) => label === 'egress-without-dns');
    expect(resolveCompletion({ ...(item as { label: string }) }).documentation).toMatchObject({
      value: expect.stringContaining('resolve names') as string,
    });
  });
});

/** Paths at which one of two types has a field that the other lacks. */
function compare(type: GoType, schema: Schema, path: string, differences: string[]): void {
  if (type.kind === 'list' && schema.kind === 'list') return compare(type.item, schema.item, `${path}[]`, differences);
  if (type.kind !== 'struct' || schema.kind !== 'struct') return;
  const names = new Set(schema.fields.map(({ name }) => name));
  for (const name of new Set([...type.fields.keys(), ...names])) {
    const [inner, field] = [type.fields.get(name), schema.fields.find((one) => one.name === name)];
    if (inner === undefined || field === undefined) differences.push(`${path}.${name}`);
    else compare(inner, field.schema, `${path}.${name}`, differences);
  }
}
