/** Several objects at once, on a real API server: their order, what is left alone, what fails, and what is refused. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApplyPreview, PreviewParams, SendAnswer } from '../../server/src/protocol/apply.ts';
import { PREVIEW_APPLY, SEND_APPLY } from '../../server/src/protocol/methods.ts';
import type { HarnessOptions } from '../support/lspHarness.ts';
import { openFolder, type OpenFolder } from '../support/openFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { addPod, connectedEditor } from './connectedEditor.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const policy = (name: string, spec: string, namespace = 'shop'): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
const DENY = policy('deny', '{ podSelector: {}, policyTypes: [Ingress] }');
const ALLOW = policy('web', '{ podSelector: { matchLabels: { app: web } }, ingress: [{}] }');
const CLIENT = policy('client', '{ podSelector: { matchLabels: { app: client } }, ingress: [{}] }');
const documents = (...texts: readonly string[]): string => texts.join('---\n');

describe.skipIf(unavailable !== undefined)(
  `several objects that an editor applies${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    let opened: OpenFolder | undefined;
    beforeAll(async () => {
      cluster = await startControlPlane();
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      await addPod(cluster, 'web-1', 'web', '10.1.0.1');
      await addPod(cluster, 'client-1', 'client', '10.1.0.2');
    }, 600_000);
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
      await cluster.request('DELETE', POLICIES);
    });
    afterAll(() => cluster.stop());

    it('go in an order in which nothing that stays open is closed for a moment', async () => {
      await connected(documents(DENY, ALLOW, CLIENT));
      const shown = await preview();
      expect(shown.steps.map(({ key }) => key).at(-1)).toBe('shop/deny');
      expect(shown.gap).toBeUndefined();
      expect(await send(shown)).toMatchObject({ changed: true, results: [{ outcome: 'applied' }, {}, {}] });
    });

    it('are those that the selected lines touch, or the one of a lens', async () => {
      const { uri } = await connected(documents(DENY, ALLOW, CLIENT));
      const line = documents(DENY).split('\n').length + 1;
      expect((await preview({ lines: [{ start: line, end: line }] })).steps).toMatchObject([{ key: 'shop/web' }]);
      expect((await preview({ policies: ['shop/client'] })).steps).toMatchObject([{ key: 'shop/client' }]);
      expect((await preview({ uris: [uri('').replace(/\/$/, '')] })).steps).toHaveLength(3);
    });

    it('leave other kinds alone, and Namespaces unless they are ticked', async () => {
      const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: fresh }\n';
      const service =
        'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { ports: [{ port: 80 }] }\n';
      const fresh = policy('web', '{ podSelector: {} }', 'fresh');
      await connected(documents(namespace, service, fresh));
      const without = await preview();
      expect(without).toMatchObject({ leftAlone: '1 Service is left alone', namespaces: ['fresh'], steps: [] });
      expect(without.refused).toMatchObject([{ name: 'fresh/web', why: expect.stringContaining('fresh') }]);
      const ticked = await preview({ namespaces: ['fresh'] });
      expect(ticked.steps).toMatchObject([
        { key: 'fresh', kind: 'Namespace', change: 'create' },
        { key: 'fresh/web', change: 'create', notes: ['The server tries it once its Namespace is there'] },
      ]);
      expect(await send(ticked)).toMatchObject({
        results: [
          { key: 'fresh', outcome: 'applied' },
          { key: 'fresh/web', outcome: 'applied' },
        ],
      });
    });

    it('stop at the first that is refused, or go on, as the person chose', async () => {
      await connected(documents(ALLOW, CLIENT));
      const first = await preview();
      // Somebody makes the first one in between: what was previewed is not so any more.
      const [one, two] = first.steps.map(({ name }) => name);
      await cluster.request('POST', POLICIES, one === 'web' ? ALLOW : CLIENT, { contentType: 'application/yaml' });
      expect(await send(first)).toMatchObject({
        changed: false,
        results: [{ outcome: 'moved', text: expect.stringContaining('meanwhile') }, { outcome: 'notSent' }],
      });
      await cluster.request('DELETE', POLICIES);
      const second = await preview();
      await cluster.request('POST', POLICIES, one === 'web' ? ALLOW : CLIENT, { contentType: 'application/yaml' });
      expect(await send(second, false)).toMatchObject({
        changed: true,
        results: [{ outcome: 'moved' }, { key: `shop/${two}`, outcome: 'applied' }],
      });
    });

    it('are deleted, too, with what that opens', async () => {
      await cluster.request('POST', POLICIES, DENY, { contentType: 'application/yaml' });
      await connected(DENY);
      const shown = await preview({ action: 'delete' });
      expect(shown.steps).toMatchObject([{ key: 'shop/deny', change: 'delete' }]);
      expect(shown.effect.gained).toContain('shop/client-1 → shop/web-1  all ports');
      expect(await send(shown)).toMatchObject({ results: [{ text: 'shop/deny is deleted' }] });
      expect((await preview({ action: 'delete' })).steps).toEqual([]);
    });

    it.each([
      ['a template', 'kind: NetworkPolicy\nmetadata: { name: {{ .Values.name }} }\n', 'template engine'],
      ['a placeholder', policy('web', '{ podSelector: { matchLabels: { app: "${APP}" } } }'), 'placeholder'],
      ['broken YAML', 'kind: NetworkPolicy\nspec: [\n', 'cannot be read as YAML'],
    ])('are refused as %s, each with one sentence', async (_, text, why) => {
      await connected(text);
      const { steps, refused } = await preview();
      expect(steps).toEqual([]);
      expect(refused).toMatchObject([{ why: expect.stringContaining(why) }]);
    });

    it('are refused where Kustomize would make something else of them', async () => {
      await connected(ALLOW, { 'kustomization.yaml': 'namePrefix: my-\nresources: [web.yaml]\n' });
      await expect(preview()).rejects.toThrow('render the overlay');
    });

    it('ask for the name of a protected context, or may not be sent at all', async () => {
      await connected(ALLOW, {}, { settings: { apply: { protectedContexts: ['adm*'] } } });
      expect(await preview()).toMatchObject({ protection: 'typed' });
    });

    it('are contacted by nobody in a workspace that is not trusted', async () => {
      opened = await openFolder({ 'web.yaml': ALLOW }, { initializationOptions: { trusted: false } });
      await expect(preview()).rejects.toThrow('not trusted');
    });

    async function preview(params: Partial<PreviewParams> = {}): Promise<ApplyPreview> {
      const { lsp, uri } = opened as OpenFolder;
      const answer = await lsp.request(PREVIEW_APPLY, { action: 'apply', uris: [uri('web.yaml')], ...params });
      if ('problem' in answer) throw new Error(answer.problem);
      return answer;
    }

    function send({ id }: ApplyPreview, stopAtError = true): Promise<SendAnswer> {
      return (opened as OpenFolder).lsp.request(SEND_APPLY, { id, stopAtError });
    }

    async function connected(
      text: string,
      files: Readonly<Record<string, string>> = {},
      options: HarnessOptions = {},
    ): Promise<OpenFolder> {
      opened = await connectedEditor(cluster, 'admin', { ...files, 'web.yaml': text }, options);
      await opened.lsp.until(() => opened?.lsp.statuses.at(-1)?.busy === false);
      return opened;
    }
  },
);
