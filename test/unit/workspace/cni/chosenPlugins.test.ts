import { expect, test } from 'vitest';
import type { NetworkPlugins } from '../../../../server/src/model/networkPlugin.ts';
import { chosenPlugins } from '../../../../server/src/workspace/cni/chosenPlugins.ts';
import { statedPlugins } from '../../../../server/src/workspace/cni/statedPlugins.ts';

const FOUND: NetworkPlugins = {
  plugins: [{ id: 'cilium', name: 'Cilium', enforces: 'no', why: 'it audits', seen: 'DaemonSet kube-system/cilium' }],
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
