/** Guarded changes of a real API server by real processes, whose editor is killed as a whole. */
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pendingGuards } from '../../server/src/guard/findGuards.ts';
import { keepGuard } from '../../server/src/guard/guard.ts';
import { openJournal } from '../../server/src/guard/journal.ts';
import { processStat } from '../../server/src/guard/processIdentity.ts';
import type { JsonMap } from '../../server/src/syntax/objects/jsonAccess.ts';
import type { ApplyIntent, ApplyTarget } from '../../server/src/workspace/apply/clusterApply.ts';
import { build } from '../scripts/build.ts';
import { ROOT } from '../scripts/manifest.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';
import { endHelpers, guardWhen, startEditor, type GuardingEditor } from './guardedChange.ts';
import type { EditorStep } from './guardingEditor.ts';
import { recordingProxy, untriedWrites, writesOf } from './recordingProxy.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const OPEN = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] };
const CLOSED = { podSelector: {}, policyTypes: ['Ingress'] };

// Objects of the API, of which a test reads what it wants.
// eslint-disable-next-line typescript/no-explicit-any
type Json = any;

describe.skipIf(unavailable !== undefined)(
  `a guarded change${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    const place = temporaryFolder('guard');
    let cluster: ControlPlane;
    let kubeconfig: string;
    let folder: string;
    let runs = 0;
    const folders: string[] = [];

    beforeAll(async () => {
      await build(ROOT);
      cluster = await startControlPlane();
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      kubeconfig = join(place.path, 'config');
      writeFileSync(kubeconfig, cluster.kubeconfig('admin'));
    }, 600_000);
    afterAll(async () => {
      for (const each of folders) endHelpers(each);
      await cluster.stop();
      place.remove();
    });
    beforeEach(() => {
      folder = join(place.path, `state-${runs++}`);
      mkdirSync(folder);
      folders.push(folder);
    });

    const live = async (name: string): Promise<Json> => {
      const { status, body } = await cluster.request('GET', `${POLICIES}/${name}`);
      return status === 200 ? body : undefined;
    };
    const make = async (name: string, spec: object, metadata: object = {}): Promise<void> => {
      await cluster.request('DELETE', `${POLICIES}/${name}`);
      const object = policy(name, spec, metadata);
      const { status, body } = await cluster.request('POST', `${POLICIES}?fieldManager=kubectl`, object);
      expect(status, JSON.stringify(body)).toBe(201);
    };
    const edit = (intents: readonly ApplyIntent[], stopAt: EditorStep, seconds: number): GuardingEditor =>
      startEditor({
        folder,
        kubeconfig,
        context: 'admin',
        seconds,
        intents,
        program: join(ROOT, 'out', 'guard.cjs'),
        stopAt,
      });

    it('is rolled back at its deadline when every process of the editor was killed', async () => {
      await make('web', OPEN, { labels: { team: 'shop' }, annotations: { note: 'kept' } });
      await make('gone', OPEN);
      await cluster.request('DELETE', `${POLICIES}/fresh`);
      const editor = edit(
        [
          applying(policy('web', CLOSED, { labels: { team: 'other', more: 'yes' } })),
          { action: 'delete', target: target('gone') },
          applying(policy('fresh', CLOSED)),
        ],
        'counting',
        6,
      );
      await editor.at('counting');
      await editor.kill();
      expect((await live('web')).spec).toEqual(CLOSED);
      expect(await live('gone')).toBeUndefined();
      expect(await live('fresh')).toBeDefined();
      const counting = await guardWhen(folder, () => true);
      expect(counting).toMatchObject({ isHeld: true, record: { state: 'written' } });
      expect(await pendingGuards(folder)).toEqual([]);

      const { record } = await guardWhen(folder, ({ record }) => record.endedAt !== undefined);
      expect(record.state).toBe('rolledBack');
      expect(record.outcomes?.map(({ result }) => result)).toEqual(['restored', 'recreated', 'deleted']);
      const web = await live('web');
      expect(web.spec).toEqual(OPEN);
      expect(web.metadata).toMatchObject({ labels: { team: 'shop' }, annotations: { note: 'kept' } });
      expect(web.metadata.labels).toEqual({ team: 'shop' });
      expect((await live('gone')).spec).toEqual(OPEN);
      expect(await live('fresh')).toBeUndefined();

      await expect.poll(async () => (await openJournal(folder).read()).length, { timeout: 10_000 }).toBe(3);
      const journal = openJournal(folder);
      expect(await journal.read()).toMatchObject([
        { kind: 'rollback', who: { name: 'admin', by: 'server' }, object: { name: 'web' }, guard: record.id },
        { kind: 'rollback', object: { name: 'gone' }, delta: 'frontend reaches db again' },
        { kind: 'rollback', object: { name: 'fresh' }, afterHash: null },
      ]);
      expect(await journal.verify()).toEqual({ intact: true, lines: 3, cut: [] });
    });

    it('shows no secret in its arguments, its variables and its files, and leads a session of its own', async () => {
      await make('quiet', OPEN);
      const editor = startEditor({
        folder,
        kubeconfig,
        context: 'admin',
        seconds: 120,
        intents: [applying(policy('quiet', CLOSED))],
        program: join(ROOT, 'out', 'guard.cjs'),
        stopAt: 'counting',
        variables: { CLOUD_SECRET: 'from-the-shell' },
      });
      await editor.at('counting');
      const guard = await guardWhen(folder, ({ isHeld }) => isHeld);
      const pid = guard.helper?.process.pid ?? 0;
      const secrets = ['admin-token', 'from-the-shell'];
      const seen = filesIn(folder).filter((file) => file !== kubeconfig);
      expect(seen.map((file) => basename(file))).toEqual(
        expect.arrayContaining(['record.json', 'helper.json', 'helper.log']),
      );
      if (process.platform === 'linux') {
        seen.push(`/proc/${pid}/cmdline`, `/proc/${pid}/environ`);
        expect(processStat(pid)).toMatchObject({ session: pid, group: pid });
        const files = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
        expect(files.filter((file) => file.startsWith('/') && !file.startsWith('/dev/'))).toEqual(
          Array.from({ length: 2 }, () => join(guard.folder, 'helper.log')),
        );
      }
      for (const file of seen) {
        const text = readFileSync(file, 'latin1');
        for (const secret of secrets) expect(text.includes(secret), `${secret} in ${file}`).toBe(false);
      }
      for (const file of filesIn(folder)) {
        if (process.platform !== 'win32') expect(statSync(file).mode & 0o077, file).toBe(0);
      }
      await keepGuard(guard.folder);
      await guardWhen(folder, ({ isHeld }) => !isHeld);
      await editor.kill();
    });

    it('writes nothing that the server has not tried before, and nothing but policies', async () => {
      await make('tried', OPEN);
      await make('removed', OPEN);
      const proxy = await recordingProxy(cluster.url, cluster.ca);
      const throughProxy = join(folder, 'config');
      writeFileSync(throughProxy, cluster.kubeconfig('admin').replace(cluster.url, proxy.url), { mode: 0o600 });
      const editor = startEditor({
        folder,
        kubeconfig: throughProxy,
        context: 'admin',
        seconds: 2,
        intents: [
          applying(policy('tried', CLOSED)),
          { action: 'delete', target: target('removed') },
          applying(policy('added', CLOSED)),
        ],
        program: join(ROOT, 'out', 'guard.cjs'),
        stopAt: 'counting',
      });
      await editor.at('counting');
      await editor.kill();
      await guardWhen(folder, ({ record }) => record.state === 'rolledBack');
      const writes = writesOf(proxy.requests);
      expect(writes.map(({ method, path }) => `${method} ${path.replace(POLICIES, '')}`)).toEqual([
        // The change, and the way back in the opposite order.
        'PUT /tried',
        'DELETE /removed',
        'POST ',
        'DELETE /added',
        'POST ',
        'PUT /tried',
      ]);
      expect(untriedWrites(proxy.requests)).toEqual([]);
      await proxy.stop();
    });

    it('signs in by a login program whose variables reach the helper process over its input alone', async () => {
      await make('login', OPEN);
      const program = join(folder, 'login');
      const credential = {
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        status: { token: 'admin-token' },
      };
      writeFileSync(program, `#!/bin/sh\n[ "$CLOUD_SECRET" = open ] && echo '${JSON.stringify(credential)}'\n`, {
        mode: 0o700,
      });
      const exec = `exec: { apiVersion: client.authentication.k8s.io/v1, command: '${program}', interactiveMode: Never }`;
      const config = join(folder, 'config');
      writeFileSync(config, cluster.kubeconfig('admin').replace('token: admin-token', exec), { mode: 0o600 });
      const editor = startEditor({
        folder,
        kubeconfig: config,
        context: 'admin',
        seconds: 2,
        intents: [applying(policy('login', CLOSED))],
        program: join(ROOT, 'out', 'guard.cjs'),
        stopAt: 'counting',
        variables: { CLOUD_SECRET: 'open', PATH: process.env['PATH'] ?? '' },
      });
      await editor.at('counting');
      await editor.kill();
      const { helper } = await guardWhen(folder, ({ record }) => record.state === 'rolledBack');
      expect(helper?.proof).toMatchObject({ can: true, of: 'program' });
      expect((await live('login')).spec).toEqual(OPEN);
    });

    it('says again and again that it is there, and during the countdown that it cannot sign in any more', async () => {
      await make('expiring', OPEN);
      const [program, session] = [join(folder, 'login'), join(folder, 'session')];
      writeFileSync(session, '');
      const credential = {
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        status: { token: 'admin-token', expirationTimestamp: new Date(Date.now() + 15_000).toISOString() },
      };
      writeFileSync(program, `#!/bin/sh\n[ -e '${session}' ] && echo '${JSON.stringify(credential)}'\n`, {
        mode: 0o700,
      });
      const exec = `exec: { apiVersion: client.authentication.k8s.io/v1, command: '${program}', interactiveMode: Never }`;
      const config = join(folder, 'config');
      writeFileSync(config, cluster.kubeconfig('admin').replace('token: admin-token', exec), { mode: 0o600 });
      const editor = startEditor({
        folder,
        kubeconfig: config,
        context: 'admin',
        seconds: 120,
        intents: [applying(policy('expiring', CLOSED))],
        program: join(ROOT, 'out', 'guard.cjs'),
        stopAt: 'counting',
        variables: { PATH: process.env['PATH'] ?? '' },
      });
      await editor.at('counting');
      await editor.kill();
      const counting = await guardWhen(folder, ({ isHeld }) => isHeld);
      rmSync(session);
      const { helper } = await guardWhen(folder, ({ helper }) => helper?.loginProblem !== undefined);
      expect(helper).toMatchObject({ state: 'ready', loginProblem: expect.stringContaining('login') });
      expect(helper?.at).not.toBe(counting.helper?.at);
      await keepGuard(counting.folder);
      await guardWhen(folder, ({ isHeld }) => !isHeld);
    });

    it('stays when it is kept, and its helper process ends', async () => {
      await make('kept', OPEN);
      const editor = edit([applying(policy('kept', CLOSED))], 'kept', 120);
      await editor.at('kept');
      await guardWhen(folder, ({ isHeld, record }) => !isHeld && record.state === 'kept');
      await editor.kill();
      expect((await live('kept')).spec).toEqual(CLOSED);
      expect(await pendingGuards(folder)).toEqual([]);
    });
  },
);

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function target(name: string): ApplyTarget {
  return { kind: 'NetworkPolicy', namespace: 'shop', name };
}

function policy(name: string, spec: object, metadata: object = {}): JsonMap {
  const object = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop', ...metadata },
    spec,
  };
  return JSON.parse(JSON.stringify(object)) as JsonMap;
}

function applying(document: JsonMap): ApplyIntent {
  return { action: 'apply', target: target((document as Json).metadata.name), document };
}
