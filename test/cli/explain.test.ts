/** `bulkhead explain` with Services, pasted error lines, proposals and probes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bulkhead, folderOf } from '../support/commandLine.ts';
import { SHOP, WEB_TO_DB } from '../support/shop.ts';
import type { TemporaryFolder } from '../support/temporaryFolder.ts';

const SERVICES = `#- shop/services.yaml
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.96.0.7, selector: { app: db }, ports: [{ port: 15432, targetPort: 5432 }] }
---
apiVersion: v1
kind: Service
metadata: { name: front, namespace: shop }
spec: { selector: { app: web }, ports: [{ name: a, port: 80 }, { name: b, port: 443 }] }
`;

let shop: TemporaryFolder;
beforeAll(() => {
  shop = folderOf(SHOP + SERVICES);
});
afterAll(() => shop.remove());

/** The folder's own name is another one in every run. */
const explain = async (...args: readonly string[]): Promise<{ status: number | null; text: string }> => {
  const { status, stdout, stderr } = await bulkhead(['explain', shop.path, ...args]);
  return { status, text: (stdout + stderr).replaceAll(`${shop.path}/`, '') };
};

describe('explain', () => {
  test('translates a Service to its pods and their port', async () => {
    expect(await explain('--from', 'shop/api', '--to', 'db.shop:15432')).toEqual({
      status: 0,
      text: `ALLOW  shop/api → db.shop:15432 15432/TCP
  note     Service db:15432 leads to db: 1 pod on 5432/TCP
  egress   allowed: nothing isolates egress of api
  ingress  allowed: shop/db ingress[0].from[0]
`,
    });
  });

  test('reads a pasted line, and says what it shows', async () => {
    const { text } = await explain('--from', 'shop/web', '--error', 'dial tcp 10.96.0.7:15432: i/o timeout');
    expect(text).toMatchInlineSnapshot(`
      "DENY  shop/web → shop/db[Service] 15432/TCP
        note     Nothing came back from 10.96.0.7:15432/TCP, as where a policy drops packets
        note     10.96.0.7 is the address of Service shop/db
        note     Service db:15432 leads to db: 1 pod on 5432/TCP
        egress   allowed: nothing isolates egress of web
        ingress  denied: shop/db isolates db; its 1 rule lets in
                    1  shop/api  5432/TCP
                       (web has app=web, and the rule asks for app=api)
      "
    `);
  });

  test('proposes the smallest edit and writes nothing', async () => {
    const before = readFileSync(join(shop.path, 'shop/db.yaml'), 'utf8');
    const { text } = await explain(...WEB_TO_DB, '--propose', 'allow');
    expect(text.slice(text.indexOf('To allow it'))).toMatchInlineSnapshot(`
      "To allow it
        1  Add a peer to ingress[0] of shop/db
           Changes nothing else
           shop/db.yaml
             …
                 podSelector: { matchLabels: { app: db } }
                 ingress:
             -   - from: [{ podSelector: { matchLabels: { app: api } } }]
             +   - from: [{ podSelector: { matchLabels: { app: api } } }, { podSelector: { matchLabels: { app: web } } }]
                   ports: [{ port: 5432 }]
        2  Add an ingress rule to shop/db
           Changes nothing else
        3  Add policy shop/db-allow-from-web, which lets this in
           Changes nothing else
      "
    `);
    expect(readFileSync(join(shop.path, 'shop/db.yaml'), 'utf8')).toBe(before);
  });

  test('gives the same as data, beside what the contract names', async () => {
    const { text } = await explain(...WEB_TO_DB, '--propose', 'allow', '--format', 'json');
    expect(JSON.parse(text)).toMatchObject({
      verdict: 'deny',
      ingress: { verdict: 'deny', by: [{ policy: 'shop/db', kind: 'NetworkPolicy', effect: 'deny' }] },
      from: 'shop/web[Deployment]',
      groups: [
        {
          port: 5432,
          ingress: {
            policies: [
              {
                policy: 'shop/db',
                file: 'shop/db.yaml',
                line: 11,
                rules: [{ outcome: 'no', why: 'web has app=web, and the rule asks for app=api', line: 15 }],
              },
            ],
          },
        },
      ],
      proposals: {
        wanted: 'allow',
        edits: [{ opened: { pods: 0, outside: 0 }, files: [{ file: 'shop/db.yaml' }] }, {}, {}],
      },
    });
  });

  test('of several kinds of pods is answered by kind', async () => {
    const { text } = await explain('--from', 'shop/*', '--to', 'shop/db', '--port', '5432', '--format', 'json');
    expect(JSON.parse(text)).toMatchObject({
      verdict: 'unknown',
      why: 'the answer is not the same for all pods; name one pod',
      groups: [{ verdict: 'deny' }, { verdict: 'allow' }],
    });
  });

  test('gives a command to try it, and says where there is none', async () => {
    const { text } = await explain('--from', 'shop/web', '--to', 'db.shop:15432', '--probe');
    expect(text).toContain('    kubectl --namespace=shop exec deployment/web -- nc -zv -w 5 10.96.0.7 15432\n');
  });

  test('of a snapshot’s policies proposes a file of its own, and says what it cannot change', async () => {
    const pod = (name: string): object => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop', labels: { app: name } },
      spec: { containers: [{ name }] },
      status: { phase: 'Running', podIP: name === 'a' ? '10.2.0.1' : '10.2.0.2' },
    });
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'b', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'b' } }, ingress: [{ ports: [{ port: 80 }] }] },
    };
    const saved = folderOf(
      `#- saved.json\n${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod('a'), pod('b'), policy] })}\n`,
    );
    const ask = async (...args: readonly string[]): Promise<string> => {
      const ends = ['--from', 'shop/a', '--to', '10.2.0.2', ...args];
      return (await bulkhead(['explain', '--snapshot', join(saved.path, 'saved.json'), ...ends])).stdout;
    };
    expect(await ask('--port', '81', '--propose', 'allow')).toContain('     b-allow-from-a.yaml (a new file)\n');
    expect(await ask('--port', '80', '--propose', 'deny')).toContain(
      'shop/b lets this in, and is not written in these files as the cluster has it',
    );
    expect(await ask('--port', '80', '--probe')).toContain('kubectl --namespace=shop debug pod/a -i');
    saved.remove();
  });

  test.each([
    [['--to', 'shop/db', '--port', '1'], 'Name the source with --from.'],
    [['--from', 'shop/web', '--port', '1'], 'Name the destination with --to.'],
    [['--from', 'shop/web', '--to', 'shop/db'], 'Name a port, such as --port 5432/TCP.'],
    [['--from', 'shop/web', '--to', 'front.shop'], 'Name a port with --port: 80/TCP or 443/TCP.'],
    [['--from', 'shop/web', '--error', 'it broke'], 'names no host and no address'],
  ])('%j is no question', async (args, says) => {
    const { status, text } = await explain(...args);
    expect(status).toBe(2);
    expect(text).toContain(says);
  });

  test('of a name that nothing has is unknown, never a guess', async () => {
    const { status, text } = await explain(
      '--from',
      'shop/nobody',
      '--to',
      'shop/db',
      '--port',
      '1',
      '--fail-on',
      'unknown',
    );
    expect(status).toBe(1);
    expect(text).toBe('UNKNOWN  shop/nobody → shop/db\n  no pod, workload or address is called shop/nobody\n');
  });
});
