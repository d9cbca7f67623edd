import { afterAll, describe, expect, test } from 'vitest';
import { bulkhead, folderOf } from '../support/commandLine.ts';

const folders: { remove: () => void }[] = [];
afterAll(() => folders.forEach((folder) => folder.remove()));

const SECRET = 'hunter2-very-secret';
const APP = `#- app/frontend.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: frontend, namespace: shop }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: frontend } }
    spec:
      containers:
      - name: main
        env:
        - name: DATABASE_URL
          value: "postgres://shop:${SECRET}@db:5432/${SECRET}"
#- app/db.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: main, ports: [{ containerPort: 5432 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
#- policies/db.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }] }] }
`;

function folder(): string {
  const made = folderOf(APP);
  folders.push(made);
  return made.path;
}

describe('diff', () => {
  test('names what the lost access is known to be needed for, and where that is written', async () => {
    const cwd = folder();
    const { status, stdout, stderr } = await bulkhead(['diff', 'app', 'policies', '--overlay', '--format', 'json'], {
      cwd,
    });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout).breaks).toEqual([
      {
        need: 'environment',
        text: 'DATABASE_URL of frontend',
        sureness: 'certain',
        verdict: 'deny',
        partly: false,
        lost: [
          {
            from: 'shop/frontend[Deployment]',
            to: 'shop/db[StatefulSet]',
            connections: [{ protocol: 'TCP', ports: '5432' }],
          },
        ],
        service: { namespace: 'shop', name: 'db', port: 5432 },
        evidence: { what: 'DATABASE_URL names Service shop/db', file: 'app/frontend.yaml', line: 12 },
        because: [{ policy: 'shop/db', file: 'policies/db.yaml', line: 3, direction: 'ingress' }],
      },
    ]);
  });

  test.each(['text', 'json', 'csv', 'md', 'dot', 'mermaid'])('says nothing of a value in %s', async (format) => {
    const cwd = folder();
    const { stdout, stderr } = await bulkhead(['diff', 'app', 'policies', '--overlay', '--format', format], { cwd });
    expect(stdout).toContain('frontend');
    expect(stdout + stderr).not.toContain(SECRET);
  });

  test('tells people in a line of its own', async () => {
    const cwd = folder();
    const { stdout } = await bulkhead(['diff', 'app', 'policies', '--overlay'], { cwd });
    expect(stdout).toContain(
      'breaks     DATABASE_URL of frontend  DATABASE_URL names Service shop/db (app/frontend.yaml:13)',
    );
  });

  test('breaks nothing where the later state needs it no more', async () => {
    const cwd = folder();
    const { stdout } = await bulkhead(['diff', 'app', 'app/db.yaml,policies', '--format', 'json'], { cwd });
    expect(JSON.parse(stdout).breaks).toEqual([]);
  });
});
