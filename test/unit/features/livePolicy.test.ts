/** A policy as the cluster has it: on its own, and in the text of its document, where only what differs stands out. */
import { describe, expect, test } from 'vitest';
import { livePolicyOf, objectText } from '../../../server/src/features/livePolicy.ts';
import { objectOfQuery } from '../../../server/src/protocol/objects.ts';
import type { Coverage } from '../../../server/src/workspace/clusterSource.ts';
import type { SourceView } from '../../../server/src/workspace/snapshot.ts';
import { liveSource, stateOfTexts } from '../../support/clusterSource.ts';
import { SHOP, policy, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from '../../support/snapshotOf.ts';

const NOW = new Date(2026, 10, 12, 9, 14).getTime();
const URI = uriOf('policy.yaml');
const live = (text: string, more?: readonly Coverage[]): SourceView => liveSource(shopWith(text), NOW, undefined, more);

const snapshot = (text: string, source: SourceView, more: SnapshotOptions = {}) =>
  snapshotOf(shopWith(text), { source, now: NOW, ...more });

/** The document with what the cluster has in the place of the policy `shop/web`. */
const besides = (text: string, there: string, more?: SnapshotOptions) =>
  objectText(snapshot(text, live(there), more), {
    document: URI,
    kind: 'NetworkPolicy',
    namespace: 'shop',
    name: 'web',
    inDocument: true,
  });

/** The lines that a diff would show: `-` as the cluster has it, `+` as it is written. */
function diff(text: string, there: string): string {
  const left = besides(text, there).text.split('\n');
  const right = text.split('\n');
  let head = 0;
  while (head < left.length && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(left.length, right.length) - head && left.at(-1 - tail) === right.at(-1 - tail)) tail += 1;
  const changed = (lines: readonly string[], sign: string): readonly string[] =>
    lines.slice(head, lines.length - tail).map((line) => `${sign} ${line}`);
  return [...changed(left, '-'), ...changed(right, '+')].join('\n');
}

const WRITTEN = `# Who may reach the shop's front.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  labels: { team: shop } # ours
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
    # the shop itself
    - from:
        - podSelector: {matchLabels: {app: api}}
      ports:
        - port: 8080
    - from: # everybody in
        - namespaceSelector: {}
`;
const SPEC = {
  web: 'podSelector: { matchLabels: { app: web } }\npolicyTypes: [Ingress]',
  api: '- from: [{ podSelector: { matchLabels: { app: api } } }]\n  ports: [{ port: 8080, protocol: TCP }]',
  all: '- from: [{ namespaceSelector: {} }]',
};

describe('the document with the policy as the cluster has it', () => {
  test.each<readonly [what: string, there: string, expected: string]>([
    ['the same', policy(`${SPEC.web}\ningress:\n${SPEC.api}\n${SPEC.all}`), ''],
    [
      'other targets',
      policy(`${SPEC.web.replace('app: web', 'app: front')}\ningress:\n${SPEC.api}\n${SPEC.all}`),
      '-   podSelector: {matchLabels: {app: front}}\n+   podSelector: {matchLabels: {app: web}}',
    ],
    [
      'another port',
      policy(`${SPEC.web}\ningress:\n${SPEC.api.replace('8080', '8443')}\n${SPEC.all}`),
      '-         - port: 8443\n+         - port: 8080',
    ],
    [
      'a rule that it lacks',
      policy(`${SPEC.web}\ningress:\n${SPEC.api}`),
      '+     - from: # everybody in\n+         - namespaceSelector: {}',
    ],
    [
      'a rule more',
      policy(`${SPEC.web}\ningress:\n${SPEC.api}\n${SPEC.all}\n- ports: [{ port: 53 }]`),
      '-     - ports:\n-         - port: 53',
    ],
  ])('%s', (_, there, expected) => {
    expect(diff(WRITTEN, there)).toBe(expected);
  });

  const spec = `${SPEC.web}\ningress:\n${SPEC.api}`;
  test.each<readonly [what: string, there: string]>([
    ['no rule', policy(SPEC.web)],
    ['egress beside it', policy(`${SPEC.web.replace('[Ingress]', '[Ingress, Egress]')}\ningress:\n${SPEC.api}`)],
    [
      'a rule between',
      policy(`${SPEC.web}\ningress:\n${SPEC.api}\n- from: [{ ipBlock: { cidr: 10.0.0.0/8 } }]\n${SPEC.all}`),
    ],
    ['rules that let everybody in', policy(`${SPEC.web}\ningress: [{}, {}]`)],
    ['every port, on more peers', policy(`${SPEC.web}\ningress:\n${SPEC.api.replace(/\n.*/, '')}\n${SPEC.all}`)],
    [
      'another spec altogether',
      policy('podSelector: {}\npolicyTypes: [Egress]\negress: [{ to: [{ podSelector: {} }] }]'),
    ],
  ])('means what the cluster has: %s', (_, there) => {
    for (const text of [WRITTEN, policy(spec), JSON.stringify(WEB_JSON, null, 2), JSON.stringify(WEB_JSON)]) {
      const { text: left } = besides(text, there);
      // Read back, it is the cluster's: laid over it, nothing differs any more.
      expect(livePolicyOf(snapshot(left, live(there)), URI, 'shop/web')).toMatchObject({ same: true });
    }
  });

  test('leaves the other documents of the file alone', () => {
    const other = policy('podSelector: {}', 'name: other, namespace: shop');
    const before = `${other}---\n`;
    const after = `---\n${other}# the end\n`;
    const there = policy('podSelector: { matchLabels: { app: front } }');
    const { text } = besides(before + policy('podSelector: { matchLabels: { app: web } }') + after, there);
    expect(text).toBe(before + there + after);
  });

  test('stays what it was while the text cannot be read', () => {
    const held = { 'policy.yaml': WRITTEN.replace('ingress:', 'ingress: {') };
    expect(besides(WRITTEN, policy(SPEC.web), { held })).toEqual({ text: '', held: true });
  });

  test('is the policy alone where an edit could not be read back', () => {
    const aliased = policy('podSelector: &all {}\ningress: [{ from: [{ podSelector: *all }] }]');
    const there = policy('podSelector: { matchLabels: { a: b } }\ningress: [{ from: [{ podSelector: {} }] }]');
    const { text } = besides(aliased, there);
    expect(text).toContain('# Read-only: what Bulkhead reads of this NetworkPolicy');
    expect(text).toContain('a: b');
  });
});

const WEB_JSON = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { podSelector: {}, egress: [{ to: [{ podSelector: {} }] }] },
};

