/** The editor's server and the command line have one journal and one folder of guards: each knows the other's changes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DECIDE_GUARD,
  PENDING_GUARDS,
  POLICY_CHANGES,
  PREVIEW_APPLY,
  SEND_APPLY,
  VERIFY_JOURNAL,
} from '../../server/src/protocol/methods.ts';
import { bulkhead } from '../support/commandLine.ts';
import type { OpenFolder } from '../support/openFolder.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { connectedEditor } from './connectedEditor.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';
import { endHelpers } from './guardedChange.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const policy = (name: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;

describe.skipIf(unavailable !== undefined)(
  `editor and command line${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    let place: TemporaryFolder;
    let editor: OpenFolder;
    let isOpen = false;
    const running: ChildProcess[] = [];
    beforeAll(async () => {
      cluster = await startControlPlane();
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
    }, 600_000);
    afterAll(() => cluster.stop());
    beforeEach(async () => {
      place = temporaryFolder('shared-state');
      writeFileSync(join(place.path, 'config'), cluster.kubeconfig('admin', 'shop'));
      editor = await connectedEditor(
        cluster,
        'admin',
        { 'web.yaml': policy('web') },
        { initializationOptions: { storage: true }, environment: environment() },
      );
      isOpen = true;
      await editor.lsp.until(() => editor.lsp.statuses.at(-1)?.busy === false);
    });
    afterEach(async () => {
      await close();
      for (const child of running.splice(0)) {
        const hasEnded = child.exitCode !== null ? Promise.resolve() : once(child, 'exit');
        child.kill('SIGKILL');
        await hasEnded;
      }
      endHelpers(join(place.path, 'state'));
      place.remove();
      await cluster.request('DELETE', POLICIES);
    });

    async function close(): Promise<void> {
      if (isOpen) await editor.close();
      isOpen = false;
    }
    function environment(): Record<string, string> {
      return { KUBECONFIG: join(place.path, 'config'), BULKHEAD_STATE: join(place.path, 'state') };
    }
    function written(name: string): string {
      const file = join(place.path, `${name}.yaml`);
      writeFileSync(file, policy(name));
      return file;
    }
    const isThere = async (name: string): Promise<boolean> =>
      (await cluster.request('GET', `${POLICIES}/${name}`)).status === 200;

    /** A command that goes on, with its lines. */
    function start(args: readonly string[]): { said: AsyncIterator<string>; told: AsyncIterator<string> } {
      const program = fileURLToPath(new URL('../../out/cli.cjs', import.meta.url));
      const child = spawn(process.execPath, [program, ...args], {
        env: { ...process.env, ...environment() },
        stdio: 'pipe',
      });
      running.push(child);
      const linesOf = (stream: Readable) => createInterface(stream)[Symbol.asyncIterator]();
      return { said: linesOf(child.stderr), told: linesOf(child.stdout) };
    }

    async function apply(name: string): Promise<void> {
      const { status, stderr } = await bulkhead(['apply', written(name), '--yes'], { env: environment() });
      expect(status, stderr).toBe(0);
    }

    /** Of the editor: its own document, guarded or not. */
    async function send(guardSeconds?: number): Promise<string | undefined> {
      const { lsp, uri } = editor;
      const preview = await lsp.request(PREVIEW_APPLY, { action: 'apply', uris: [uri('web.yaml')] });
      if ('problem' in preview) throw new Error(preview.problem);
      const guarded = guardSeconds === undefined ? {} : { guardSeconds };
      const answer = await lsp.request(SEND_APPLY, { id: preview.id, stopAtError: true, ...guarded });
      if ('problem' in answer) throw new Error(answer.problem);
      return answer.guard;
    }

    it('write one journal, which is intact, and take each other for their own', async () => {
      const { lsp } = editor;
      await lsp.until(async () => (await lsp.request(POLICY_CHANGES, {})).watched.length === 1);
      const watching = start(['watch']);
      // It says so once it watches.
      await watching.said.next();
      await apply('api');
      await send();
      // Both have to be past what came before they hear of this.
      const spec = { podSelector: {}, policyTypes: ['Egress'] };
      await cluster.request('POST', `${POLICIES}?fieldManager=rival`, { metadata: { name: 'other' }, spec });
      await lsp.until(async () => (await lsp.request(POLICY_CHANGES, {})).changes.length > 0);
      const { changes } = await lsp.request(POLICY_CHANGES, {});
      expect(changes.map(({ name }) => name)).toEqual(['other']);
      const first = JSON.parse(String((await watching.told.next()).value)) as { policy: unknown };
      expect(first.policy).toBe('shop/other');
      const found = await lsp.request(VERIFY_JOURNAL, {});
      expect(found).toMatchObject({ intact: true, path: join(place.path, 'state', 'journal.jsonl') });
      expect(found.text).toContain('3 lines');
    });

    it('remember apart what they have seen, which the one has not told for the other', async () => {
      const { lsp } = editor;
      await lsp.until(async () => (await lsp.request(POLICY_CHANGES, {})).watched.length === 1);
      await bulkhead(['watch', '--once'], { env: environment() });
      await close();
      const state = join(place.path, 'state');
      expect(readdirSync(join(state, 'seen'))).toHaveLength(1);
      expect(readdirSync(join(state, 'editor', 'seen'))).toHaveLength(1);
    });

    it('a change that the command line guards is shown by the editor, and kept from there', async () => {
      const { lsp } = editor;
      const lines = start(['apply', written('api'), '--yes', '--guard', '60s']).said;
      for (let line = ''; !line.includes('type keep'); line = String((await lines.next()).value)) {
        // What it says before does not matter.
      }
      const { guards } = await lsp.request(PENDING_GUARDS, {});
      expect(guards).toMatchObject([{ context: 'admin', state: 'counting', text: 'shop/api' }]);
      const id = guards[0]?.id ?? '';
      expect(await lsp.request(DECIDE_GUARD, { id, decision: 'keep' })).toMatchObject({ done: true });
      await lsp.until(() => lsp.guards.at(-1)?.state === 'ended');
      expect(await isThere('api')).toBe(true);
    });

    it('a change that the editor guards holds the command line off, and is rolled back from there', async () => {
      await send(60);
      expect(await isThere('web')).toBe(true);
      const file = written('web');
      writeFileSync(file, policy('web').replace('[Ingress]', '[Egress]'));
      const over = await bulkhead(['apply', file, '--yes'], { env: environment() });
      expect(over.stderr).toContain('was changed under a guard that is neither kept nor rolled back yet');
      const { status, stdout } = await bulkhead(['apply', '--undecided', 'rollback'], { env: environment() });
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('shop/web in admin') });
      expect(await isThere('web')).toBe(false);
      await editor.lsp.until(() => editor.lsp.guards.at(-1)?.state === 'ended');
      expect(existsSync(join(place.path, 'state', 'guards'))).toBe(true);
    });
  },
);
