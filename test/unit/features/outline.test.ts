/** What an editor shows of a file's structure: outline, folding, growing selections. */
import type { DocumentSymbol, SelectionRange } from 'vscode-languageserver-types';
import { describe, expect, test } from 'vitest';
import { documentSymbols, flatSymbols } from '../../../server/src/features/documentSymbol.ts';
import { foldingRanges } from '../../../server/src/features/foldingRange.ts';
import { selectionRanges } from '../../../server/src/features/selectionRange.ts';
import { lineIndex } from '../../../server/src/syntax/lineIndex.ts';
import { policy } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const WEB = policy(`
podSelector: { matchLabels: { app: web } }
policyTypes: [Ingress, Egress]
ingress:
- from:
  - podSelector: { matchLabels: { app: frontend } }
  ports:
  - port: 8080
- {}
egress:
- to:
  - namespaceSelector: { matchLabels: { team: data } }
    podSelector: { matchExpressions: [{ key: app, operator: In, values: [db, cache] }, { key: old, operator: DoesNotExist }] }
  - ipBlock: { cidr: 192.0.2.0/24 }
  ports:
  - { port: 5000, endPort: 5999 }
  - { protocol: UDP, port: dns }
`);

/** `LINE-LINE name (detail)`, children further in; lines as people number them. */
function outline(text: string, name = 'policy.yaml'): string {
  const shown = (symbol: DocumentSymbol, depth: number): string => {
    const { start, end } = symbol.range;
    const detail = symbol.detail === undefined ? '' : ` (${symbol.detail})`;
    const line = `${'  '.repeat(depth)}${start.line + 1}-${end.line + 1} ${symbol.name}${detail}`;
    return [line, ...(symbol.children ?? []).map((child) => shown(child, depth + 1))].join('\n');
  };
  const symbols = documentSymbols(snapshotOf(new Map([[name, text]])), uriOf(name));
  return symbols === null ? 'none' : symbols.map((symbol) => shown(symbol, 0)).join('\n');
}

describe('the outline', () => {
  test('reads as policies and rules', () => {
    expect(outline(WEB)).toMatchInlineSnapshot(`
      "1-20 shop/web (NetworkPolicy)
        5-5 selects app=web
        7-12 ingress: 2 rules
          8-11 from app=frontend on 8080/TCP
          12-12 from everyone on all ports
        13-20 egress: 1 rule
          14-20 to app in (db, cache), !old in namespaces team=data, 192.0.2.0/24 on 5000-5999/TCP, dns/UDP
            15-16 app in (db, cache), !old in namespaces team=data
            17-17 192.0.2.0/24"
    `);
  });

  test('has the other objects of a file, of a List and of JSON as one symbol each', () => {
    const list = `---
apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: Namespace, metadata: { name: shop } }
- { apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
---
apiVersion: apps/v1
kind: Deployment
metadata: {}
`;
    expect(outline(list)).toMatchInlineSnapshot(`
      "5-5 shop (Namespace)
      6-6 shop/web (Service)
      8-10 settings (ConfigMap)
      12-14 (no name) (Deployment)"
    `);
    expect(outline(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }, null, 2), 'a.json')).toBe(
      '1-7 p (Pod)',
    );
  });

  test('says what can be told of a half-typed text and of a broken one', () => {
    const half = WEB.replace(/  egress:[^]*/, '  egress:\n  - to:\n    - podSelector:\n    - \n    ports:\n    -\n');
    expect(outline(half)).toMatchInlineSnapshot(`
      "1-18 shop/web (NetworkPolicy)
        5-5 selects app=web
        7-12 ingress: 2 rules
          8-11 from app=frontend on 8080/TCP
          12-12 from everyone on all ports
        13-18 egress: 1 rule
          14-18 to …, … on all TCP ports
            15-15 …
            16-16 …"
    `);
    expect(outline(WEB.replace('app: frontend } }', 'app: frontend }'))).toMatchInlineSnapshot(`
      "1-20 shop/web (NetworkPolicy)
        5-5 selects app=web
        7-12 ingress: 2 rules
          8-11 from app=frontend on 8080/TCP
          12-12 from everyone on all ports
        13-20 egress: 1 rule
          14-20 to app in (db, cache), !old in namespaces team=data, 192.0.2.0/24 on 5000-5999/TCP, dns/UDP
            15-16 app in (db, cache), !old in namespaces team=data
            17-17 192.0.2.0/24"
    `);
    expect(outline('kind: NetworkPolicy\nspec:\n  podSelector: {}\n')).toMatchInlineSnapshot(`
      "1-3 (no name) (NetworkPolicy)
        3-3 selects every pod"
    `);
  });

  test.each(['', 'on: push\n', 'a: {{ b }}\n', '- [\n'])(
    'is left to others where a file holds no object: %j',
    (text) => {
      expect(outline(text)).toBe('none');
    },
  );

  test('is flat for clients that know no hierarchy', () => {
    const symbols = documentSymbols(snapshotOf(new Map([['policy.yaml', WEB]])), uriOf('policy.yaml'));
    const flat = flatSymbols(symbols, uriOf('policy.yaml')) ?? [];
    expect(flat.slice(0, 4).map(({ name, containerName = '' }) => `${containerName} > ${name}`)).toEqual([
      ' > shop/web',
      'shop/web > selects app=web',
      'shop/web > ingress: 2 rules',
      'ingress: 2 rules > from app=frontend on 8080/TCP',
    ]);
  });

  test('shows names of hostile texts as such', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a\u202e$(bug)\nb', namespace: '__proto__' } };
    expect(outline(JSON.stringify(pod))).toBe('1-1 __proto__/a\\u202e$ (bug)\\x0ab (Pod)');
  });
});

