import { describe, expect, test } from 'vitest';
import { isEmptyText, isServedPath, isServedText } from '../../../client/src/activationProbe.ts';

const SERVED: Record<string, string> = {
  'a policy': 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n',
  'the first line': 'kind: Pod',
  'a later document': 'a: 1\n---\nkind: Namespace\n---\nb: 2\n',
  'an item of a list': 'items:\n- kind: Deployment\n',
  'a list of one kind': 'kind: PodList\n',
  quotes: `"kind": 'CronJob'\n`,
  'Windows line ends': 'apiVersion: v1\r\nkind: Service\r\nmetadata: {}\r\n',
  'a comment behind it': 'kind: Job # nightly\n',
  'flow style': '{apiVersion: v1, kind: Pod}',
  JSON: '{\n  "apiVersion": "v1",\n  "kind": "StatefulSet"\n}',
  'JSON without spaces': '{"kind":"NetworkPolicy","apiVersion":"networking.k8s.io/v1"}',
  'JSON with the value on a line of its own': '{"kind":\n  "DaemonSet"}',
  'a policy of another API': 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n',
  'an unknown kind of a policy API': 'apiVersion: policy.networking.k8s.io/v1alpha2\nkind: Later\n',
};

const NOT_SERVED: Record<string, string> = {
  nothing: '',
  'a workflow':
    'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo "kind of Service"\n',
  'a compose file': 'services:\n  web:\n    image: nginx\n    networks: [front]\n',
  'a chart': 'apiVersion: v2\nname: shop\ntype: application\n',
  'another kind': 'apiVersion: v1\nkind: ConfigMap\n',
  'a kind that only begins like ours': 'kind: PodDisruptionBudget\n',
  'a kind with a suffix': 'kind: Service-Account\n',
  'a key that only ends like ours': 'my-kind: Pod\nmankind: Service\n',
  'a word in prose': 'description: kinds such as Pod and Service\n',
  'another group': 'apiVersion: notcilium.io/v2\nkind: Thing\n',
  "an editor's settings":
    '{\n  // Kinds such as Pod\n  "yaml.schemas": { "kubernetes": "*.yaml" },\n  "bulkhead.snapshot": "x.json"\n}',
  'a configuration of TypeScript': '{ "compilerOptions": { "types": [] }, /* kind */ "include": ["src"] }',
  'a manifest of npm': '{ "name": "x", "type": "module", "kind": "Podium" }',
};

describe('the server starts for', () => {
  test.each(Object.entries(SERVED))('%s', (_, text) => expect(isServedText(text)).toBe(true));
});

describe('the server does not start for', () => {
  test.each(Object.entries(NOT_SERVED))('%s', (_, text) => expect(isServedText(text)).toBe(false));
});

test('a text is looked at up to a bound', () => {
  const filler = 'a: 1\n'.repeat(150_000);
  expect(isServedText(`${filler}kind: Pod\n`)).toBe(true);
  expect(isServedText(`${filler}${filler}kind: Pod\n`)).toBe(false);
});

test.each([
  ['/shop/bulkhead.yaml', true],
  ['C:\\work\\bulkhead.yml', true],
  ['bulkhead.yaml', true],
  ['/shop/overlays/prod/kustomization.yaml', true],
  ['/shop/chart/Chart.yaml', true],
  ['/shop/not-bulkhead.yaml', false],
  ['/shop/bulkhead.yaml.bak', false],
])('our own configuration, overlays and charts are known by name: %s', (path, served) =>
  expect(isServedPath(path)).toBe(served),
);

test.each([
  ['', true],
  ['\n \n', true],
  ['a: 1\n', false],
])('an empty text may become a policy: %j', (text, isEmpty) => expect(isEmptyText(text)).toBe(isEmpty));
