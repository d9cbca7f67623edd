import { describe, expect, test } from 'vitest';
import { codeLensPlaces, codeLenses, resolveCodeLens } from '../../../server/src/features/codeLens.ts';
import { answeringLenses } from '../../support/lenses.ts';
import { annotated, said } from '../../support/annotations.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { FROM_GONE as WEB, SHOP, policy, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const NOW = new Date(2026, 10, 12, 9, 14).getTime();

describe('places come from the text alone', () => {
  test('a document that cannot be decoded keeps its answers at the places of the present text', () => {
    const readable = policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from: [{ podSelector: { matchLabels: { app: db } } }]`);
    const present = `# one line more\n${readable.replace('app: web', 'app: [')}  - ports:\n`;
    const half = readable
      .replace('ingress:', 'policyTypes: Ingress\n  ingress:')
      .replace(/$/, '  - ports: [{ port: 1 }]\n');
    expect(annotated(snapshotOf(shopWith(readable), { held: { 'policy.yaml': half } }))).toMatchInlineSnapshot(`
      "«Isolates ingress of 5 pods (web, web-canary) · as of the last readable text │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: web } } ⟵ 5 pods · as of the last readable text
        policyTypes: Ingress
        ingress:
      «Lets in 3 pods on all ports · as of the last readable text»
        - from: [{ podSelector: { matchLabels: { app: db } } }] ⟵ 3 pods · as of the last readable text
      «Not read yet»
        - ports: [{ port: 1 }]"
    `);
    const places = (held: string): number[] =>
      answeringLenses(snapshotOf(shopWith(readable), { held: { 'policy.yaml': held } }), uriOf('policy.yaml')).map(
        ({ range }) => range.start.line,
      );
    expect(places(present)[0]).toBe(1);
  });

  test('a text that was never readable still has its places', () => {
    const text = policy('podSelector: {}\ningress: [{}]\npolicyTypes: Ingress');
    const snapshot = snapshotOf(new Map([['policy.yaml', '']]), { held: { 'policy.yaml': text } });
    expect(annotated(snapshot)).toMatchInlineSnapshot(`
      "«Not evaluated: the text cannot be read yet │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: {} ⟵ not known yet
      «Not evaluated»
        ingress: [{}]
        policyTypes: Ingress"
    `);
  });

  test('the same places with every source', () => {
    const places = [
      snapshotOf(new Map([['policy.yaml', WEB]])),
      snapshotOf(shopWith(WEB)),
      snapshotOf(shopWith(WEB), { source: { kind: 'files', indexing: { done: 0, total: 0 } } }),
      snapshotOf(shopWith(WEB), { source: liveSource(shopWith(WEB), NOW) }),
      // One more lens says that it is not applied yet: at the end of a row that is there in any case.
      snapshotOf(shopWith(WEB), { source: liveSource(SHOP, NOW) }),
    ].map((snapshot) => {
      const lenses = answeringLenses(snapshot, uriOf('policy.yaml'));
      return [...new Set(lenses.map(({ range: { start } }) => `${start.line}:${start.character}`))];
    });
    for (const other of places) expect(other).toEqual(places[0]);
  });

  test('none is empty: an editor would drop it as soon as a person types there', () => {
    const text = WEB.replaceAll('\n', '\r\n');
    const lenses = answeringLenses(snapshotOf(shopWith(text)), uriOf('policy.yaml'));
    const spoken = lenses.map(({ range: { start, end } }) =>
      (text.split('\r\n')[start.line] ?? '').slice(start.character, end.line === start.line ? end.character : 0),
    );
    expect(spoken).toEqual([
      'apiVersion: networking.k8s.io/v1',
      'apiVersion: networking.k8s.io/v1',
      'from: [{ podSelector: { matchLabels: { app: gone } } }]',
    ]);
  });

  test('policies of a List and several documents each have their own', () => {
    const item = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'a', namespace: 'shop' },
    };
    const list = JSON.stringify(
      { apiVersion: 'v1', kind: 'List', items: [{ ...item, spec: { podSelector: {} } }] },
      null,
      1,
    );
    const lenses = answeringLenses(snapshotOf(shopWith(list, 'list.json')), uriOf('list.json'));
    expect(lenses.map(({ range, command }) => `${range.start.line}: ${command?.title ?? ''}`)).toEqual([
      '4: Isolates ingress of 10 pods (db, web, web-canary and 1 more)',
      '4: Pods from these files · connect a cluster…',
    ]);
    expect(said(snapshotOf(shopWith(`${WEB}---\n${WEB.replace('name: web', 'name: other')}`)))).toMatchInlineSnapshot(`
      "1 «Isolates ingress of 5 pods (web, web-canary) │ Pods from these files · connect a cluster…»
      5 ⟵ 5 pods
      7 «Lets in nobody: no pod matches»
      7 ⟵ 0 pods
      9 «Isolates ingress of 5 pods (web, web-canary) │ Pods from these files · connect a cluster…»
      13 ⟵ 5 pods
      15 «Lets in nobody: no pod matches»
      15 ⟵ 0 pods"
    `);
  });

  test('a policy that does not count says what counts instead', () => {
    const files = new Map([...shopWith(WEB), ['zz.yaml', WEB]]);
    expect(annotated(snapshotOf(files)).split('\n')[0]).toMatchInlineSnapshot(
      `"«Not evaluated: zz.yaml writes it once more, and that counts │ Pods from these files · connect a cluster…»"`,
    );
    expect(annotated(snapshotOf(shopWith(`${WEB}---\n${WEB}`))).split('\n')[0]).toMatchInlineSnapshot(
      `"«Not evaluated: this file writes it once more below, and that counts │ Pods from these files · connect a cluster…»"`,
    );
    const refused = snapshotOf(shopWith(WEB), { refused: ['web'] });
    expect(annotated(refused).split('\n')[0]).toMatchInlineSnapshot(
      `"«Not evaluated: the API server would refuse it as it stands │ Pods from these files · connect a cluster…»"`,
    );
    expect(annotated(snapshotOf(shopWith(WEB), { fragments: ['policy.yaml'] })).split('\n')[0]).toMatchInlineSnapshot(
      `"«Not evaluated: this is a patch, which Kustomize lays over another file │ Pods from these files · connect a cluster…»"`,
    );
  });
});

