import { expect, test } from 'vitest';
import type { NetworkPlugin, NetworkPlugins } from '../../../../server/src/model/networkPlugin.ts';
import { chosenPlugins } from '../../../../server/src/workspace/cni/chosenPlugins.ts';
import { statedPlugins } from '../../../../server/src/workspace/cni/statedPlugins.ts';

const CILIUM: NetworkPlugin = {
  id: 'cilium',
  name: 'Cilium',
  enforces: 'no',
  why: 'it audits',
  seen: 'DaemonSet kube-system/cilium',
};
const FOUND: NetworkPlugins = {
  plugins: [{ ...CILIUM, ipBlockPods: 'never' }],
  enforces: 'no',
  why: 'it audits',
  exceptions: [{ why: 'run Windows', nodes: ['win'] }],
};

test.each([
  ['detect', 'no'],
  ['enforced', 'yes'],
  ['not-enforced', 'no'],
  ['calico', 'yes'],
  ['flannel', 'no'],
  ['anything else', 'no'],
])('%s over what was found: %s', (choice, expected) => {
  expect(chosenPlugins(choice, FOUND)?.enforces).toBe(expected);
});

test('of a plug-in that a person names what was found of its configuration stays', () => {
  const { plugins } =
    chosenPlugins('cilium', { ...FOUND, plugins: [{ ...CILIUM, version: 'v1.15.2', ipBlockPods: 'never' }] }) ?? {};
  expect(plugins).toMatchObject([{ id: 'cilium', enforces: 'yes', version: 'v1.15.2', ipBlockPods: 'never' }]);
  expect(chosenPlugins('calico', FOUND)?.plugins).toMatchObject([{ id: 'calico' }]);
});

test('what a person says counts without a cluster, too', () => {
  expect(chosenPlugins('detect', undefined)).toBeUndefined();
  expect(chosenPlugins('not-enforced', undefined)).toMatchObject({ enforces: 'no' });
});

test('a snapshot says what was found when it was taken', () => {
  expect(statedPlugins(JSON.parse(JSON.stringify(FOUND)))).toEqual(FOUND);
  expect(statedPlugins(undefined)).toBeUndefined();
  expect(statedPlugins({ enforces: '__proto__', plugins: 'none', exceptions: [3] })).toEqual({
    plugins: [],
    enforces: 'unknown',
    why: '',
    exceptions: [{ why: '', nodes: [] }],
  });
});
