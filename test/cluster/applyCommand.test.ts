/**
 * `bulkhead apply` on a real API server, with every request recorded on its way. Long, because all of
 * it shares one server, which takes seconds to start.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyLines } from '../../server/src/guard/journal.ts';
import { bulkhead, type CommandResult } from '../support/commandLine.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';
import { endHelpers, guardWhen, killHelper } from './guardedChange.ts';
import {
  recordingProxy,
  untriedWrites,
  writesOf,
  type Fate,
  type RecordedRequest,
  type RecordingProxy,
} from './recordingProxy.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const HEAD = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n';

/** Gives a program a terminal. */
const SCRIPT = '/usr/bin/script';

/** `db` lets in the pods of one app. */
function dbLetsIn(app: string, name = 'db'): string {
  return `${HEAD}metadata: { name: ${name} }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: ${app} } } }], ports: [{ port: 5432 }] }]
`;
}

// Objects of the API and of the command's answer, of which a test reads what it wants.
// eslint-disable-next-line typescript/no-explicit-any
type Json = any;

describe.skipIf(unavailable !== undefined)(
  `bulkhead apply${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    const folder = temporaryFolder('apply-cli');
    let cluster: ControlPlane;
    let proxy: RecordingProxy;
    /** Of all tests. */
    const recorded: RecordedRequest[] = [];
    beforeAll(async () => {
      cluster = await startControlPlane();
      proxy = await recordingProxy(cluster.url, cluster.ca);
      for (const user of ['admin', 'viewer'] as const) {
        write(`kube/${user}`, cluster.kubeconfig(user, 'shop').replace(cluster.url, proxy.url));
      }
      write(
        'kube/prod-eu',
        cluster
          .kubeconfig('admin', 'shop')
          .replace(cluster.url, proxy.url)
          .replaceAll('name: admin\n  context', 'name: prod-eu\n  context')
          .replace('current-context: admin', 'current-context: prod-eu'),
      );
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      for (const [index, app] of ['web', 'api', 'db'].entries()) {
        const spec = { containers: [{ name: 'main', image: 'x' }], automountServiceAccountToken: false };
        const pods = '/api/v1/namespaces/shop/pods';
        await cluster.request('POST', pods, { metadata: { name: app, labels: { app } }, spec });
        const ip = `10.1.0.${index + 1}`;
        const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }] };
        const options = { contentType: 'application/merge-patch+json' };
        await cluster.request('PATCH', `${pods}/${app}/status`, { status }, options);
      }
    }, 600_000);
    afterAll(async () => {
      endHelpers(file('state'));
      await proxy.stop();
      await cluster.stop();
      folder.remove();
    });
    beforeEach(async () => {
      proxy.intercept = () => 'pass';
      await cluster.request('DELETE', POLICIES);
      recorded.push(...proxy.requests.splice(0));
    });

    const file = (name: string): string => join(folder.path, name);
    function write(name: string, text: string): string {
      mkdirSync(dirname(file(name)), { recursive: true });
      writeFileSync(file(name), text);
      return file(name);
    }
    const environment = (config: string): Record<string, string> => ({
      KUBECONFIG: file(`kube/${config}`),
      BULKHEAD_STATE: file('state'),
    });
    const run = (args: readonly string[], config = 'admin', stdin = ''): Promise<CommandResult> =>
      bulkhead(['apply', ...args], { env: environment(config), stdin });
    const asked = async (
      args: readonly string[],
      config?: string,
    ): Promise<{ status: number | null; answer: Json }> => {
      const { status, stdout, stderr } = await run([...args, '--format', 'json'], config);
      if (stdout === '') throw new Error(stderr);
      return { status, answer: JSON.parse(stdout) };
    };
    const live = async (name: string): Promise<Json> => {
      const { status, body } = await cluster.request('GET', `${POLICIES}/${name}`);
      return status === 200 ? body : undefined;
    };

    it('previews without a terminal and without --yes, and changes nothing', async () => {
      const { status, stdout, stderr } = await run([write('db.yaml', dbLetsIn('api'))]);
      expect(status).toBe(1);
      expect(stdout).toContain('shop/db  new');
      expect(stdout).toContain('The document names no namespace: it goes to shop.');
      expect(stdout).toMatch(/lost +shop\/web +→ shop\/db/);
      expect(stderr).toContain('There is no terminal to ask on: --yes applies without asking.');
      expect(writesOf(proxy.requests)).toEqual([]);
      expect(await live('db')).toBeUndefined();
    });

    it('names the tests beside the policies that would not pass any more', async () => {
      const tests = write(
        'tests/shop.bulkhead-test.yaml',
        'version: 1\ntests:\n- { name: web may reach db, from: shop/web, to: shop/db, ports: [5432], expect: allow }\n- { name: never so, from: shop/web, to: shop/db, expect: deny }\n',
      );
      const paths = [write('tests/db.yaml', dbLetsIn('api')), tests, '--dry-run'];
      expect((await run(paths)).stdout).toContain(`1 test in ${tests} would fail: “web may reach db”.`);
      const broken = [{ file: tests, name: 'web may reach db', after: 'failed' }];
      expect((await asked(paths)).answer.brokenTests).toEqual(broken);
    });

    it('names what the lost access is known to be needed for, by what manifests say of it', async () => {
      const services = '/api/v1/namespaces/shop/services';
      const spec = { selector: { app: 'db' }, ports: [{ port: 5432 }] };
      await cluster.request('POST', services, { metadata: { name: 'db' }, spec });
      const web = write(
        'needs/web.yaml',
        'apiVersion: v1\nkind: Pod\nmetadata: { name: web, labels: { app: web } }\nspec:\n  containers:\n  - { name: main, image: x, env: [{ name: DATABASE_URL, value: "postgres://x:hunter2@db:5432" }] }\n',
      );
      const paths = [write('needs/db.yaml', dbLetsIn('api')), web, '--dry-run'];
      const { stdout } = await run(paths);
      expect(stdout).toContain(`breaks     DATABASE_URL of web  DATABASE_URL names Service shop/db (${web}:6)`);
      const { answer } = await asked(paths);
      expect(answer.breaks).toMatchObject([{ need: 'environment', text: 'DATABASE_URL of web', verdict: 'deny' }]);
      expect(stdout + JSON.stringify(answer)).not.toContain('hunter2');
      await cluster.request('DELETE', `${services}/db`);
    });

    it('applies, says so by what the server holds, and notes it in the journal', async () => {
      const path = write('db.yaml', dbLetsIn('api'));
      const { status, answer } = await asked([path, '--yes']);
      expect({ status, outcome: answer.outcome }).toEqual({ status: 0, outcome: 'applied' });
      expect(answer).toMatchObject({
        version: 1,
        context: 'admin',
        user: { name: 'admin', from: 'server' },
        objects: [
          {
            kind: 'NetworkPolicy',
            namespace: 'shop',
            name: 'db',
            file: path,
            line: 0,
            change: 'create',
            outcome: 'applied',
            namespaceAssumed: true,
          },
        ],
        gaps: [],
      });
      expect(answer.changes.map(({ type, from, to }: Json) => `${type} ${from} ${to}`)).toEqual(
        expect.arrayContaining(['removed shop/web[Pod] shop/db[Pod]', 'changed shop/api[Pod] shop/db[Pod]']),
      );
      expect((await live('db')).spec.ingress[0].ports).toEqual([{ port: 5432, protocol: 'TCP' }]);

      const again = await asked([path, '--yes']);
      expect(again).toMatchObject({ status: 0, answer: { outcome: 'unchanged', objects: [{ outcome: 'unchanged' }] } });

      const lines = readFileSync(file('state/journal.jsonl'), 'utf8').trim().split('\n');
      expect(verifyLines(lines)).toMatchObject({ intact: true });
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
        kind: 'apply',
        who: { name: 'admin', by: 'server' },
        context: 'admin',
        object: { kind: 'NetworkPolicy', namespace: 'shop', name: 'db' },
        beforeHash: null,
        delta: expect.stringContaining('lost'),
      });
    });

    it('takes away what the text no longer has, and says whose fields that were', async () => {
      const spec = { podSelector: {}, ingress: [{}], egress: [{}], policyTypes: ['Ingress', 'Egress'] };
      await cluster.request('POST', `${POLICIES}?fieldManager=helm`, { metadata: { name: 'open' }, spec });
      const path = write(
        'open.yaml',
        `${HEAD}metadata: { name: open, namespace: shop }\nspec: { podSelector: {}, ingress: [{}] }\n`,
      );
      const { stdout } = await run([path, '--dry-run']);
      expect(stdout).toMatch(/Takes over spec\.egress.* from helm/);
      expect(stdout).toContain('-   egress:');
      expect(await asked([path, '--yes'])).toMatchObject({ status: 0 });
      expect((await live('open')).spec).toEqual({ podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] });
    });

    it('sends a rule before the lock, and never what was not tried', async () => {
      const deny = `${HEAD}metadata: { name: a-deny }\nspec: { podSelector: {} }\n---\n`;
      const { status } = await asked([write('all.yaml', deny + dbLetsIn('api', 'z-db')), '--yes']);
      expect(status).toBe(0);
      const written = writesOf(proxy.requests).map(({ body }) => JSON.parse(body).metadata.name);
      expect(written).toEqual(['z-db', 'a-deny']);
      expect(untriedWrites(proxy.requests)).toEqual([]);
    });

    it('says what is denied for a while where no order prevents it', async () => {
      await asked([write('one.yaml', `${dbLetsIn('api', 'one')}---\n${dbLetsIn('web', 'two')}`), '--yes']);
      const swapped = write('one.yaml', `${dbLetsIn('web', 'one')}---\n${dbLetsIn('api', 'two')}`);
      const { answer } = await asked([swapped, '--dry-run']);
      expect(answer.gaps).toMatchObject([{ after: 1, connections: [{ protocol: 'TCP', ports: '5432' }] }]);
      const { stdout } = await run([swapped, '--dry-run']);
      expect(stdout).toContain('No order of these changes keeps everything that is allowed before and after.');
    });

    it('writes nothing but NetworkPolicies, and Namespaces only where that was asked for', async () => {
      const all = write(
        'mixed.yaml',
        `apiVersion: v1\nkind: Namespace\nmetadata: { name: fresh }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: fresh }\n---\n${dbLetsIn('api').replace('name: db', 'name: db, namespace: fresh')}`,
      );
      const refused = await asked([all, '--yes']);
      expect(refused).toMatchObject({
        status: 1,
        answer: {
          outcome: 'refused',
          leftAlone: { ConfigMap: 1, Namespace: 1 },
          objects: [{ outcome: 'refused', why: 'There is no namespace fresh in this cluster.' }],
        },
      });
      expect(writesOf(proxy.requests)).toEqual([]);
      const { status, answer } = await asked([all, '--yes', '--with-namespaces']);
      expect(status, JSON.stringify(answer)).toBe(0);
      expect(writesOf(proxy.requests).map(({ method, path }) => `${method} ${path}`)).toEqual([
        'POST /api/v1/namespaces',
        'POST /apis/networking.k8s.io/v1/namespaces/fresh/networkpolicies',
      ]);
      expect(untriedWrites(proxy.requests)).toEqual([]);
    });

    it('sends nothing where one of several is refused, and the rest only when told', async () => {
      const path = write(
        'part.yaml',
        `${dbLetsIn('api')}---\n${HEAD}metadata: { name: bad }\nspec:\n  podSelector: {}\n  ingress: [{ ports: [{ port: 70000 }] }]\n`,
      );
      const stopped = await asked([path, '--yes']);
      expect(stopped).toMatchObject({ status: 1, answer: { outcome: 'refused' } });
      expect(stopped.answer.objects[1]).toMatchObject({
        outcome: 'refused',
        faults: [{ path: 'spec.ingress[0].ports[0].port', line: 12, character: 30 }],
      });
      expect(writesOf(proxy.requests)).toEqual([]);
      expect(await asked([path, '--yes', '--continue'])).toMatchObject({
        status: 1,
        answer: { outcome: 'partial', objects: [{ outcome: 'applied' }, { outcome: 'refused' }] },
      });
      expect(await live('db')).toBeDefined();
    });

    it('says which are applied and which not where one fails in the middle', async () => {
      let writes = 0;
      proxy.intercept = async ({ method, query }): Promise<Fate> => {
        if (method !== 'POST' || query.get('dryRun') !== null || query.get('fieldManager') === null) return 'pass';
        writes += 1;
        // Somebody else is quicker with the second one.
        if (writes === 2) {
          await cluster.request('POST', `${POLICIES}?fieldManager=rival`, {
            metadata: { name: 'b' },
            spec: { podSelector: {} },
          });
        }
        return 'pass';
      };
      const names = ['a', 'b', 'c'].map((name) => dbLetsIn('api', name)).join('---\n');
      const { status, answer } = await asked([write('three.yaml', names), '--yes']);
      expect({ status, outcome: answer.outcome }).toEqual({ status: 1, outcome: 'partial' });
      expect(answer.objects.map(({ name, outcome, why }: Json) => [name, outcome, why])).toEqual([
        ['a', 'applied', undefined],
        ['b', 'conflict', 'rival has made it meanwhile.'],
        ['c', 'notSent', 'Not sent, because one before it failed.'],
      ]);
      expect(await live('c')).toBeUndefined();
    });

    it('refuses templates, placeholders and patches in one sentence each', async () => {
      const path = write('templates/chart.yaml', `${HEAD}metadata:\n  name: {{ .Release.Name }}\nspec: {}\n`);
      write('templates/env.yaml', `${HEAD}metadata: { name: "\${NAME}" }\nspec: {}\n`);
      const { status, answer } = await asked([dirname(path), '--yes']);
      expect(status).toBe(1);
      expect(answer.objects.map(({ why }: Json) => why)).toEqual([
        'It needs a template engine: apply what it renders to.',
        'NetworkPolicy ${NAME} holds a placeholder that is not filled in: ${NAME} at metadata.name.',
      ]);
      expect(writesOf(proxy.requests)).toEqual([]);
    });

    it('says of an overlay that it sends what is written, not what that renders to', async () => {
      write('overlay/kustomization.yaml', 'namespace: other\nresources: [db.yaml]\n');
      const path = write('overlay/db.yaml', dbLetsIn('api'));
      const { stdout, stderr } = await run([dirname(path), '--dry-run']);
      expect(stdout).toContain('it goes to shop');
      expect(stderr).toMatch(/kustomization\.yaml is not applied, .*: kubectl kustomize .*overlay \| bulkhead apply -/);
    });

    it('keeps a file away from a context that it is not meant for, without asking that server anything', async () => {
      write('bound/bulkhead.yaml', 'contexts: [{ files: ["*.yaml"], context: prod-eu }]\n');
      const path = write('bound/db.yaml', dbLetsIn('api'));
      const { status, stdout, stderr } = await run([path, '--context', 'admin', '--yes']);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(
        /is meant for the context prod-eu \(.*bulkhead\.yaml\), not for admin\. Nothing is applied\./,
      );
      expect(proxy.requests).toEqual([]);
    });

    it('asks for the name of a protected context', async () => {
      const path = write('db.yaml', dbLetsIn('api'));
      const unnamed = await run([path, '--yes'], 'prod-eu');
      expect(unnamed.status).toBe(1);
      expect(unnamed.stderr).toContain('The context prod-eu is protected (*prod*)');
      expect(writesOf(proxy.requests)).toEqual([]);
      expect((await run([path, '--yes', '--context', 'prod-eu'], 'prod-eu')).status).toBe(0);
    });

    it('names the right that is missing', async () => {
      const { status, answer } = await asked([write('db.yaml', dbLetsIn('api')), '--yes'], 'viewer');
      expect(status).toBe(1);
      expect(answer.objects[0]).toMatchObject({
        outcome: 'refused',
        why: 'The right to get networkpolicies.networking.k8s.io in namespace shop is missing.',
      });
    });

    it.each([
      ['nothing to apply', ['empty.yaml'], /There is no NetworkPolicy/],
      ['no path', [], /Name at least one file/],
      ['a path that is not there', ['nowhere.yaml'], /no such file/],
      ['a time that is none', ['empty.yaml', '--guard', 'soon'], /Write a time/],
    ])('is bad usage with %s', async (_what, args, said) => {
      write('empty.yaml', 'a: b\n');
      const { status, stderr } = await run(args.map((arg) => (arg.endsWith('.yaml') ? file(arg) : arg)));
      expect(status).toBe(2);
      expect(stderr).toMatch(said);
      expect(writesOf(proxy.requests)).toEqual([]);
    });

    /** On a terminal: what is shown, with an answer to each question that comes up. */
    function onTerminal(
      args: readonly string[],
      answers: readonly (readonly [question: string, answer: string])[],
      config: string,
    ): Promise<{ status: number | null; shown: string }> {
      const program = fileURLToPath(new URL('../../out/cli.cjs', import.meta.url));
      const line = [process.execPath, program, 'apply', ...args].map((part) => `'${part}'`).join(' ');
      const child = spawn(SCRIPT, ['-qec', line, '/dev/null'], { env: { ...process.env, ...environment(config) } });
      const left = [...answers];
      let shown = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        shown += text;
        const [next] = left;
        if (next === undefined || !shown.includes(next[0])) return;
        left.shift();
        child.stdin.write(`${next[1]}\r`);
      });
      return new Promise((resolve) => child.on('close', (status) => resolve({ status, shown })));
    }

    it.skipIf(!existsSync(SCRIPT))(
      `shows everything before it asks, and takes only what was asked for (${SCRIPT})`,
      async () => {
        const path = write('db.yaml', dbLetsIn('api'));
        const asked = await onTerminal([path], [['[y/N]', 'n']], 'admin');
        expect(asked.status).toBe(1);
        expect(asked.shown.indexOf('shop/db')).toBeLessThan(asked.shown.indexOf('Apply 1 change to admin?'));
        expect(asked.shown.indexOf('lost')).toBeLessThan(asked.shown.indexOf('Apply 1 change to admin?'));
        const mistyped = await onTerminal([path], [['Type its name', 'y']], 'prod-eu');
        expect(mistyped.status).toBe(1);
        expect(writesOf(proxy.requests)).toEqual([]);
        expect((await onTerminal([path], [['Type its name', 'prod-eu']], 'prod-eu')).status).toBe(0);
        expect(await live('db')).toBeDefined();
      },
    );

    it.skipIf(!existsSync(SCRIPT))(
      `previews again and asks again where somebody else was faster (${SCRIPT})`,
      async () => {
        let isRival = true;
        proxy.intercept = async ({ method, query }): Promise<Fate> => {
          if (method !== 'POST' || query.get('dryRun') !== null || query.get('fieldManager') === null) return 'pass';
          if (isRival) {
            isRival = false;
            const spec = { podSelector: {}, policyTypes: ['Egress'] };
            await cluster.request('POST', `${POLICIES}?fieldManager=rival`, { metadata: { name: 'db' }, spec });
          }
          return 'pass';
        };
        const question = 'Apply 1 change to admin? [y/N]';
        const { status, shown } = await onTerminal(
          [write('db.yaml', dbLetsIn('api'))],
          [
            [question, 'y'],
            ['from rival', 'y'],
          ],
          'admin',
        );
        expect(status, shown).toBe(0);
        expect(shown.split(question)).toHaveLength(3);
        expect(shown.split('Previewed again:')[1]).toContain('Takes over spec.policyTypes from rival');
        expect((await live('db')).spec.ingress).toBeDefined();
        expect(untriedWrites(proxy.requests)).toEqual([]);
      },
    );

    /** The command with its standard input open: a person who may still type. */
    function guarded(args: readonly string[]): {
      say: (line: string) => void;
      whenCounting: Promise<void>;
      ended: Promise<CommandResult>;
      kill: () => void;
    } {
      const program = fileURLToPath(new URL('../../out/cli.cjs', import.meta.url));
      const child = spawn(process.execPath, [program, 'apply', ...args], {
        env: { ...process.env, ...environment('admin') },
      });
      let [stdout, stderr] = ['', ''];
      const counting = Promise.withResolvers<void>();
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        if (stderr.includes('type keep or rollback')) counting.resolve();
      });
      const ended = new Promise<CommandResult>((resolve) =>
        child.on('close', (status) => {
          counting.reject(new Error(`It ended before it counted: ${stderr}`));
          resolve({ status, stdout, stderr });
        }),
      );
      return {
        say: (line) => child.stdin.write(`${line}\n`),
        whenCounting: counting.promise,
        ended,
        kill: () => child.kill('SIGKILL'),
      };
    }

    it('rolls a guarded change back unless it is kept', async () => {
      const path = write('db.yaml', dbLetsIn('api'));
      const lapsed = guarded([path, '--yes', '--guard', '5s', '--format', 'json']);
      await lapsed.whenCounting;
      expect(await live('db')).toBeDefined();
      const { status, stdout } = await lapsed.ended;
      expect({ status, outcome: JSON.parse(stdout).outcome }).toEqual({ status: 1, outcome: 'rolledBack' });
      expect(await live('db')).toBeUndefined();

      const kept = guarded([path, '--yes', '--guard', '60s', '--format', 'json']);
      await kept.whenCounting;
      kept.say('keep');
      const answer = await kept.ended;
      expect({ status: answer.status, outcome: JSON.parse(answer.stdout).outcome }).toEqual({
        status: 0,
        outcome: 'kept',
      });
      expect(await live('db')).toBeDefined();
    });

    it('is rolled back although its own process was killed', async () => {
      const killed = guarded([write('db.yaml', dbLetsIn('api')), '--yes', '--guard', '5s']);
      await killed.whenCounting;
      killed.kill();
      await killed.ended;
      expect(await live('db')).toBeDefined();
      await expect.poll(() => live('db'), { timeout: 30_000, interval: 200 }).toBeUndefined();
    });

    it('starts another process that rolls back where that has ended', async () => {
      const counting = guarded([write('db.yaml', dbLetsIn('api')), '--yes', '--guard', '5s', '--format', 'json']);
      await counting.whenCounting;
      const { folder: held } = await guardWhen(file('state'), ({ record }) => record.state === 'written');
      expect(killHelper(held)).toBe(true);
      const { status, stdout, stderr } = await counting.ended;
      expect(stderr).toContain('The process that rolls back has ended; another one is started.');
      expect({ status, outcome: JSON.parse(stdout).outcome }).toEqual({ status: 1, outcome: 'rolledBack' });
      expect(await live('db')).toBeUndefined();
    });

    it('says what it did not roll back, because somebody else has changed it since', async () => {
      const counting = guarded([write('db.yaml', dbLetsIn('api')), '--yes', '--guard', '60s', '--format', 'json']);
      await counting.whenCounting;
      const spec = { podSelector: {}, ingress: [{}] };
      const options = { contentType: 'application/merge-patch+json' };
      await cluster.request('PATCH', `${POLICIES}/db?fieldManager=rival`, { spec }, options);
      counting.say('rollback');
      const { status, stdout } = await counting.ended;
      expect({ status, ...JSON.parse(stdout) }).toMatchObject({
        status: 1,
        outcome: 'partial',
        objects: [{ outcome: 'applied', why: 'Not rolled back: rival has changed it since.' }],
      });
      expect((await live('db')).spec.ingress).toEqual([{}]);
    });

    it('does not change what a guard still holds', async () => {
      const path = write('db.yaml', dbLetsIn('api'));
      const first = guarded([path, '--yes', '--guard', '60s']);
      await first.whenCounting;
      const second = await run([write('other.yaml', dbLetsIn('web')), '--yes']);
      expect(second.status).toBe(1);
      expect(second.stderr).toContain('was changed under a guard that is neither kept nor rolled back yet');
      expect(await asked(['--undecided', 'rollback'])).toMatchObject({
        status: 0,
        answer: { guards: [{ context: 'admin', state: 'rolledBack', objects: [{ name: 'db', result: 'deleted' }] }] },
      });
      expect((await first.ended).status).toBe(1);
      expect(await live('db')).toBeUndefined();
      expect((await run(['--undecided', 'keep'])).stdout).toBe('Nothing is undecided.\n');
    });

    it('in all of this wrote nothing untried, and nothing but NetworkPolicies and Namespaces', () => {
      recorded.push(...proxy.requests.splice(0));
      const writes = writesOf(recorded);
      expect(writes.length).toBeGreaterThan(10);
      expect(untriedWrites(recorded)).toEqual([]);
      const paths = writes.map(({ path }) => path.replace(/\/networkpolicies\/.*/, '/networkpolicies/…'));
      const others = paths.filter(
        (path) =>
          !/^\/apis\/networking\.k8s\.io\/v1\/namespaces\/[^/]+\/networkpolicies(?:\/…)?$/.test(path) &&
          !/^\/api\/v1\/namespaces(?:\/[^/]+)?$/.test(path),
      );
      expect(others).toEqual([]);
    });
  },
);
