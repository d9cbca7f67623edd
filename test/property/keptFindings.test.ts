/** Whatever is edited, the findings that are kept from one text to the next are those of looking at everything anew. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../../server/src/analysis/finding.ts';
import { DocumentFindings, findingsOf } from '../../server/src/lsp/diagnostics.ts';
import { FolderWorkspace } from '../../server/src/workspace/folderWorkspace.ts';
import type { FolderSource } from '../../server/src/workspace/folderSource.ts';
import { stateOfTexts } from '../support/clusterSource.ts';
import { deployment } from '../support/checkFindings.ts';

const NAMESPACES = ['a', 'b', 'c', ''] as const;
const PEERS = [
  '{ podSelector: { matchLabels: { app: web } } }',
  '{ podSelector: { matchLabels: { app: db } } }',
  '{ podSelector: { matchLabels: { app: nobody } } }',
  '{ podSelector: {} }',
  '{ namespaceSelector: {} }',
  '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: b } }, podSelector: { matchLabels: { app: db } } }',
  '{ namespaceSelector: { matchLabels: { team: x } }, podSelector: { matchLabels: { app: web } } }',
  '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }',
  '{ ipBlock: { cidr: 0.0.0.0/0 } }',
  '{ ipBlock: { cidr: 10.96.0.10/32 } }',
] as const;
const PORTS = [
  '',
  'ports: [{ port: 8080 }]',
  'ports: [{ port: 80 }]',
  'ports: [{ port: http }]',
  'ports: [{ protocol: UDP, port: 53 }]',
  'ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]',
] as const;
const SELECTORS = [
  '{}',
  '{ matchLabels: { app: web } }',
  '{ matchLabels: { app: db } }',
  '{ matchLabels: { app: wbe } }',
];
const TYPES = ['', 'policyTypes: [Ingress]', 'policyTypes: [Egress]', 'policyTypes: [Ingress, Egress]'];

const rule = (list: 'from' | 'to'): fc.Arbitrary<string> =>
  fc.tuple(fc.array(fc.constantFrom(...PEERS), { maxLength: 2 }), fc.constantFrom(...PORTS)).map(([peers, ports]) => {
    const fields = [
      ...(peers.length === 0 ? [] : [`${list}: [${peers.join(', ')}]`]),
      ...(ports === '' ? [] : [ports]),
    ];
    return `  - { ${fields.join(', ')} }`;
  });

const rules = (direction: 'ingress' | 'egress'): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(''),
    fc.constant(`  ${direction}: []\n`),
    fc
      .array(rule(direction === 'ingress' ? 'from' : 'to'), { minLength: 1, maxLength: 2 })
      .map((list) => `  ${direction}:\n${list.join('\n')}\n`),
  );

const policy = fc
  .record({
    name: fc.constantFrom('web', 'db', 'deny-all', 'default-deny', 'other'),
    namespace: fc.constantFrom(...NAMESPACES),
    selector: fc.constantFrom(...SELECTORS),
    types: fc.constantFrom(...TYPES),
    ingress: rules('ingress'),
    egress: rules('egress'),
    head: fc.constantFrom('', '', '', '# bulkhead-disable-next-line missing-egress\n', '# do not edit\n'),
  })
  .map(
    ({ name, namespace, selector, types, ingress, egress, head }) =>
      `${head}apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`} }
spec:
  podSelector: ${selector}
${types === '' ? '' : `  ${types}\n`}${ingress}${egress}`,
  );

const service = (namespace: string): string => `apiVersion: v1
kind: Service
metadata: { name: web, namespace: ${namespace} }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`;

const document = fc.oneof(
  { weight: 6, arbitrary: policy },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      deployment('web', 'a'),
      deployment('db', 'b'),
      deployment('web', 'c'),
      service('a'),
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: a, labels: { team: x } }\n',
      '# nothing\n',
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: broken, namespace: a }\nspec: { podSelector: 5 }\n',
    ),
  },
);

const DNS = `${deployment('coredns', 'kube-system').replace('app: coredns', 'k8s-app: kube-dns').replace('8080', '53')}---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec: { clusterIP: 10.96.0.10, selector: { k8s-app: kube-dns }, ports: [{ protocol: UDP, port: 53 }, { port: 53 }] }
`;
const WORKLOADS = [
  ...['a', 'b', 'c', 'default'].flatMap((namespace) => [deployment('web', namespace), deployment('db', namespace)]),
  service('b'),
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: b, labels: { team: x } }\n',
  DNS,
].join('---\n');

const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('replace' as const), at: fc.nat(), text: document }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), text: document }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('type' as const),
      at: fc.nat(),
      text: fc.constantFrom('x', '\n', '  ', '#', ': ', '- ', '}', '\n---\n'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('other' as const), text: policy }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('source' as const), live: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'off' as const }) },
);

const URI = 'file:///w/policies.yaml';
const origin = { kind: 'live', context: 'c', server: 'https://c', readAt: 0 } as const;
const LIVE: FolderSource = {
  kind: 'live',
  label: 'c',
  namespace: 'default',
  state: stateOfTexts(new Map([['cluster.yaml', WORKLOADS]]), origin),
};

/** The fixes too, which are worked out when somebody asks. */
const whole = (findings: readonly Finding[]): unknown => findings.map((finding) => ({ ...finding }));

test('kept findings are fresh findings', () => {
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 1, maxLength: 8 }),
      fc.array(operation, { minLength: 1, maxLength: 12 }),
      (texts, operations) => {
        const folder = new FolderWorkspace('file:///w', { now: () => 0, date: () => 0 });
        folder.setIndexing(undefined);
        folder.putFile('file:///w/workloads.yaml', WORKLOADS);
        let parts = texts;
        folder.openDocument(URI, parts.join('---\n'));
        const kept = new DocumentFindings();
        findingsOf(folder, folder.snapshot(URI), URI, kept);
        for (const each of operations) {
          if (each.kind === 'other') folder.putFile('file:///w/other.yaml', each.text);
          else if (each.kind === 'source') folder.setSource(each.live ? LIVE : { kind: 'files' });
          else if (each.kind === 'off') folder.putFile('file:///w/bulkhead.yaml', 'checks: { missing-egress: off }\n');
          else parts = edited(parts, each);
          folder.editDocument(URI, parts.join('---\n'));
          const snapshot = folder.snapshot(URI);
          const now = findingsOf(folder, snapshot, URI, kept);
          expect(whole(now)).toEqual(whole(findingsOf(folder, snapshot, URI)));
        }
      },
    ),
    { numRuns: 200 },
  );
});

type Edit = { readonly at: number } & (
  { readonly kind: 'replace' | 'insert' | 'type'; readonly text: string } | { readonly kind: 'remove' }
);

function edited(texts: readonly string[], edit: Edit): string[] {
  const index = edit.at % (texts.length + 1);
  if (edit.kind === 'insert') return texts.toSpliced(index, 0, edit.text);
  const own = texts[index];
  if (own === undefined) return [...texts];
  if (edit.kind === 'remove') return texts.length === 1 ? [...texts] : texts.toSpliced(index, 1);
  if (edit.kind === 'replace') return texts.toSpliced(index, 1, edit.text);
  const at = edit.at % (own.length + 1);
  return texts.toSpliced(index, 1, own.slice(0, at) + edit.text + own.slice(at));
}