describe('the policy of a lens, or at the cursor', () => {
  const two = `${policy(SPEC.web)}---\n${policy('podSelector: {}', 'name: all, namespace: shop')}`;

  test('is found in its document, and seen without what is laid over it', () => {
    const from = live(policy('podSelector: { matchLabels: { app: front } }'));
    const found = livePolicyOf(snapshot(two, from), URI, two.indexOf('spec:'));
    expect(found).toMatchObject({ name: 'shop/web', source: 'prod-eu', same: false });
    const view = 'view' in found ? objectOfQuery(decodeURIComponent(found.view.split('?')[1] ?? '')) : undefined;
    expect(view).toEqual({ document: URI, kind: 'NetworkPolicy', namespace: 'shop', name: 'web' });
    expect(view && objectText(snapshot(two, from), view).text).toContain('app: front');
  });

  const refused: Coverage = {
    kind: 'NetworkPolicy',
    group: 'networking.k8s.io',
    namespace: 'shop',
    status: { state: 'forbidden', why: 'Policies of shop may not be listed.', mend: 'list networkpolicies' },
  };
  const saved = stateOfTexts(SHOP, { kind: 'snapshot' });
  test.each<readonly [what: string, text: string, source: SourceView, problem: string]>([
    ['no policy', '# nothing\n', live(''), 'There is no NetworkPolicy at the cursor.'],
    ['no cluster', two, { kind: 'files' }, 'No cluster is chosen: pods come from these files.'],
    ['one that gives nothing', two, { kind: 'none', label: 'dev', problem: 'it is gone' }, 'dev: it is gone'],
    ['one without it', two, live(''), 'shop/web is not in prod-eu: it is not applied yet.'],
    ['a saved one without it', two, { kind: 'snapshot', label: 'a.json', state: saved }, 'shop/web is not in a.json.'],
    [
      'one that may not be read',
      two,
      live('', [refused]),
      'Whether shop/web is in prod-eu is not known: Policies of shop may not be listed.',
    ],
    [
      'a policy without a name',
      policy('podSelector: {}', 'namespace: shop'),
      live(''),
      'This NetworkPolicy has no name, so that no cluster can have it.',
    ],
  ])('says why there is none: %s', (_, text, source, problem) => {
    expect(livePolicyOf(snapshot(text, source), URI, 0)).toEqual({ problem });
  });
});
