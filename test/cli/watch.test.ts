/** `bulkhead watch` over a scripted API server: what a network and rights in part do to it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bulkhead } from '../support/commandLine.ts';
import { FakeApiServer, kubeconfigFor } from '../support/fakeApiServer.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporaryFolder.ts';
import { startWatching, type Watching } from '../support/watching.ts';

const POLICIES = '/apis/networking.k8s.io/v1/networkpolicies';
const IN_SHOP = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const policy = (name: string, namespace = 'shop') => ({
  metadata: { name, namespace, uid: `uid-${name}` },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
});

let server: FakeApiServer;
let folder: TemporaryFolder;
let env: Readonly<Record<string, string>>;
let running: Watching | undefined;
beforeEach(async () => {
  server = await FakeApiServer.start();
  folder = temporaryFolder('watch');
  writeFileSync(join(folder.path, 'config'), kubeconfigFor(server.url));
  env = { KUBECONFIG: join(folder.path, 'config'), BULKHEAD_STATE: join(folder.path, 'state') };
});
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  running = undefined;
  await server.stop();
  folder.remove();
});

function watch(...args: readonly string[]): Watching {
  return (running = startWatching(['--context', 'one', ...args], env));
}

const once = (): ReturnType<typeof bulkhead> => bulkhead(['watch', '--context', 'one', '--once'], { env });
const named = (stdout: string): readonly string[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly change: string; readonly policy: string })
    .map(({ change, policy }) => `${change} ${policy}`);

it('goes on where the connections are cut', async () => {
  const { said, line, child, ended } = watch();
  expect(await said()).toBe('bulkhead: Watching the NetworkPolicies of one.');
  server.put(POLICIES, policy('a'));
  expect(await line()).toMatchObject({ change: 'created', policy: 'shop/a' });
  server.cutConnections();
  server.put(POLICIES, policy('b'));
  expect(await line()).toMatchObject({ change: 'created', policy: 'shop/b' });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

it.each(['SIGINT', 'SIGTERM'] as const)('ends on %s also where the server answers nothing', async (signal) => {
  const asked = new Promise<void>((resolve) => {
    server.intercept = () => {
      resolve();
      return true;
    };
  });
  const { child, ended } = watch();
  await asked;
  child.kill(signal);
  expect(await ended).toBe(0);
});

it('watches what it may, and says what it may not', async () => {
  server.forbidden.add(POLICIES);
  const { said, line } = watch();
  expect(await said()).toBe(
    'bulkhead: Watching the NetworkPolicies of one, only in shop: elsewhere they may not be read.',
  );
  server.put(IN_SHOP, policy('a'));
  expect(await line()).toMatchObject({ change: 'created', policy: 'shop/a' });
});

it('claims nothing of a list that was not read to its end', async () => {
  server.put(POLICIES, policy('a'), policy('b'));
  expect(await once()).toMatchObject({ status: 0, stdout: '' });
  server.intercept = ({ url = '' }, response) => {
    if (!url.includes('networkpolicies')) return false;
    response.write(`{"type":"ADDED","object":${JSON.stringify(policy('a'))}}\n`, () => response.destroy());
    return true;
  };
  const broken = await once();
  expect(broken).toMatchObject({ status: 2, stdout: '' });
  server.intercept = () => false;
  server.remove(POLICIES, 'b');
  expect(named((await once()).stdout)).toEqual(['deleted shop/b']);
});

it('is not ended by a reader who goes', async () => {
  const { said, child, ended } = watch();
  await said();
  child.stdout?.destroy();
  server.put(POLICIES, policy('a'));
  expect(await ended).toBe(0);
});
