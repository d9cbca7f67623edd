/** What a person means by an end that is typed or pasted. */
import { describe, expect, test } from 'vitest';
import { completeEnd } from '../../../../server/src/workspace/path/completeEnd.ts';
import { parseEnd } from '../../../../server/src/workspace/path/parseEnd.ts';
import { endName } from '../../../../server/src/workspace/path/pathEnd.ts';
import { endNoteText, unclearText } from '../../../../server/src/workspace/path/noteText.ts';
import { pathShop } from '../../../support/pathShop.ts';

const shop = pathShop();

describe('an end', () => {
  test.each([
    ['shop/db-0', 'shop/db-0'],
    ['shop/api', 'shop/api[StatefulSet]'],
    ['shop/api[StatefulSet]', 'shop/api[StatefulSet]'],
    ['sts/shop/api', 'shop/api[StatefulSet]'],
    ['api', 'shop/api[StatefulSet]'],
    ['shop/db[Service]', 'shop/db[Service]'],
    ['svc/shop/db', 'shop/db[Service]'],
    ['shop/peers', 'shop/peers[Service]'],
    ['db.shop', 'shop/db[Service]'],
    ['db.shop.svc', 'shop/db[Service]'],
    ['db.shop.svc.cluster.local.', 'shop/db[Service]'],
    ['db.shop.svc.cluster.local:15432', 'shop/db[Service] :15432'],
    ['db-0.peers.shop.svc.cluster.local', 'shop/db-0'],
    ['10-2-0-4.shop.pod.cluster.local', 'shop/db-0'],
    ['http://frontend.shop:80/cart?x=1', 'shop/frontend[Service] :80'],
    ['postgres://user:secret@db.shop:15432/orders', 'shop/db[Service] :15432'],
    ['10.2.0.4:5432', 'shop/db-0 :5432'],
    ['10.2.0.4', 'shop/db-0'],
    ['10.96.0.7', 'shop/db[Service]'],
    ['8.8.8.8:53/UDP', '8.8.8.8 :53/UDP'],
    ['[2001:DB8::1]:443', '2001:db8::1 :443'],
    ['2001:db8::1', '2001:db8::1'],
    ['127.0.0.1', '127.0.0.1'],
    ['internet', 'internet'],
    ['Any pod', 'any pod'],
    ['shop/*', 'shop/*'],
    ['shop', 'shop/*'],
  ])('%s is %s', (text, name) => {
    expect(named(text)).toBe(name);
  });

  test('is read back from its own name', () => {
    for (const text of [
      'shop/db-0',
      'shop/api[StatefulSet]',
      'shop/db[Service]',
      '8.8.8.8',
      'internet',
      'any pod',
      'shop/*',
    ]) {
      expect(named(text)).toBe(text);
    }
  });

  test.each([
    ['10.2.0.4', '10.2.0.4 is the address of pod shop/db-0'],
    ['10.96.0.7', '10.96.0.7 is the address of Service shop/db'],
    [
      '192.168.5.1',
      "192.168.5.1 is an address of node node-1; 192.168.5.1 is the address of 1 pod on a node's network",
    ],
    ['shop/db', 'A Service has the same name: write shop/db[Service] to ask for its port'],
  ])('%s comes with a word', (text, says) => {
    const parsed = parseEnd(shop, text);
    expect(parsed.kind === 'end' && parsed.notes.map(endNoteText).join('; ')).toBe(says);
  });

  test.each([
    ['', 'Name a pod, a workload, a Service or an address'],
    ['shop/apj', 'No pod, workload or Service is called shop/apj; did you mean shop/api?'],
    [
      'api.stripe.com',
      'api.stripe.com is a name outside of the cluster: policies know addresses alone, so name one of its addresses',
    ],
    ['nobody.shop.svc.cluster.local', 'No pod, workload or Service is called nobody.shop.svc.cluster.local'],
    ['10.0.0.0/8', '10.0.0.0/8 is a range: name one address of it'],
    ['nowhere/*', 'No pod, workload or Service is called nowhere/*'],
    ['shop/__proto__', 'No pod, workload or Service is called shop/__proto__'],
  ])('%j is not clear', (text, says) => {
    expect(unclearText(parseEnd(shop, text))).toBe(says);
  });

  test('with one name in several namespaces offers them', () => {
    const parsed = parseEnd(pathShop({}, POD_API_IN_OPS), 'api');
    expect(parsed).toEqual({
      kind: 'ambiguous',
      text: 'api',
      choices: ['ops/api[StatefulSet]', 'shop/api[StatefulSet]'],
    });
  });

  test('without a namespace is looked for as the asking pod resolves it', () => {
    const parsed = parseEnd(shop, 'db', { namespace: 'shop' });
    expect(parsed.kind === 'end' && endName(parsed.end)).toBe('shop/db[Service]');
  });
});

describe('type-ahead', () => {
  test.each([
    ['db', ['shop/db[StatefulSet]', 'shop/db[Service]']],
    ['fron', ['shop/frontend[StatefulSet]', 'shop/frontend[Service]']],
    ['shop/f', ['shop/frontend[StatefulSet]', 'shop/frontend[Service]', 'shop/frontend-1', 'shop/frontend-2']],
    ['ops/', ['ops/agent[StatefulSet]', 'ops/prometheus[StatefulSet]', 'ops/*', 'ops/agent-1', 'ops/prometheus-0']],
    ['10.2.0.', ['10.2.0.1', '10.2.0.2', '10.2.0.3', '10.2.0.4', '10.2.0.5', '10.2.0.6']],
    ['inter', ['internet']],
    ['zzz', []],
  ])('%s', (typed, texts) => {
    expect(completeEnd(shop, typed, 20).map(({ text }) => text)).toEqual(texts);
  });

  test('offers workloads before anything is typed, and no more than it is asked for', () => {
    const candidates = completeEnd(shop, '', 3);
    expect(candidates.map(({ kind }) => kind)).toEqual(['workload', 'workload', 'workload']);
  });

  test('offers only what is read as one end', () => {
    for (const typed of ['', 'o', 'shop/', '10.', 'any']) {
      for (const { text } of completeEnd(shop, typed, 50)) expect(parseEnd(shop, text).kind).toBe('end');
    }
  });
});

const POD_API_IN_OPS = `apiVersion: v1
kind: Pod
metadata:
  name: api-9
  namespace: ops
  labels: { app: api }
  ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: api, uid: '2', controller: true }]
spec: { containers: [{ name: main }] }
`;

function named(text: string): string {
  const parsed = parseEnd(shop, text);
  if (parsed.kind !== 'end') return unclearText(parsed) ?? '';
  const { end, port, protocol } = parsed;
  return `${endName(end)}${port === undefined ? '' : ` :${port}`}${protocol === undefined ? '' : `/${protocol}`}`;
}
