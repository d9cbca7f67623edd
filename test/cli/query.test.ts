import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bulkhead, folderOf } from '../support/commandLine.ts';
import { SHOP, WEB_TO_DB } from '../support/shop.ts';
import type { TemporaryFolder } from '../support/temporaryFolder.ts';

let shop: TemporaryFolder;
beforeAll(() => {
  shop = folderOf(SHOP);
});
afterAll(() => shop.remove());

const allowedByNobody = { verdict: 'allow', by: [] };

describe('query', () => {
  test.each([
    [
      'a rule allows',
      { from: 'shop/api', to: 'shop/db', protocol: 'TCP', port: 5432 },
      {
        verdict: 'allow',
        egress: allowedByNobody,
        ingress: {
          verdict: 'allow',
          by: [{ policy: 'shop/db', kind: 'NetworkPolicy', rule: 0, peer: 0, effect: 'allow' }],
        },
      },
    ],
    [
      'isolated, and no rule allows',
      { from: 'shop/web[Deployment]', to: 'shop/db', protocol: 'TCP', port: 5432 },
      {
        verdict: 'deny',
        egress: allowedByNobody,
        ingress: { verdict: 'deny', by: [{ policy: 'shop/db', kind: 'NetworkPolicy', effect: 'deny' }] },
      },
    ],
    [
      'from outside to a pod that nothing isolates',
      { from: '203.0.113.9', to: 'shop/web', protocol: 'UDP', port: 53 },
      { verdict: 'allow', egress: allowedByNobody, ingress: allowedByNobody },
    ],
  ])('%s', async (_name, query, expected) => {
    const { status, stdout } = await bulkhead(['query', shop.path, '--queries', '-', '--format', 'json'], {
      stdin: JSON.stringify(query),
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  test('a name that nothing has is unknown, never a guess', async () => {
    const stdin = JSON.stringify({ from: 'shop/nobody', to: 'shop/db', protocol: 'TCP', port: 1 });
    const { stdout } = await bulkhead(['query', shop.path, '--queries', '-', '--format', 'json'], { stdin });
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'unknown',
      why: 'no pod, workload or address is called shop/nobody',
    });
  });

  test('answers stand in the order of the queries, and --fail-on deny makes the status', async () => {
    const line = (port: number): string => JSON.stringify({ from: 'shop/api', to: 'shop/db', protocol: 'TCP', port });
    const stdin = `${line(5432)}\n\n${line(1)}\n`;
    const { status, stdout } = await bulkhead(['query', shop.path, '--queries', '-', '--fail-on', 'deny'], { stdin });
    expect(status).toBe(1);
    expect(stdout.split('\n').map((row) => row.slice(0, 5))).toEqual(['ALLOW', 'DENY ', '']);
  });

  test('a line that is no query is named with its number', async () => {
    const { status, stderr } = await bulkhead(['query', shop.path, '--queries', '-'], { stdin: '\nnonsense\n' });
    expect(status).toBe(2);
    expect(stderr).toContain('-:2: not a query');
  });
});

describe('explain', () => {
  test('says which policy isolates and what its rules let in', async () => {
    const { status, stdout } = await bulkhead(['explain', shop.path, ...WEB_TO_DB]);
    expect(status).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "DENY  shop/web → shop/db 5432/TCP
        egress   allowed: nothing isolates egress of web
        ingress  denied: shop/db isolates db; its 1 rule lets in
                    1  shop/api  5432/TCP
                       (web has app=web, and the rule asks for app=api)
      "
    `);
  });

  test('refuses a port without a number', async () => {
    const { status, stderr } = await bulkhead(['explain', shop.path, '--from', 'a/b', '--to', 'c/d', '--port', 'http']);
    expect(status).toBe(2);
    expect(stderr).toContain('5432/TCP');
  });
});
