/** The built language server over a real API server: what an editor is told follows the cluster, and its rights. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LIVE_POLICY, OBJECT, REFRESH } from '../../server/src/protocol/methods.ts';
import { objectOfQuery } from '../../server/src/protocol/objects.ts';
import { EXPLAIN_PATH } from '../../server/src/protocol/path.ts';
import type { OpenFolder } from '../support/openFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { addPod, connectedEditor } from './connectedEditor.ts';
import { startControlPlane, type ControlPlane, type User } from './controlPlane.ts';

const unavailable = controlPlaneUnavailable();
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Ingress]
`;

/** An API with policies that are not evaluated. */
const CILIUM = {
  metadata: { name: 'ciliumnetworkpolicies.cilium.io' },
  spec: {
    group: 'cilium.io',
    scope: 'Namespaced',
    names: { plural: 'ciliumnetworkpolicies', singular: 'ciliumnetworkpolicy', kind: 'CiliumNetworkPolicy' },
    versions: [
      {
        name: 'v2',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

const EVERYTHING = { start: { line: 0, character: 0 }, end: { line: POLICY.split('\n').length, character: 0 } };

describe.skipIf(unavailable !== undefined)(
  `an editor and a live cluster${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    let opened: OpenFolder | undefined;
    beforeAll(async () => {
      cluster = await startControlPlane();
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
    }, 600_000);
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });
    afterAll(() => cluster.stop());

    it('counts a pod in lens and hover as soon as the API server has it, and no longer when it is gone', async () => {
      const { lsp, uri } = await connected('admin');
      await lensSays('live: admin');
      await addPod(cluster, 'web-1', 'web', '10.1.0.1');
      await lensSays('Isolates ingress of 1 pod (web-1)');
      expect(await lsp.hover(uri('web.yaml'), 'podSelector')).toContain('**Selects 1 pod of 1 workload**');
      await addPod(cluster, 'web-2', 'web', '10.1.0.2');
      await lensSays('Isolates ingress of 2 pods');
      expect(await lsp.hover(uri('web.yaml'), 'podSelector')).toContain('live: admin');
      await cluster.request('DELETE', '/api/v1/namespaces/shop/pods/web-1?gracePeriodSeconds=0');
      await lensSays('Isolates ingress of 1 pod (web-2)');
    });

    it('says that a user may not list pods, and calls nothing missing', async () => {
      const { lsp, uri } = await connected('viewer');
      await lensSays('may not list pods');
      expect(await lsp.hover(uri('web.yaml'), 'podSelector')).toContain('list and watch pods');
      expect((await lsp.diagnostics(uri('web.yaml'))).map(({ code }) => code)).toEqual([]);
      await lsp.until(() => lsp.statuses.at(-1)?.problems.some((problem) => /\bPod\b|\bpods\b/.test(problem)) === true);
    });

    it('says that a policy is not applied, that it differs, and nothing once they are the same', async () => {
      const path = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
      const { lsp, uri } = await connected('admin');
      await lensSays('Not applied yet');
      const spec = { podSelector: { matchLabels: { app: 'web' } }, egress: [{ ports: [{ port: 53 }] }] };
      expect((await cluster.request('POST', path, { metadata: { name: 'web' }, spec })).status).toBe(201);
      await lensSays('Differs from the cluster');
      expect(await lsp.hover(uri('web.yaml'), 'name: web')).toContain(
        '**Differs from admin**: there it isolates egress, egress rule 1 is only there',
      );
      const found = await lsp.request(LIVE_POLICY, { uri: uri('web.yaml'), policy: 'shop/web' });
      const inDocument =
        'inDocument' in found ? objectOfQuery(decodeURIComponent(found.inDocument.split('?')[1] ?? '')) : undefined;
      if (inDocument === undefined) throw new Error('there is nothing to compare with');
      // The server has filled in what the request left out.
      const { text } = await lsp.request(OBJECT, inDocument);
      expect(text).toMatch(/egress:\n +- ports:\n +- (?:port: 53\n +protocol: TCP|protocol: TCP\n +port: 53)\n/);
      await lsp.edit(uri('web.yaml'), EVERYTHING, text);
      await lsp.until(async () => !(await lsp.lenses(uri('web.yaml'))).join('\n').includes('Differs'));
      await cluster.request('DELETE', `${path}/web`);
      await lensSays('Not applied yet');
    });

    it('knows no verdict any more that a policy of another API could change, and names it', async () => {
      const path = '/api/v1/namespaces/shop/pods';
      for (const [name, ip] of [
        ['web-9', '10.1.0.9'],
        ['client-9', '10.1.0.8'],
      ] as const) {
        await addPod(cluster, name, name.replace('-9', ''), ip);
      }
      const { lsp, uri } = await connected('admin');
      const ask = async () => {
        const asked = { folder: '', uri: uri('web.yaml'), from: 'shop/client-9', to: 'shop/web-9', port: 80 };
        return (await lsp.request(EXPLAIN_PATH, asked)).answer;
      };
      await lsp.until(async () => (await ask())?.verdict === 'deny');
      await cluster.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', CILIUM);
      const policies = '/apis/cilium.io/v2/namespaces/shop/ciliumnetworkpolicies';
      const l7 = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'l7' } };
      let made = 0;
      await lsp.until(async () => {
        if (made !== 201) made = (await cluster.request('POST', policies, l7)).status;
        if (made !== 201) return false;
        await lsp.request(REFRESH, {});
        return (await ask())?.verdict === 'unknown';
      });
      expect(JSON.stringify(await ask())).toContain('CiliumNetworkPolicy shop/l7 is not evaluated');
      for (const name of ['web-9', 'client-9']) await cluster.request('DELETE', `${path}/${name}?gracePeriodSeconds=0`);
    });

    async function connected(user: User): Promise<OpenFolder> {
      return (opened = await connectedEditor(cluster, user, { 'web.yaml': POLICY }));
    }

    async function lensSays(text: string): Promise<void> {
      const { lsp, uri } = opened as OpenFolder;
      await lsp.until(async () => (await lsp.lenses(uri('web.yaml'))).join('\n').includes(text));
    }
  },
);
