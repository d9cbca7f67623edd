import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bulkhead, folderOf } from '../support/commandLine.ts';
import { SHOP } from '../support/shop.ts';
import type { TemporaryFolder } from '../support/temporaryFolder.ts';

const MORE = `#- shop/agent.yaml
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: node-agent, namespace: shop }
spec:
  template:
    metadata: { labels: { app: agent } }
    spec: { hostNetwork: true, containers: [{ name: agent }] }
#- billing/deny.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: invoices, namespace: billing }
spec:
  template:
    metadata: { labels: { app: invoices } }
    spec: { containers: [{ name: invoices }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: billing }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: old, namespace: billing }
spec: { podSelector: { matchLabels: { app: gone } } }
#- chart/templates/web.yaml
kind: {{ .Values.kind }}
`;

let folder: TemporaryFolder;
beforeAll(() => {
  folder = folderOf(SHOP + MORE);
});
afterAll(() => folder.remove());

describe('coverage', () => {
  test('counts pods by namespace as JSON that programs read', async () => {
    const { status, stdout, stderr } = await bulkhead(['coverage', '.', '--format', 'json'], { cwd: folder.path });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      namespaces: [
        {
          name: 'billing',
          workloads: 1,
          pods: 1,
          ingress: { isolated: 1, open: 0, unknown: 0 },
          egress: { isolated: 1, open: 0, unknown: 0 },
          defaultDeny: { ingress: true, egress: true },
          unprotectable: [],
        },
        {
          name: 'shop',
          workloads: 4,
          pods: 7,
          ingress: { isolated: 1, open: 6, unknown: 0 },
          egress: { isolated: 0, open: 7, unknown: 0 },
          defaultDeny: { ingress: false, egress: false },
          unprotectable: [{ id: 'shop/node-agent[DaemonSet]', why: 'hostNetwork' }],
        },
      ],
      total: {
        pods: 8,
        ingress: { isolated: 2, open: 6, unknown: 0 },
        egress: { isolated: 1, open: 7, unknown: 0 },
      },
      policiesSelectingNothing: ['billing/old'],
      unknown: [
        {
          subject: 'shop/node-agent[DaemonSet]',
          why: 'how many pods it has is written nowhere; it counts as one',
        },
      ],
      notEvaluated: [{ file: 'chart/templates/web.yaml', why: 'template' }],
    });
  });

  test('is an aligned table for people', async () => {
    const { stdout } = await bulkhead(['coverage', '.'], { cwd: folder.path });
    expect(stdout).toMatchInlineSnapshot(`
      "namespace  workloads  pods  ingress isolated  egress isolated  default-deny
      billing            1     1            1 of 1           1 of 1  ingress, egress
      shop               4     7            1 of 7           0 of 7  no
      all                5     8            2 of 8           1 of 8

      on the node's network, beyond the API's promise: shop/node-agent[DaemonSet]
      select no pod: billing/old
      not certain: shop/node-agent[DaemonSet]: how many pods it has is written nowhere; it counts as one

      Ingress of 2 and egress of 1 of 8 pods is isolated. Of 2 namespaces 1 has default-deny for ingress, 1 for egress. 1 file not or not fully evaluated.
      "
    `);
  });

  test('is a table in Markdown', async () => {
    const { stdout } = await bulkhead(['coverage', '.', '--format', 'md'], { cwd: folder.path });
    expect(stdout).toContain('| billing | 1 | 1 | 1 of 1 | 1 of 1 | ingress, egress |\n');
    expect(stdout).toContain('- select no pod: billing/old\n');
  });

  test("pods on their node's network are pods like others where the caller says so", async () => {
    const { stdout } = await bulkhead(['coverage', '.', '--format', 'json', '--host-network', 'pods'], {
      cwd: folder.path,
    });
    const { namespaces } = JSON.parse(stdout) as { namespaces: { unprotectable: unknown[] }[] };
    expect(namespaces.flatMap(({ unprotectable }) => unprotectable)).toEqual([]);
  });

  test('says of a saved cluster what could not be read', async () => {
    const saved = folderOf(`#- saved.json\n${JSON.stringify(SAVED)}\n`);
    const { stdout } = await bulkhead(['coverage', '--snapshot', 'saved.json', '--format', 'json'], {
      cwd: saved.path,
    });
    saved.remove();
    const { namespaces, policiesSelectingNothing, unknown } = JSON.parse(stdout) as Record<string, unknown[]>;
    expect(namespaces).toMatchObject([{ name: 'vault', pods: 0, defaultDeny: { ingress: 'unknown' } }]);
    expect(policiesSelectingNothing).toEqual([]);
    expect(unknown).toEqual([{ subject: '*', why: 'me may not list pods' }]);
  });
});

/** Neither pods nor policies of the only namespace could be listed; one policy is known from elsewhere. */
const SAVED = {
  apiVersion: 'v1',
  kind: 'List',
  metadata: {
    annotations: {
      'bulkhead/coverage': JSON.stringify({
        coverage: [
          { kind: 'Namespace', group: '', status: { state: 'complete' } },
          { kind: 'Pod', group: '', namespace: 'vault', status: { state: 'forbidden', why: 'me may not list pods' } },
          { kind: 'Pod', group: '', namespace: 'shop', status: { state: 'complete' } },
          { kind: 'NetworkPolicy', group: 'networking.k8s.io', status: { state: 'forbidden', why: 'me may not' } },
        ],
      }),
    },
  },
  items: [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'vault' } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'deny', namespace: 'vault' },
      spec: { podSelector: {} },
    },
  ],
};
