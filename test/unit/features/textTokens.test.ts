/** The words of a text that have a meaning for policies: how they are coloured, and what is highlighted with them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { documentHighlights } from '../../../server/src/features/documentHighlight.ts';
import { semanticTokens, TOKEN_MODIFIERS, TOKEN_TYPES } from '../../../server/src/features/semanticTokens.ts';
import type { SourceRange } from '../../../server/src/model/sourceRange.ts';
import { lineIndex } from '../../../server/src/syntax/lineIndex.ts';
import { fixture } from '../../support/fixture.ts';
import { policy } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const URI = uriOf('policy.yaml');

/** `LINE word type.modifier` of every token. */
function tokens(text: string, range?: SourceRange): readonly string[] {
  const lines = lineIndex(text);
  const data = semanticTokens(snapshotOf(new Map([['policy.yaml', text]])), URI, range);
  const found: string[] = [];
  let line = 0;
  let character = 0;
  for (let index = 0; index < data.length; index += 5) {
    const [down = 0, right = 0, length = 0, type = 0, modifiers = 0] = data.slice(index, index + 5);
    line += down;
    character = down === 0 ? character + right : right;
    const start = lines.offset({ line, character });
    const names = TOKEN_MODIFIERS.filter((_, bit) => (modifiers & (1 << bit)) !== 0);
    found.push(`${line + 1} ${text.slice(start, start + length)} ${[TOKEN_TYPES[type], ...names].join('.')}`);
  }
  return found;
}

const POLICY = policy(`
podSelector: { matchLabels: { app.kubernetes.io/name: web } }
policyTypes: [Ingress]
ingress:
- from:
  - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }
    podSelector:
      matchExpressions:
      - { key: app, operator: NotIn, values: ["db", cache] }
  - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
  ports:
  - { port: 8080, endPort: 8090, protocol: UDP }
  - port: http
`);

describe('semantic tokens', () => {
  test('of a policy are its selectors, labels, operators, ports, protocols, namespaces and address ranges', () => {
    expect(tokens(POLICY)).toMatchInlineSnapshot(`
      [
        "3 shop namespace",
        "5 podSelector keyword",
        "5 app.kubernetes.io/name property.defaultLibrary",
        "5 web string",
        "6 policyTypes keyword",
        "6 Ingress enumMember",
        "7 ingress keyword",
        "8 from keyword",
        "9 namespaceSelector keyword",
        "9 kubernetes.io/metadata.name property.defaultLibrary",
        "9 shop namespace",
        "10 podSelector keyword",
        "12 app property",
        "12 NotIn operator",
        "12 db string",
        "12 cache string",
        "13 ipBlock keyword",
        "13 10.0.0.0/8 number",
        "13 10.1.0.0/16 number",
        "15 8080 number",
        "15 8090 number",
        "15 UDP enumMember",
        "16 http variable",
      ]
    `);
  });

  test('of workloads, Services and namespaces are what policies ask for', () => {
    const text = `apiVersion: batch/v1
kind: CronJob
metadata: { name: backup, labels: { app: backup } }
spec:
  jobTemplate:
    spec:
      template:
        metadata: { labels: { app: backup } }
        spec: { containers: [{ name: c, ports: [{ name: metrics, containerPort: 9090 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: a } }
`;
    expect(tokens(text)).toMatchInlineSnapshot(`
      [
        "3 app property.declaration",
        "3 backup string.declaration",
        "8 app property.declaration",
        "8 backup string.declaration",
        "9 metrics variable.declaration",
        "9 9090 number",
        "14 app property",
        "14 web string",
        "14 80 number",
        "14 http variable",
        "18 shop namespace.declaration",
        "18 team property.declaration",
        "18 a string.declaration",
      ]
    `);
  });

  test('of some lines are those of the whole that stand there', () => {
    const text = `${POLICY}---\n${POLICY}`;
    for (const [first, last] of [
      [0, 4],
      [11, 20],
      [22, 23],
    ] as const) {
      const range = { start: { line: first, character: 0 }, end: { line: last, character: 0 } };
      const whole = tokens(text).filter(
        (token) => first < Number.parseInt(token, 10) && Number.parseInt(token, 10) <= last + 1,
      );
      expect(tokens(text, range)).toEqual(whole);
      expect(whole).not.toEqual([]);
    }
  });

  test('are none in other files, and none that go over a line', () => {
    expect(tokens('podSelector: { matchLabels: { a: b } }\n')).toEqual([]);
    expect(
      tokens(policy('podSelector: { matchLabels: { app: "a\n  b" } }')).map((token) => token.split(' ')[1]),
    ).toEqual(['shop', 'podSelector', 'app']);
  });

  test('stay where a text is broken or half typed', () => {
    const broken = POLICY.replace('cache]', 'cache');
    expect(tokens(broken)).toContain('5 app.kubernetes.io/name property.defaultLibrary');
    expect(tokens('kind: NetworkPolicy\nspec:\n  podSelector:\n    matchLabels:\n      app:\n')).toEqual([
      '3 podSelector keyword',
      '5 app property',
    ]);
  });
});

test('colours that the extension gives to tokens are of tokens that there are', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    readonly contributes: { readonly semanticTokenScopes: readonly { readonly scopes: object }[] };
  };
  const coloured = manifest.contributes.semanticTokenScopes.flatMap(({ scopes }) => Object.keys(scopes));
  expect(coloured).not.toEqual([]);
  for (const type of coloured) expect(TOKEN_TYPES).toContain(type);
});

describe('highlights', () => {
  /** `LINE word`, `+` behind what declares it. */
  function highlights(marked: string): readonly string[] | null {
    const { files, cursor } = fixture(marked);
    const text = files.get('policy.yaml') ?? '';
    const lines = lineIndex(text);
    const found = documentHighlights(snapshotOf(files), URI, cursor?.offset ?? 0);
    return (
      found?.map(({ range, kind }) => {
        const word = text.slice(lines.offset(range.start), lines.offset(range.end));
        return `${range.start.line + 1} ${word}${kind === 3 ? '+' : ''}`;
      }) ?? null
    );
  }

  const WEB = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, team: a } }
    spec: { containers: [{ ports: [{ name: http, containerPort: 8080 }, { name: metrics, containerPort: 9090 }] }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: a } }
`;
  const at = (mark: string): string =>
    `${policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from:
  - namespaceSelector: { matchLabels: { team: a, kubernetes.io/metadata.name: shop } }
    podSelector: { matchExpressions: [{ key: app, operator: In, values: [web, api] }] }
  ports: [{ port: http }]
`)}${WEB}`.replace(mark, `${mark}$0`);

  test('of a label are its selectors and what has it', () => {
    expect(highlights(at('app: we'))).toEqual(['5 web', '9 web', '16 web', '18 web+']);
  });

  test('of a key are all its values’ keys', () => {
    expect(highlights(at('{ ap'))).toEqual(['5 app', '9 app', '16 app', '18 app+']);
  });

  test('keep labels of namespaces apart from those of pods', () => {
    expect(highlights(at('team: a'))).toEqual(['8 a', '23 a+']);
    expect(highlights(at('app: web, team: a'))).toEqual(['18 a+']);
  });

  test('of a port and of a namespace are their names', () => {
    expect(highlights(at('port: ht'))).toEqual(['10 http', '19 http+']);
    expect(highlights(at('namespace: sh'))).toEqual(['3 shop', '8 shop', '14 shop', '23 shop+']);
  });

  test('are none on other words', () => {
    expect(highlights(at('operator: I'))).toBeNull();
    expect(highlights(at('kind: Net'))).toBeNull();
    expect(highlights('')).toBeNull();
  });
});
