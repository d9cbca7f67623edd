import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CORPORA } from '../support/corpora.ts';
import { yamlTokenizer, type Token, type Tokenizer } from './tokenizer.ts';

/** The first run downloads VS Code. */
const DOWNLOAD = 10 * 60_000;

let tokenize: Tokenizer;
let tokenizePlainly: Tokenizer;

beforeAll(async () => {
  tokenize = await yamlTokenizer({ withOurs: true });
  tokenizePlainly = await yamlTokenizer({ withOurs: false });
}, DOWNLOAD);

/** The scopes that colour; those that only mark a block begin with `meta`. */
function ownScopes({ scopes }: Token): string[] {
  return scopes.filter((scope) => scope.endsWith('.bulkhead') && !scope.startsWith('meta.'));
}

/** `text: scope` for each token that we colour. */
function coloured(text: string): string[] {
  return tokenize(text).flatMap((token) =>
    ownScopes(token).map((scope) => `${token.text}: ${scope.replace(/(\.networkpolicy)?\.bulkhead$/, '')}`),
  );
}

const policy = (spec: string): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n${spec}`;

describe('in a policy', () => {
  test('structural keys, directions, protocols, operators and address ranges have colours of their own', () => {
    const text = policy(`  podSelector: {}
  policyTypes: [Ingress, "Egress"] # both
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
      namespaceSelector:
        matchExpressions:
        - key: team
          operator: NotIn
          values: [shop]
    - ipBlock:
        cidr: 10.0.0.0/8
        except: ["10.1.0.0/16"]
    ports:
    - protocol: TCP
      port: 80
  egress:
  - to:
    - ipBlock: {cidr: "2001:db8::/32", except: [::/0]}
`);
    expect(coloured(text)).toEqual([
      'podSelector: keyword.control',
      'policyTypes: keyword.control',
      'Ingress: constant.language.direction',
      'Egress: constant.language.direction',
      'ingress: keyword.control',
      'from: keyword.control',
      'podSelector: keyword.control',
      'namespaceSelector: keyword.control',
      'NotIn: constant.language.operator',
      'ipBlock: keyword.control',
      '10.0.0.0/8: constant.numeric.cidr',
      '10.1.0.0/16: constant.numeric.cidr',
      'TCP: constant.language.protocol',
      'egress: keyword.control',
      'to: keyword.control',
      'ipBlock: keyword.control',
      '2001:db8::/32: constant.numeric.cidr',
      '::/0: constant.numeric.cidr',
    ]);
  });

  test.each([
    ['a list below its key', '  policyTypes:\n  - Ingress\n  - Egress # why\n  egress: []\n'],
    ['a deeper list', '  policyTypes:\n    - "Ingress"\n    - Egress\n  egress: []\n'],
  ])('the policy types as %s end where the next key begins', (_, spec) => {
    expect(coloured(policy(spec)).map((entry) => entry.split(':')[0])).toEqual([
      'policyTypes',
      'Ingress',
      'Egress',
      'egress',
    ]);
  });

  test.each([
    ['kind before apiVersion', 'kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nspec:\n  podSelector: {}\n'],
    [
      'metadata between them',
      'apiVersion: networking.k8s.io/v1\nmetadata:\n  name: x\nkind: NetworkPolicy\nspec:\n  podSelector: {}\n',
    ],
    [
      'quotes and comments',
      'apiVersion: "networking.k8s.io/v1" # v1\nkind: \'NetworkPolicy\'\nspec:\n  podSelector: {}\n',
    ],
    ['Windows line ends', 'apiVersion: networking.k8s.io/v1\r\nkind: NetworkPolicy\r\nspec:\r\n  podSelector: {}\r\n'],
    [
      'a List',
      'kind: List\nitems:\n- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  spec:\n    podSelector: {}\n- kind: Other\n  podSelector: {}\n',
    ],
    [
      'a file of several documents',
      'kind: Other\npodSelector: {}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n  podSelector: {}\n---\nkind: Other\npodSelector: {}\n',
    ],
  ])('found with %s, and no further', (_, text) => expect(coloured(text)).toEqual(['podSelector: keyword.control']));

  test.each([
    [
      'labels that are called like keys',
      '  podSelector:\n    matchLabels:\n      ingress: a\n      from: b\n      to: c\n',
      'podSelector',
    ],
    ['such labels in braces', '  podSelector: {matchLabels: {ingress: a, to: b, protocol: TCP}}\n', 'podSelector'],
    [
      'a label whose value is a direction',
      '  podSelector: {matchExpressions: [{key: a, values: [Ingress]}]}\n',
      'podSelector',
    ],
    ['comments', '  # from: 10.0.0.0/8\n', ''],
    ['what only looks like a range', '  note: [1.2.3.4, 10.0.0.0/8x, a10.0.0.0/8, 12:30/1h, v1.2.3.4/8]\n', ''],
  ])('no colour for %s', (_, spec, expected) => {
    expect(
      coloured(policy(spec))
        .map((entry) => entry.split(':')[0])
        .join(),
    ).toBe(expected);
  });
});

describe('elsewhere nothing is coloured:', () => {
  test.each([
    [
      'a workflow',
      `on:
  push: {branches: [main]}
