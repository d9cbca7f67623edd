import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBlockYaml } from '../../server/src/syntax/blockYaml.ts';
import { cutDocuments } from '../../server/src/syntax/documentMarkers.ts';
import { toGoValue } from '../../server/src/syntax/goValue.ts';
import { parseTree } from '../../server/src/syntax/yamlTree.ts';

/** Manifests in the styles that people write, to be broken at random places. */
const SEEDS: readonly string[] = [
  `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop, labels: {"a/b": 'c'}}
spec:
  podSelector:
    matchLabels: {}
  policyTypes: [Ingress, Egress]   # both
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: web
      namespaceSelector: {}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, "10.2.0.0/16"]}
    ports:
      -   port: 080
          protocol: TCP
      - port: "http"
        endPort: ~
`,
  `apiVersion: v1
kind: ConfigMap
data:
  a.conf: |
    server {
      listen 80;

    }
  b: |-
      text
  c: |+
    kept

  d: yes
list:
- - 1
  - -2
-
  x: 0x10
- 'it''s'
`,
  `{"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "b", "c": 1e3, "d": null}},
 "spec": {"containers": [{"ports": [{"containerPort": 80}, {}]}, []]}}
`,
];

const MARKS = `# #x : - " ' { } [ ] , | > ! % @ ? 0 ~ y \\ é &a *a`.split(' ');
const BREAKS = [' ', '  ', '\n', '  \n', '\t', '\r', '\u00a0', ' #', ': ', '- ', '|-\n', '|+\n'];
const PHRASES = ['"a": b', '[a, b]', '<<: *a'];

interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.nat(600),
    removed: fc.nat({ max: 3 }),
    inserted: fc.oneof(fc.constantFrom(...MARKS, ...BREAKS, ...PHRASES), fc.constant('')),
  }),
  { maxLength: 4 },
);

describe('the fast reader and the full one', () => {
  it('give the same value wherever the fast one gives any', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.constantFrom(...SEEDS), edits, (seed, changes) => {
        const text = changes.reduce(
          (state, { at, removed, inserted }) => state.slice(0, at) + inserted + state.slice(at + removed),
          seed,
        );
        fc.pre(cutDocuments(text).length === 1);
        // JSON may have tabs and lone carriage returns between its tokens, and is then read as JSON, not as YAML.
        fc.pre(!seed.startsWith('{') || !/[\t\r]/.test(text));
        const fast = readBlockYaml(text);
        if (fast === undefined) return;
        read++;
        const { root, problems } = parseTree(text);
        expect(problems).toEqual([]);
        const { value, duplicateKeys, faults } = toGoValue(root, text);
        expect({ duplicateKeys, faults }).toEqual({ duplicateKeys: [], faults: [] });
        expect(fast).toEqual(value ?? null);
      }),
      { numRuns: 4000 },
    );
    // Else the property would hold for want of cases.
    expect(read).toBeGreaterThan(500);
  });
});
