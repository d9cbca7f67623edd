/** Hints that show what stands for a field that is left out. */
import { describe, expect, test } from 'vitest';
import { inlayHints } from '../../../server/src/features/inlayHint.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { SHOP, policy, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from '../../support/snapshotOf.ts';

/** The text with the hints in it, as an editor shows them. */
function hinted(text: string, options: SnapshotOptions = {}, file = 'policy.yaml'): string {
  const lens = { policy: 'off', rule: 'off', selector: 'off', workload: 'off' } as const;
  const settings = { lens, inlayDefaults: true, ...options.settings };
  const snapshot = snapshotOf(shopWith(text, file), { ...options, settings });
  const everything = { start: { line: 0, character: 0 }, end: { line: 1e9, character: 0 } };
  const lines = text.split('\n');
  for (const { position, label } of inlayHints(snapshot, uriOf(file), everything).reverse()) {
    const line = lines[position.line] ?? '';
    lines[position.line] =
      `${line.slice(0, position.character)} ⟨${typeof label === 'string' ? label : ''}⟩${line.slice(position.character)}`;
  }
  return lines.join('\n').trimEnd();
}

describe('policyTypes', () => {
  test('without egress rules it is Ingress, with one also Egress', () => {
    expect(hinted(policy('podSelector: {}'))).toMatchInlineSnapshot(`
      "apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec: ⟨policyTypes: Ingress⟩
        podSelector: {}"
    `);
    expect(hinted(policy('podSelector: {}\negress: []'))).toContain('⟨policyTypes: Ingress⟩');
    expect(hinted(policy('podSelector: {}\negress: [{}]'))).toContain('⟨policyTypes: Ingress, Egress⟩');
  });

  test('nothing is said where it is written, or where a placeholder hides it', () => {
    expect(hinted(policy('podSelector: {}\npolicyTypes: [Egress]'))).not.toContain('⟨');
    expect(hinted(policy('podSelector: {}\npolicyTypes: ["${TYPE}"]'))).not.toContain('⟨');
  });
});

test('protocol stands behind each port without one', () => {
  const text = policy(`
podSelector: {}
policyTypes: [Ingress]
ingress:
- ports: [{ port: 80 }, { port: 53, protocol: UDP }, { port: http }]
- ports:
  - port: 8000
    endPort: 8080
  - protocol: TCP
    port: 443`);
  expect(hinted(text)).toMatchInlineSnapshot(`
    "apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web, namespace: shop }
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - ports: [{ port: 80 ⟨protocol: TCP⟩ }, { port: 53, protocol: UDP }, { port: http ⟨protocol: TCP⟩ }]
      - ports:
        - port: 8000
          endPort: 8080 ⟨protocol: TCP⟩
        - protocol: TCP
          port: 443"
  `);
});

describe('the namespace stands behind the name, with who gives it', () => {
  const text = policy('podSelector: {}\npolicyTypes: [Ingress]', 'name: web');

  test.each(['setting', 'bulkhead.yaml', 'kustomization', 'context', 'default'] as const)('%s', (from) => {
    expect(hinted(text, { namespace: { name: 'shop', from } }).split('\n')[2]).toMatchSnapshot();
  });

  test('of a context by its name', () => {
    const options = { namespace: { name: 'shop', from: 'context' }, source: liveSource(SHOP, 0) } as const;
    expect(hinted(text, options)).toContain('⟨namespace: shop (context prod-eu)⟩');
  });

  test('of workloads and Services too, not of what has no namespace', () => {
    const objects = `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: web\n`;
    expect(hinted(objects)).toMatchInlineSnapshot(`
      "apiVersion: v1
      kind: Service
      metadata:
        name: web ⟨namespace: default (by default)⟩
      ---
      apiVersion: v1
      kind: Namespace
      metadata:
        name: web"
    `);
  });
});

test('there are none without the setting, in a patch, and where the text cannot be read', () => {
  const text = policy('podSelector: {}', 'name: web');
  expect(hinted(text, { settings: { inlayDefaults: false } })).not.toContain('⟨');
  expect(hinted(text, { fragments: ['policy.yaml'] })).not.toContain('⟨');
  expect(hinted(text, { held: { 'policy.yaml': text } })).not.toContain('⟨');
});
