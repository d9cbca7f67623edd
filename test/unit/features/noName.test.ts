/** An object without a name is in every answer, as an object without a name: a slash with nothing behind it is none. */
import { expect, test } from 'vitest';
import { annotations } from '../../../server/src/features/annotations.ts';
import { documentSymbols } from '../../../server/src/features/documentSymbol.ts';
import { hover } from '../../../server/src/features/hover.ts';
import { matches } from '../../../server/src/features/matches.ts';
import { found } from '../../support/checkFindings.ts';
import { policy, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const URI = uriOf('policy.yaml');
const TEXT = `${policy('podSelector: { matchLabels: { app: db } }\npolicyTypes: [Ingress]', 'namespace: shop')}---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec: { template: { metadata: { labels: { app: db } } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop }
spec: { template: { metadata: { labels: { app: db } } } }
`;
const SNAPSHOT = snapshotOf(shopWith(TEXT));

function hoverAt(piece: string): string {
  const found = hover(SNAPSHOT, URI, TEXT.indexOf(piece), { commandLinks: false, pageOf: () => undefined });
  const markdown = found === null ? '' : (found.contents as { readonly value: string }).value;
  const [first = '', second = ''] = markdown.split('  \n');
  // As rendered: brackets are escaped in Markdown.
  return `${first}; ${second}`.replaceAll('\\', '');
}

test('in lenses', () => {
  expect(annotations(SNAPSHOT, URI).map(({ title }) => title())).toEqual([
    'Isolates ingress of 2 pods ((no name), db)',
    '2 pods',
    'Ingress isolated by shop/(no name) · egress open: no policy isolates it',
  ]);
});

test('in hovers', () => {
  expect(hoverAt('NetworkPolicy')).toBe(
    '**shop/(no name)** isolates 2 pods of 2 workloads; (no name) *Deployment* 1 · db *StatefulSet* 1',
  );
  expect(hoverAt('StatefulSet')).toBe(
    '**shop/db** *StatefulSet*, 1 pod; **Ingress** isolated by shop/(no name); they let nothing in',
  );
});

test('in the lists that lenses lead to', () => {
  const list = (path: string): readonly string[] =>
    matches(SNAPSHOT, { uri: URI, policy: 'shop/', path }).items.map(({ label }) => label);
  expect(list('spec.podSelector')).toEqual(['(no name)', 'db']);
  const { items } = matches(SNAPSHOT, { uri: URI, object: 'StatefulSet/shop/db', policy: '', path: '' });
  expect(items.map(({ label }) => label)).toEqual(['shop/(no name)']);
});

test('in the outline', () => {
  expect(documentSymbols(SNAPSHOT, URI)?.map(({ name }) => name)).toEqual([
    'shop/(no name)',
    'shop/db',
    'shop/(no name)',
  ]);
});

test('in findings', () => {
  const egress = policy('podSelector: {}\npolicyTypes: [Egress]', 'namespace: shop');
  const workloads = TEXT.slice(TEXT.indexOf('apiVersion: apps/v1'));
  expect(found('egress-without-dns', egress, { 'workloads.yaml': workloads })).toEqual([
    expect.stringContaining('(no name) and db (2 pods) may no longer resolve names'),
  ]);
});