describe('lenses are resolved one by one', () => {
  const file = uriOf('policy.yaml');

  test('places come without titles that have to be worked out, and resolve to the same lenses', () => {
    const snapshot = snapshotOf(shopWith(WEB));
    const places = codeLensPlaces(snapshot, file);
    expect(places.map(({ command }) => command?.title)).toEqual([
      undefined,
      'Preview',
      'Pods from these files · connect a cluster…',
      undefined,
    ]);
    const sent = JSON.parse(JSON.stringify(places)) as typeof places;
    expect(sent.map((lens) => resolveCodeLens(snapshot, lens))).toEqual(codeLenses(snapshot, file));
  });

  test('every policy leads to its preview, where a client runs our commands', () => {
    const snapshot = snapshotOf(shopWith(WEB));
    const previews = (runsCommands: boolean): unknown[] =>
      codeLensPlaces(snapshot, file, runsCommands).flatMap(({ command }) =>
        command?.title === 'Preview' ? [command] : [],
      );
    expect(previews(true)).toEqual([
      { title: 'Preview', command: 'bulkhead.preview', arguments: [{ uri: file, policy: 'shop/web' }] },
    ]);
    expect(previews(false)).toEqual([]);
  });

  test('a lens of an earlier text finds its policy again, and has no words once that is gone', () => {
    const [lens] = codeLensPlaces(snapshotOf(shopWith(WEB)), file);
    const titleIn = (text: string): string | undefined =>
      lens && resolveCodeLens(snapshotOf(shopWith(text)), lens).command?.title;
    expect(titleIn(`${policy('podSelector: {}', 'name: first, namespace: shop')}---\n${WEB}`)).toBe(
      'Isolates ingress of 5 pods (web, web-canary)',
    );
    expect(titleIn('kind: Other')).toBe('');
  });
});

test('each kind stands where the settings put it', () => {
  const lens = { policy: 'inlay', rule: 'off', selector: 'lens', workload: 'off' } as const;
  expect(annotated(snapshotOf(shopWith(WEB), { settings: { lens } }))).toMatchInlineSnapshot(`
    "apiVersion: networking.k8s.io/v1 ⟵ Isolates ingress of 5 pods (web, web-canary)
    kind: NetworkPolicy
    metadata: { name: web, namespace: shop }
    spec:
    «5 pods»
      podSelector: { matchLabels: { app: web } }
      ingress:
    «0 pods»
      - from: [{ podSelector: { matchLabels: { app: gone } } }]"
  `);
});
