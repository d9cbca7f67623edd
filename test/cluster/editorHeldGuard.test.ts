/** Where only a person can sign in, the language server itself holds a guarded change of a real API server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findGuards, pendingGuards } from '../../server/src/guard/findGuards.ts';
import type { SendAnswer, SendParams } from '../../server/src/protocol/apply.ts';
import { DECIDE_GUARD, PREVIEW_APPLY, SEND_APPLY } from '../../server/src/protocol/methods.ts';
import type { OpenFolder } from '../support/openFolder.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { connectedEditor } from './connectedEditor.ts';
import { startControlPlane, type ControlPlane, type User } from './controlPlane.ts';
import { endHelpers } from './guardedChange.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const CLOSED = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;

describe.skipIf(unavailable !== undefined)(
  `a guard that the editor holds${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    let place: TemporaryFolder;
    let opened: OpenFolder | undefined;
    beforeAll(async () => {
      cluster = await startControlPlane();
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
    }, 600_000);
    afterAll(() => cluster.stop());
    beforeEach(() => {
      place = temporaryFolder('editor-held');
    });
    afterEach(async () => {
      await close();
      endHelpers(place.path);
      place.remove();
      await cluster.request('DELETE', POLICIES);
    });

    async function close(): Promise<void> {
      await opened?.close();
      opened = undefined;
    }

    /** Signed in by a program that asks a person each time; the person enters the code at once. */
    async function connected(user: User = 'admin'): Promise<OpenFolder> {
      const program = join(place.path, 'login');
      const credential = {
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        status: { token: `${user}-token` },
      };
      const asks = 'echo "Open https://login.example/device and enter the code ABCD-EFGH" >&2';
      // Time for whoever has to hear of it before it is over.
      writeFileSync(program, `#!/bin/sh\n${asks}\nsleep 1\necho '${JSON.stringify(credential)}'\n`, { mode: 0o700 });
      const exec = `exec: { apiVersion: client.authentication.k8s.io/v1, command: '${program}', interactiveMode: IfAvailable }`;
      const config = cluster.kubeconfig(user, 'shop').replace(`token: ${user}-token`, exec);
      const folder = await connectedEditor(
        cluster,
        user,
        { 'web.yaml': CLOSED, 'k/config': config },
        { initializationOptions: { storage: place.path } },
      );
      opened = folder;
      await folder.lsp.until(() => folder.lsp.statuses.at(-1)?.busy === false);
      return folder;
    }

    async function preview(): Promise<string> {
      const { lsp, uri } = opened as OpenFolder;
      const answer = await lsp.request(PREVIEW_APPLY, { action: 'apply', uris: [uri('web.yaml')] });
      if ('problem' in answer) throw new Error(answer.problem);
      return answer.id;
    }

    const send = (id: string, more: Partial<SendParams>): Promise<SendAnswer> =>
      (opened as OpenFolder).lsp.request(SEND_APPLY, { id, stopAtError: true, ...more });
    const isThere = async (): Promise<boolean> => (await cluster.request('GET', `${POLICIES}/web`)).status === 200;

    it('is offered where the process of its own would have to ask a person, and rolls back at its deadline', async () => {
      const { lsp } = await connected();
      const id = await preview();
      expect(await send(id, { guardSeconds: 3 })).toEqual({
        problem: 'The login program asks a person to sign in.',
        guardProblem: true,
        guardHere: true,
      });
      expect(await isThere()).toBe(false);
      const asked = lsp.loginPrompts.length;
      expect(await send(id, { guardSeconds: 3, guardBy: 'editor' })).toMatchObject({
        changed: true,
        guard: expect.any(String),
        guardNote:
          'It is rolled back only while this editor runs: if it is closed before, the next start asks what to do.',
      });
      expect(lsp.loginPrompts.slice(asked)).toMatchObject([{ context: 'admin', prompt: { code: 'ABCD-EFGH' } }, {}]);
      expect(await isThere()).toBe(true);
      await lsp.until(() => lsp.guards.at(-1)?.state === 'ended');
      const counting = lsp.guards.find(({ state }) => state === 'counting');
      expect(counting?.observed).toContain('It is rolled back only while this editor runs');
      expect(lsp.guards.at(-1)?.text).toContain('shop/web in admin: rolled back.');
      expect(await isThere()).toBe(false);
    });

    it('stays where it is kept', async () => {
      const { lsp } = await connected();
      const answer = await send(await preview(), { guardSeconds: 60, guardBy: 'editor' });
      const id = 'guard' in answer ? (answer.guard ?? '') : '';
      expect(await lsp.request(DECIDE_GUARD, { id, decision: 'keep' })).toMatchObject({ done: true });
      await lsp.until(() => lsp.guards.at(-1)?.state === 'ended');
      expect(await isThere()).toBe(true);
    });

    it('is asked about at the next start where the editor was closed, and rolled back from there', async () => {
      await connected();
      const answer = await send(await preview(), { guardSeconds: 60, guardBy: 'editor' });
      expect(answer).toMatchObject({ changed: true });
      const [held] = await findGuards(place.path);
      expect(held).toMatchObject({ isHeld: true, record: { holder: 'editor', state: 'written' } });
      await close();
      expect(await pendingGuards(place.path)).toMatchObject([{ isHeld: false }]);
      expect(await isThere()).toBe(true);
      const { lsp } = await connected();
      const id = held?.record.id ?? '';
      expect(await lsp.request(DECIDE_GUARD, { id, decision: 'rollBack' })).toMatchObject({ done: true });
      await lsp.until(() => lsp.guards.at(-1)?.state === 'ended');
      expect(await isThere()).toBe(false);
    });

    it('is not offered where a right is missing, which no person can bring', async () => {
      const api = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop';
      const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['list', 'watch', 'get', 'create'] }];
      await cluster.request('POST', `${api}/roles`, { metadata: { name: 'maker' }, rules });
      const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'viewer' }];
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'maker' };
      await cluster.request('POST', `${api}/rolebindings`, { metadata: { name: 'maker' }, subjects, roleRef });
      await connected('viewer');
      const answer = await send(await preview(), { guardSeconds: 60, guardBy: 'editor' });
      expect(answer).toEqual({
        problem: expect.stringContaining('Rolling back needs the right to delete networkpolicies in shop'),
        guardProblem: true,
      });
      expect(await isThere()).toBe(false);
    });
  },
);