jobs:
  deploy:
    runs-on: ubuntu-latest
    env: {FROM: 10.0.0.0/8}
    steps:
      - uses: actions/checkout@v4
      - name: allow
        with:
          ingress: 
            - from: 10.0.0.0/8
          protocol: TCP
        run: |
          apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          podSelector: {}
`,
    ],
    [
      'a compose file',
      `services:
  web:
    image: nginx
    ports:
      - protocol: tcp
        target: 80
networks:
  front:
    ingress: {}
    ipam:
      config:
        - subnet: 172.28.0.0/16
`,
    ],
    [
      'a policy inside of a ConfigMap',
      'kind: ConfigMap\ndata:\n  p.yaml: |\n    apiVersion: networking.k8s.io/v1\n    kind: NetworkPolicy\n    spec:\n      podSelector: {}\n',
    ],
    ["another API's policy", 'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nspec:\n  ingress: []\n'],
    [
      'another kind of the group',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec:\n  podSelector: {}\n  x: 10.0.0.0/8\n',
    ],
  ])('%s', (_, text) => expect(coloured(text)).toEqual([]));
});

/** What a theme that does not know us colours by: YAML's innermost scope. */
function yamlLeaf({ scopes }: Token): string | undefined {
  return scopes.findLast((scope) => !scope.endsWith('.bulkhead') && !scope.startsWith('meta.'));
}

describe.skipIf(CORPORA === undefined)('over the policies of public projects (../shared/corpora)', () => {
  test("YAML's own tokens stay as they are", () => {
    const files = ['real-world', 'manifests'].flatMap((name) => yamlFiles(join(CORPORA ?? '', name)));
    const policies = files.filter((file) => readFileSync(file, 'utf8').includes('NetworkPolicy'));
    expect(policies.length).toBeGreaterThan(100);
    const changed = policies.flatMap((file) =>
      changedTokens(readFileSync(file, 'utf8')).map((token) => `${file}: ${token}`),
    );
    expect(changed).toEqual([]);
  });
});

/** Tokens that we do not colour and that are cut or coloured differently than without us. */
function changedTokens(text: string): string[] {
  const plain = new Set(tokenizePlainly(text).map((token) => `${token.line} ${token.text} ${yamlLeaf(token)}`));
  return tokenize(text)
    .filter((token) => ownScopes(token).length === 0 && !token.scopes.includes('meta.policytypes.bulkhead'))
    .map((token) => `${token.line} ${token.text} ${yamlLeaf(token)}`)
    .filter((token) => !plain.has(token));
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name));
}
