import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { kubeconfigPaths, resolveBeside } from '../../../server/src/cluster/kubeconfigPaths.ts';
import { listContexts } from '../../../server/src/cluster/main.ts';
import type { KubeContexts, KubeEnvironment } from '../../../server/src/workspace/clusterModule.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder('kubeconfig');
afterAll(folder.remove);

function file(name: string, text: string): string {
  const path = join(folder.path, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const contextsOf = (...paths: readonly string[]): Promise<KubeContexts> =>
  listContexts({ variables: { KUBECONFIG: paths.join(':') }, platform: 'linux' });

describe('where kubeconfigs are', () => {
  test.each<[string, Partial<KubeEnvironment> & Pick<KubeEnvironment, 'variables'>, readonly string[]]>([
    ['in the home folder', { variables: { HOME: '/home/eve' } }, ['/home/eve/.kube/config']],
    ['in a list, each once', { variables: { KUBECONFIG: '/a::/b:/a', HOME: '/home/eve' } }, ['/a', '/b']],
    ['where a person says', { kubeconfig: '/c:/d', variables: { KUBECONFIG: '/a' } }, ['/c', '/d']],
    ['nowhere without a home', { variables: {} }, []],
    [
      'on Windows in a list between semicolons, drive letters and shares included',
      {
        platform: 'win32',
        variables: { KUBECONFIG: String.raw`C:\k\one;\\wsl$\Ubuntu\home\eve\.kube\config;"D:\two"` },
      },
      [String.raw`C:\k\one`, String.raw`\\wsl$\Ubuntu\home\eve\.kube\config`, String.raw`D:\two`],
    ],
    [
      'on Windows whatever the capitals of the variable',
      { platform: 'win32', variables: { KubeConfig: String.raw`C:\k` } },
      [String.raw`C:\k`],
    ],
    [
      'on Windows in the home of a domain before the profile',
      {
        platform: 'win32',
        variables: { HOMEDRIVE: 'H:', HOMEPATH: String.raw`\eve`, USERPROFILE: String.raw`C:\Users\eve` },
      },
      [String.raw`H:\eve\.kube\config`],
    ],
    [
      'on Windows in the profile',
      { platform: 'win32', variables: { USERPROFILE: String.raw`C:\Users\eve` } },
      [String.raw`C:\Users\eve\.kube\config`],
    ],
  ])('%s', (_, environment, paths) => {
    expect(kubeconfigPaths({ platform: 'linux', ...environment })).toEqual(paths);
  });

  test.each([
    ['/home/eve/.kube/config', 'ca.crt', 'linux', '/home/eve/.kube/ca.crt'],
    ['/home/eve/.kube/config', './pki/ca.crt', 'linux', '/home/eve/.kube/pki/ca.crt'],
    ['/home/eve/.kube/config', '/etc/ca.crt', 'linux', '/etc/ca.crt'],
    [String.raw`C:\k\config`, 'ca.crt', 'win32', String.raw`C:\k\ca.crt`],
    [String.raw`C:\k\config`, String.raw`D:\ca.crt`, 'win32', String.raw`D:\ca.crt`],
    [String.raw`\\wsl$\U\k\config`, String.raw`\\wsl$\U\ca`, 'win32', String.raw`\\wsl$\U\ca`],
  ])('a path in %s: %s', (at, path, platform, resolved) => {
    expect(resolveBeside(at, path, platform)).toBe(resolved);
  });
});

describe('in a pod', () => {
  const KUBERNETES = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
  const inPod = (variables: KubeEnvironment['variables'], account: string): Promise<KubeContexts> =>
    listContexts({ variables, platform: 'linux', serviceAccount: join(folder.path, account) });

  test('the cluster that it runs in is a context, the current one where there is no other', async () => {
    file('account/token', 'one\n');
    file('account/ca.crt', 'ca');
    file('account/namespace', 'shop\n');
    const alone = await inPod(KUBERNETES, 'account');
    expect(alone).toMatchObject({
      current: 'in-cluster',
      contexts: [{ name: 'in-cluster', server: 'https://10.96.0.1:443', namespace: 'shop' }],
    });
    expect(alone.contexts[0]?.problem).toBeUndefined();
    const path = file(
      'beside',
      'clusters: [{name: c, cluster: {server: https://a}}]\ncontexts: [{name: x, context: {cluster: c}}]',
    );
    const beside = await inPod({ ...KUBERNETES, KUBECONFIG: path }, 'account');
    expect([beside.current, beside.contexts.map(({ name }) => name)]).toEqual([undefined, ['x', 'in-cluster']]);
    const v6 = await inPod({ ...KUBERNETES, KUBERNETES_SERVICE_HOST: 'fd00::1' }, 'account');
    expect(v6.contexts[0]?.server).toBe('https://[fd00::1]:443');
  });

  test.each<[string, KubeEnvironment['variables'], string]>([
    ['the variables are not set', {}, 'account'],
    ['the files are not there', KUBERNETES, 'nowhere'],
    ['the port is none', { ...KUBERNETES, KUBERNETES_SERVICE_PORT: 'tcp://10.96.0.1' }, 'account'],
  ])('there is none where %s', async (_, variables, account) => {
    expect((await inPod(variables, account)).contexts).toEqual([]);
  });
});

describe('contexts', () => {
  const CA = '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n';

  test('are those of all files; the first file that names an entry or a current context decides it', async () => {
    const work = file(
      'work',
      `apiVersion: v1
kind: Config
current-context: work
clusters: [{ name: main, cluster: { server: https://work.example:6443/ } }]
users: [{ name: eve, user: { token: one } }]
contexts: [{ name: work, context: { cluster: main, user: eve, namespace: shop } }]
`,
    );
    const home = file(
      'home',
      `current-context: home
clusters: [{ name: main, cluster: { server: https://home.example } }, { name: other, cluster: { server: https://other.example } }]
contexts: [{ name: work, context: { cluster: other, user: eve } }, { name: home, context: { cluster: other, user: eve } }]
`,
    );
    const { contexts, current, files } = await contextsOf(work, join(folder.path, 'missing'), home);
    expect(current).toBe('work');
    expect(contexts).toMatchObject([
      { name: 'work', server: 'https://work.example:6443', namespace: 'shop', user: 'eve' },
      { name: 'home', server: 'https://other.example' },
    ]);
    expect(files.map(({ state }) => state)).toEqual(['read', 'missing', 'read']);
  });

  test('are told apart by their server and its certificates, not by their name', async () => {
    file('pki/ca.crt', CA);
    file('pki/ca-wrapped.crt', CA.replace('QUJD', 'QU\nJD'));
    const config = (server: string, ca: string) =>
      file(
        'one',
        `clusters: [{name: c, cluster: {server: ${server}, ${ca}}}]\ncontexts: [{name: x, context: {cluster: c}}]`,
      );
    const identity = async (server: string, ca: string): Promise<string | undefined> =>
      (await contextsOf(config(server, ca))).contexts[0]?.identity;
    const first = await identity('https://a.example', 'certificate-authority: pki/ca.crt');
    const inline = Buffer.from(CA).toString('base64');
    expect(await identity('https://a.example/', `certificate-authority-data: ${inline}`)).toBe(first);
    expect(await identity('https://a.example', 'certificate-authority: pki/ca-wrapped.crt')).toBe(first);
    expect(await identity('https://b.example', 'certificate-authority: pki/ca.crt')).not.toBe(first);
    expect(await identity('https://a.example', '')).not.toBe(first);
    expect(
      await identity('https://a.example', 'certificate-authority: pki/ca.crt, insecure-skip-tls-verify: true'),
    ).not.toBe(first);
  });

  test('show what an exec plug-in would run, and no secret', async () => {
    const path = file(
      'exec',
      `clusters: [{ name: c, cluster: { server: "https://eve:hunter2@a.example" } }]
users:
- name: eve
  user:
    token: s3cret-token
    password: s3cret-password
    client-key-data: c2VjcmV0
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./bin/login
      args: [get-token, --cluster, prod]
      env: [{ name: AWS_SECRET_ACCESS_KEY, value: s3cret-env }]
      installHint: Install login from the wiki
contexts: [{ name: x, context: { cluster: c, user: eve } }]
`,
    );
    const listed = await contextsOf(path);
    expect(listed.contexts[0]?.exec).toMatchObject({
      command: join(folder.path, 'bin/login'),
      args: ['get-token', '--cluster', 'prod'],
      env: ['AWS_SECRET_ACCESS_KEY'],
      installHint: 'Install login from the wiki',
    });
    expect(JSON.stringify(listed)).not.toMatch(/s3cret|c2VjcmV0|hunter2/);
  });

  test('a consent to a plug-in lapses with its arguments and the names of its environment', async () => {
    const identity = async (exec: string): Promise<string | undefined> => {
      const path = file(
        'consent',
        `clusters: [{name: c, cluster: {server: https://a}}]\nusers: [{name: u, user: {exec: {command: login, ${exec}}}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]`,
      );
      return (await contextsOf(path)).contexts[0]?.exec?.identity;
    };
    const first = await identity('args: [a], env: [{name: A, value: x}]');
    expect(await identity('args: [a], env: [{name: A, value: y}]')).toBe(first);
    expect(await identity('args: [b], env: [{name: A, value: x}]')).not.toBe(first);
    expect(await identity('args: [a], env: [{name: LD_PRELOAD, value: x}]')).not.toBe(first);
  });

  test.each([
    ['no cluster of that name', 'contexts: [{name: x, context: {cluster: gone}}]', 'names the cluster gone, which'],
    ['no user of that name', 'contexts: [{name: x, context: {cluster: c, user: gone}}]', 'names the user gone, which'],
    ['no cluster at all', 'contexts: [{name: x, context: {}}]', 'names no cluster'],
    [
      'a server that is no address',
      'contexts: [{name: x, context: {cluster: bad}}]',
      'is not an http or https address',
    ],
    ['a CA file that is not there', 'contexts: [{name: x, context: {cluster: noca}}]', 'cannot be read'],
    ['a login that needs a terminal', 'contexts: [{name: x, context: {cluster: c, user: tty}}]', 'needs a terminal'],
  ])('%s is said in one sentence', async (_, contexts, sentence) => {
    const path = file(
      'broken',
      `clusters: [{name: c, cluster: {server: https://a}}, {name: bad, cluster: {server: ftp}}, {name: noca, cluster: {server: https://a, certificate-authority: nowhere.crt}}]
users: [{name: tty, user: {exec: {command: login, interactiveMode: Always}}}]
${contexts}`,
    );
    expect((await contextsOf(path)).contexts[0]?.problem).toContain(sentence);
  });

  test.each([
    ['bad YAML', 'users:\n- name: [eve\n  user: {token: s3cret}\n', /is not valid YAML \(line \d\)\.$/],
    ['a list', '- a\n', /is not a kubeconfig/],
  ])('%s: the file and its line are named, its text is not', async (_, text, problem) => {
    const { contexts, files } = await contextsOf(file('bad', text));
    expect(contexts).toEqual([]);
    expect(files[0]?.problem).toMatch(problem);
    expect(files[0]?.problem).not.toContain('s3cret');
  });

  test.each([
    ['an empty file', ''],
    [
      'entries of wrong types',
      'clusters: 7\nusers: [null, 3, {name: 5}]\ncontexts: [{name: null}, {name: x, context: [1]}]',
    ],
    ['a key that objects have by nature', 'clusters: [{name: __proto__, cluster: {server: https://a}}]'],
  ])('%s hurts nothing', async (_, text) => {
    const { files } = await contextsOf(file('odd', text));
    expect(files[0]?.state).toBe('read');
  });

  test('a file without permission is said', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may read every file');
    const path = file('closed', '');
    chmodSync(path, 0);
    expect((await contextsOf(path)).files[0]?.problem).toContain('permission denied');
  });
});
