/** Whom a workload is open to beyond the pods that a person thinks of. */
import { describe, expect, test } from 'vitest';
import { exposureOf } from '../../../../server/src/workspace/path/exposure.ts';
import { exposureLines } from '../../../../server/src/workspace/path/exposureText.ts';
import { DB_POLICY, end, pathShop } from '../../../support/pathShop.ts';

describe('exposure', () => {
  test('of a workload that nothing isolates is to everyone', () => {
    expect(told('shop/frontend')).toEqual([
      'the internet can reach frontend on all ports, as nothing isolates it',
      '5 of 5 other pods can reach frontend; every one of them on all ports',
      'A new pod of its namespace can reach frontend on all ports, as nothing isolates it',
      'A new pod of any other namespace can reach frontend on all ports, as nothing isolates it',
      'A pod of a namespace that is not there yet can reach frontend on all ports, as nothing isolates it',
      'frontend can reach the internet on all ports, as nothing isolates it',
      'frontend can reach 4 of 5 other pods',
      'frontend can reach a new pod of its namespace on all ports, as nothing isolates it',
      'frontend can reach a new pod of any other namespace on all ports, as nothing isolates it',
      'frontend can reach a pod of a namespace that is not there yet on all ports, as nothing isolates it',
    ]);
  });

  test('of an isolated one is to whom its rules mean, and to new pods of a namespace that they name', () => {
    const lines = told('shop/db').filter((line) => line.includes('reach db'));
    expect(lines).toEqual([
      'Nobody on the internet can reach db',
      '2 of 6 other pods can reach db, and perhaps 1 more',
      'A new pod of its namespace cannot reach db',
      'A new pod of ops can reach db on 9187/TCP, by shop/db ingress[1]',
      'A new pod of kube-system, default cannot reach db',
      'A pod of a namespace that is not there yet cannot reach db',
    ]);
  });

  test('names the part of the internet that a rule names, with its place', () => {
    const policy = DB_POLICY.replace(
      /ingress:[^]*/,
      'ingress: [{ from: [{ ipBlock: { cidr: 203.0.0.0/8 } }], ports: [{ port: 443 }] }]\n',
    );
    const shop = pathShop({ 'db.yaml': policy });
    const exposure = exposureOf(shop, end(shop, 'shop/db'));
    const [first] = exposure === undefined ? [] : exposureLines(exposure);
    expect(first?.text).toBe('203.0.0.0/8 can reach db on 443/TCP, by shop/db ingress[0]');
    expect(first?.places).toMatchObject([{ uri: 'file:///db.yaml', path: 'spec.ingress[0]' }]);
  });

  test('names rules for pods that nobody is today', () => {
    const policy = DB_POLICY.replace('app: api', 'app: fronted');
    expect(told('shop/db', { 'db.yaml': policy })).toContain(
      'shop/db ingress[0] means pods that nobody is today: whoever comes with their labels is let in',
    );
  });

  test('counts a default-deny that waits for new pods', () => {
    const deny = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Egress] }
`;
    const lines = told('shop/db', { 'deny.yaml': deny });
    expect(lines).toContain('A new pod of its namespace cannot reach db');
    expect(lines).toContain(
      'A pod of a namespace that is not there yet can reach db on all ports, as nothing isolates it',
    );
  });

  test('of an address there is none', () => {
    const shop = pathShop();
    expect(exposureOf(shop, end(shop, '8.8.8.8'))).toBeUndefined();
  });
});

function told(of: string, policies?: Readonly<Record<string, string>>): readonly string[] {
  const shop = pathShop(policies);
  const exposure = exposureOf(shop, end(shop, of));
  return exposure === undefined ? [] : exposureLines(exposure).map(({ text }) => text);
}
