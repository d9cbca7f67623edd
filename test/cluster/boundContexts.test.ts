/** Two clusters behind one folder: the files of `clusters/dev` and `clusters/prod` are each answered and applied there. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApplyPreview, PreviewParams } from '../../server/src/protocol/apply.ts';
import { PREVIEW_APPLY, SEND_APPLY } from '../../server/src/protocol/methods.ts';
import { openFolder, type OpenFolder } from '../support/openFolder.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { addPod, connectContext } from './connectedEditor.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';
import { kubeconfigOf } from './kubeconfigOf.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const BINDINGS = `contexts:
- { files: ["clusters/dev/**"], context: dev }
- { files: ["clusters/prod/**"], context: prod }
`;
/** Of one name in both, as overlays of one base are. */
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }
`;
const [DEV, PROD] = ['clusters/dev/web.yaml', 'clusters/prod/web.yaml'] as const;

describe.skipIf(unavailable !== undefined)(
  `a folder with a context for each environment${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let dev: ControlPlane;
    let prod: ControlPlane;
    let opened: OpenFolder;
    let storage: TemporaryFolder;
    beforeAll(async () => {
      [dev, prod] = await Promise.all([startControlPlane(), startControlPlane()]);
      for (const cluster of [dev, prod]) {
        await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
        await addPod(cluster, 'web-1', 'web', '10.1.0.1');
      }
      await addPod(prod, 'web-2', 'web', '10.1.0.2');
    }, 600_000);
    beforeEach(async () => {
      storage = temporaryFolder('bound-storage');
      const files = {
        'bulkhead.yaml': BINDINGS,
        'k/config': kubeconfigOf({ dev: { cluster: dev }, prod: { cluster: prod } }),
      };
      opened = await openFolder(
        { ...files, [DEV]: POLICY, [PROD]: POLICY },
        { initializationOptions: { storage: storage.path } },
      );
      const { lsp, path, uri } = opened;
      await lsp.changeSettings({ kubeconfig: path('k/config') });
      for (const name of [DEV, PROD]) await lsp.open(uri(name), POLICY);
      expect(await connectContext(opened, 'dev')).toEqual({ ok: true });
      expect(await connectContext(opened, 'prod')).toEqual({ ok: true, kept: ['dev'] });
      await lsp.until(() => lsp.statuses.at(-1)?.busy === false);
    });
    afterEach(async () => {
      await opened.close();
      storage.remove();
      for (const cluster of [dev, prod]) await cluster.request('DELETE', POLICIES);
    });
    afterAll(async () => {
      await dev.stop();
      await prod.stop();
    });

    it('answers each file from its own cluster, and follows both', async () => {
      await lensSays(DEV, 'Isolates ingress of 1 pod (web-1)', 'live: dev', 'Not applied yet');
      await lensSays(PROD, 'Isolates ingress of 2 pods (web-1, web-2)', 'live: prod', 'Not applied yet');
      await addPod(dev, 'web-9', 'web', '10.1.0.9');
      await lensSays(DEV, 'Isolates ingress of 2 pods (web-1, web-9)');
      await dev.request('DELETE', '/api/v1/namespaces/shop/pods/web-9?gracePeriodSeconds=0');
      await lensSays(DEV, 'Isolates ingress of 1 pod (web-1)');
      await lensSays(PROD, 'Isolates ingress of 2 pods (web-1, web-2)');
    });

    it('applies a file to its own cluster, whichever was chosen last, and says which', async () => {
      const shown = await preview({ uris: [opened.uri(DEV)] });
      expect(shown).toMatchObject({ context: 'dev', server: dev.url, protection: 'none' });
      await send(shown);
      expect([await isThere(dev), await isThere(prod)]).toEqual([true, false]);
      await lensSays(PROD, 'Not applied yet');
      expect(await preview({ uris: [opened.uri(PROD)] })).toMatchObject({ context: 'prod', protection: 'typed' });
    });

    it('rolls back in the cluster in which something was changed last', async () => {
      await send(await preview({ uris: [opened.uri(PROD)] }));
      await send(await preview({ uris: [opened.uri(DEV)] }));
      const folder = opened.uri('').replace(/\/$/, '');
      const back = await preview({ action: 'rollBack', uris: [folder] });
      expect(back).toMatchObject({ context: 'dev', steps: [{ key: 'shop/web', change: 'delete' }] });
      await send(back);
      expect([await isThere(dev), await isThere(prod)]).toEqual([false, true]);
      expect(await preview({ action: 'rollBack', uris: [folder] })).toMatchObject({ context: 'prod' });
    });

    it('undoes what was applied from a file in the cluster of that file', async () => {
      await send(await preview({ uris: [opened.uri(DEV)] }));
      await send(await preview({ uris: [opened.uri(PROD)] }));
      expect(await preview({ action: 'rollBack', uris: [opened.uri(DEV)] })).toMatchObject({ context: 'dev' });
    });

    it('guards a change in the cluster of its file, and rolls it back there', async () => {
      const { lsp, uri } = opened;
      const { id } = await preview({ uris: [uri(DEV)] });
      const answer = await lsp.request(SEND_APPLY, { id, stopAtError: true, guardSeconds: 2 });
      expect(answer).toMatchObject({ changed: true, guard: expect.any(String) });
      expect([await isThere(dev), await isThere(prod)]).toEqual([true, false]);
      await lsp.until(() => lsp.guards.at(-1)?.state === 'ended');
      expect(lsp.guards.at(-1)?.text).toContain('shop/web in dev: rolled back');
      expect(await isThere(dev)).toBe(false);
    });

    it('takes a folder whose files are meant for one, and refuses files of both at once', async () => {
      expect(await preview({ uris: [opened.uri('clusters/prod')] })).toMatchObject({
        context: 'prod',
        steps: [{ key: 'shop/web', uri: opened.uri(PROD) }],
      });
      const answer = await opened.lsp.request(PREVIEW_APPLY, { action: 'apply', uris: [opened.uri('clusters')] });
      expect(answer).toEqual({
        problem: 'What was chosen is meant for dev and for prod (bulkhead.yaml). Choose files of one.',
      });
    });

    async function lensSays(name: string, ...parts: readonly string[]): Promise<void> {
      const { lsp, uri } = opened;
      await lsp.until(async () => {
        const shown = (await lsp.lenses(uri(name))).join('\n');
        return parts.every((part) => shown.includes(part));
      });
    }

    async function preview(params: Partial<PreviewParams>): Promise<ApplyPreview> {
      const answer = await opened.lsp.request(PREVIEW_APPLY, { action: 'apply', uris: [], ...params });
      if ('problem' in answer) throw new Error(answer.problem);
      return answer;
    }

    async function send({ id }: ApplyPreview): Promise<void> {
      expect(await opened.lsp.request(SEND_APPLY, { id, stopAtError: true })).toMatchObject({ changed: true });
    }

    async function isThere(cluster: ControlPlane): Promise<boolean> {
      return (await cluster.request('GET', `${POLICIES}/web`)).status === 200;
    }
  },
);