describe('folding', () => {
  /** Line numbers of what can be folded. */
  function folds(text: string, most?: number): readonly string[] | null {
    const ranges = foldingRanges(snapshotOf(new Map([['policy.yaml', text]])), uriOf('policy.yaml'), most);
    return (
      ranges?.map(
        ({ startLine, endLine, kind }) => `${startLine + 1}-${endLine + 1}${kind === undefined ? '' : ` ${kind}`}`,
      ) ?? null
    );
  }

  const TWO = `# One
# two
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  # not
  # code
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
  - from:
    - podSelector: {
        matchLabels: {}
      }
    - ipBlock:
        cidr: 192.0.2.0/24

  # of egress
  - {}
---
kind: ConfigMap
apiVersion: v1
data:
  text: |
    # no
    # comment
`;

  test('follows documents, spec, rules, peers and comments', () => {
    expect(folds(TWO)).toMatchInlineSnapshot(`
      [
        "1-2 comment",
        "3-22",
        "5-6",
        "7-8 comment",
        "9-22",
        "10-12",
        "11-12",
        "13-22",
        "14-19",
        "15-17",
        "18-19",
        "23-29",
        "26-29",
        "27-29",
      ]
    `);
  });

  test('keeps the outermost where a client wants no more', () => {
    expect(folds(TWO, 3)).toEqual(['3-22', '5-6', '23-29']);
  });

  test('of JSON leaves closing brackets in sight', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: { a: 'b' } } };
    expect(folds(JSON.stringify(pod, null, 2))).toEqual(['1-9', '4-8', '6-7']);
  });

  test('is left to the client where a file holds no object', () => {
    expect(folds('on:\n  push:\n    branches: [main]\n')).toBeNull();
    expect(folds('kind: NetworkPolicy\nspec: {{ .Values }}\n')).toBeNull();
  });
});

describe('a growing selection', () => {
  function steps(text: string, mark: string): readonly string[] {
    const lines = lineIndex(text);
    const snapshot = snapshotOf(new Map([['policy.yaml', text]]));
    const position = lines.position(text.indexOf(mark) + 1);
    const found: string[] = [];
    let range: SelectionRange | undefined = selectionRanges(snapshot, uriOf('policy.yaml'), [position])?.[0];
    for (; range !== undefined; range = range.parent) {
      found.push(text.slice(lines.offset(range.range.start), lines.offset(range.range.end)));
    }
    return found;
  }

  test('goes from a label over peer, rule, direction and spec to the document', () => {
    const shown = steps(`---\n${WEB}---\na: b\n`, 'frontend').map((part) => part.replaceAll(/\n[^]*\n/g, ' … '));
    expect(shown).toMatchInlineSnapshot(`
      [
        "frontend",
        "app: frontend",
        "{ app: frontend }",
        "matchLabels: { app: frontend }",
        "{ matchLabels: { app: frontend } }",
        "podSelector: { matchLabels: { app: frontend } }",
        "- podSelector: { matchLabels: { app: frontend } }",
        "from:
          - podSelector: { matchLabels: { app: frontend } }",
        "from: …     - port: 8080",
        "- from: …     - port: 8080",
        "- from: …   - {}",
        "ingress: …   - {}",
        "podSelector: { matchLabels: { app: web } } …     - { protocol: UDP, port: dns }",
        "spec: …     - { protocol: UDP, port: dns }",
        "apiVersion: networking.k8s.io/v1 …     - { protocol: UDP, port: dns }",
        "--- … ",
      ]
    `);
  });

  test('begins inside of the quotes', () => {
    expect(steps('a: "b c"\n', 'c"').slice(0, 3)).toEqual(['b c', '"b c"', 'a: "b c"']);
  });

  test.each(['', '{{ x }}', '# only a comment', '[', 'a: b\n...\n\n'])('has an answer in any text: %j', (text) => {
    expect(steps(text, '').at(-1)).toBe(text);
  });
});
