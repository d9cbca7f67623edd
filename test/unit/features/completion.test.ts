/** What is offered in a policy, in which order, with what it says, and the text once it is taken. */
import { describe, expect, test } from 'vitest';
import { resolveCompletion } from '../../../server/src/features/completion/complete.ts';
import { POLICY } from '../../../server/src/features/completion/policySchema.ts';
import type { Schema } from '../../../server/src/features/completion/schema.ts';
import { NETWORK_POLICY } from '../../../server/src/syntax/apiServer/apiTypes.ts';
import type { GoType } from '../../../server/src/syntax/apiServer/goType.ts';
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

test('a line that may get a key or a further item shows which is which', () => {
  expect(at(policy('ingress:\n- from:\n  - podSelector: {}\n  $0')).labels.slice(0, 3)).toEqual([
    'ports',
    '- podSelector',
    '- namespaceSelector',
  ]);
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
