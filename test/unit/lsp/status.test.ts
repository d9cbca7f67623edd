/** What the status item says of every kind of source. */
import { describe, expect, test } from 'vitest';
import { statusOf } from '../../../server/src/lsp/status.ts';
import type { NetworkPlugins } from '../../../server/src/model/networkPlugin.ts';
import type { Coverage } from '../../../server/src/workspace/clusterSource.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { policy, SHOP, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf } from '../../support/snapshotOf.ts';

const NOW = new Date(2026, 10, 12, 9, 14).getTime();

const status = (...source: Parameters<typeof liveSource>) =>
  statusOf(snapshotOf(SHOP, { source: liveSource(...source), now: NOW }));
const row = (kind: string, rows: ReturnType<typeof statusOf>['rows']): string =>
  rows.flatMap((each) => (each.kind === kind ? [`${each.count} ${each.state}`] : [])).join();

describe('the files of the folder', () => {
  test('are counted', () => {
    const { health, source, busy, rows } = statusOf(snapshotOf(SHOP));
    expect({ health, source, busy }).toEqual({ health: 'ok', source: 'these files', busy: false });
    expect(row('Namespace', rows)).toBe('2 read completely');
    expect(row('NetworkPolicy', rows)).toBe('0 read completely');
  });

  test('say how far they have been read', () => {
    const reading = snapshotOf(SHOP, { source: { kind: 'files', indexing: { done: 2, total: 5 } } });
    expect(statusOf(reading)).toMatchObject({ busy: true });
    expect(row('Pod', statusOf(reading).rows)).toMatch(/reading … 40 %$/);
  });

  test('say what could not be read', () => {
    expect(statusOf(snapshotOf(SHOP), ['a.yaml cannot be read.'])).toMatchObject({
      health: 'warning',
      problems: ['a.yaml cannot be read.'],
    });
  });
});

describe('a cluster', () => {
  test('that was read completely has nothing to complain of', () => {
    const { health, source, busy, problems } = status(SHOP, NOW);
    expect({ health, source, busy, problems }).toEqual({ health: 'ok', source: 'prod-eu', busy: false, problems: [] });
  });

  test('that is being read says how far', () => {
    const { busy, rows } = status(SHOP, NOW, { state: 'reading', fraction: 0.4 });
    expect(busy).toBe(true);
    expect(row('Pod', rows)).toMatch(/ reading … 40 %$/);
  });

  test('names the right that is missing', () => {
    const mend = 'list and watch pods';
    const { health, rows, problems } = status(SHOP, NOW, { state: 'forbidden', why: 'u may not list pods', mend });
    expect(health).toBe('warning');
    expect(row('Pod', rows)).toMatch(/ may not be listed$/);
    expect(problems).toEqual(['u may not list pods. The right that mends it: list and watch pods.']);
  });

  test('that was read in some namespaces alone says in how many', () => {
    const forbidden = { state: 'forbidden', why: 'no', mend: 'list pods' } as const;
    const more: readonly Coverage[] = [
      { kind: 'Pod', group: '', namespace: 'shop', status: { state: 'complete' } },
      { kind: 'Pod', group: '', namespace: 'platform', status: forbidden },
    ];
    expect(row('Pod', status(SHOP, NOW, forbidden, more).rows)).toMatch(/ read in 1 of 2 namespaces$/);
  });

  test('that refuses many kinds says of each place which', () => {
    const refused = (kind: string, namespace?: string): Coverage => ({
      kind,
      group: '',
      status: { state: 'forbidden', why: `u may not list ${kind}`, mend: `list ${kind}` },
      ...(namespace !== undefined && { namespace }),
    });
    const kinds = ['Pod', 'Service', 'Job'];
    const clusterWide = ['Service', 'Job', 'Node'].map((kind) => refused(kind));
    const inNamespaces = ['default', 'shop'].flatMap((namespace) => kinds.map((kind) => refused(kind, namespace)));
    const { problems, rows } = status(SHOP, NOW, refused('Pod').status, [...clusterWide, ...inNamespaces]);
    expect(problems).toEqual([
      'Not allowed to read in the whole cluster: Pod, Service, Job, Node.',
      'Not allowed to read in namespaces default, shop: Pod, Service, Job.',
      'The rights that mend it: “Copy the read role that Bulkhead needs”.',
    ]);
    // Nothing is known of their number.
    expect(rows.find(({ kind }) => kind === 'Pod')).toEqual({ kind: 'Pod', state: 'may not be listed' });
  });

  test('that was lost says since when', () => {
    const stale = { state: 'stale', since: NOW - 60_000, why: 'The connection was cut.' } as const;
    const { health, rows, problems } = status(SHOP, NOW, stale);
    expect(health).toBe('warning');
    expect(row('Pod', rows)).toMatch(/ stale since 09:13$/);
    expect(problems).toEqual(['prod-eu: stale since 09:13.', 'The connection was cut.']);
  });

  test('that refuses everything is an error, and says only so much', () => {
    const more = Array.from({ length: 20 }, (_, index): Coverage => {
      const status = { state: 'failed', why: `Namespace n${index} failed.` } as const;
      return { kind: 'Pod', group: '', namespace: `n${index}`, status };
    });
    const { problems } = status(SHOP, NOW, { state: 'failed', why: 'It failed.' }, more);
    expect(problems).toHaveLength(6);
    expect(problems.at(-1)).toBe('… and 16 more.');
  });
});

describe('how far policies isolate', () => {
  const web = policy('podSelector: { matchLabels: { app: web } }');
  const deny = (namespace: string): string =>
    policy('podSelector: {}\npolicyTypes: [Ingress, Egress]', `name: deny, namespace: ${namespace}`);

  test.each([
    [
      'no policy',
      SHOP,
      'ingress 0 of 13 pods isolated, egress 0 of 13; namespaces without default-deny: platform, shop',
    ],
    [
      'some pods',
      shopWith(web),
      'ingress 5 of 13 pods isolated, egress 0 of 13; namespaces without default-deny: platform, shop',
    ],
    [
      'one direction of a namespace',
      shopWith(`${deny('platform')}---\n${policy('podSelector: {}', 'name: deny, namespace: shop')}`),
      'ingress 12 of 13 pods isolated (1 not known), egress 2 of 13 (1 not known); namespaces without default-deny: shop (egress)',
    ],
    [
      'everything',
      shopWith(`${deny('platform')}---\n${deny('shop')}`),
      'ingress 12 of 13 pods isolated (1 not known), egress 12 of 13 (1 not known); every namespace has default-deny',
    ],
  ])('%s', (_name, texts, expected) => {
    expect(statusOf(snapshotOf(texts)).coverage).toBe(`Coverage: ${expected}`);
  });

  test('is not said while the source is being read, or where no pod is known', () => {
    const reading = snapshotOf(SHOP, { source: { kind: 'files', indexing: { done: 2, total: 5 } } });
    expect(statusOf(reading).coverage).toBeUndefined();
    expect(statusOf(snapshotOf(new Map())).coverage).toBeUndefined();
    expect(status(SHOP, NOW, { state: 'reading' }).coverage).toBeUndefined();
  });
});

describe('the network plug-in of a cluster', () => {
  const statusWith = (plugins: NetworkPlugins) => {
    const source = liveSource(SHOP, NOW);
    if (source.kind !== 'live') throw new Error('it is live');
    return statusOf(snapshotOf(SHOP, { source: { ...source, state: { ...source.state, plugins } }, now: NOW }));
  };
  const cilium: NetworkPlugins['plugins'][number] = {
    id: 'cilium',
    name: 'Cilium',
    version: 'v1.18.1',
    enforces: 'yes',
    seen: 'DaemonSet kube-system/cilium',
    ipBlockPods: 'never',
  };
  const exceptions = [{ why: 'run Windows', nodes: ['a', 'b'] }];

  test('that enforces policies is named, with the nodes on which it usually does not', () => {
    const why = 'Cilium enforces NetworkPolicies';
    expect(statusWith({ plugins: [cilium], enforces: 'yes', why, exceptions })).toMatchObject({
      health: 'ok',
      plugins:
        'Network plug-in: Cilium v1.18.1. NetworkPolicies are enforced, but usually not on some nodes: 2 nodes run Windows. An ipBlock matches no pods and no nodes in Cilium',
    });
  });

  test('that enforces nothing is the first thing that is said', () => {
    const why = 'Flannel carries traffic and enforces no policies';
    const { health, problems } = statusWith({ plugins: [], enforces: 'no', why, exceptions: [] });
    expect([health, problems[0]]).toEqual([
      'warning',
      'Nothing in this cluster enforces NetworkPolicies: Flannel carries traffic and enforces no policies.',
    ]);
  });

  test('of which that is not known is no problem, and says so', () => {
    const why = 'no network plug-in that Bulkhead knows was found';
    const { health, plugins } = statusWith({ plugins: [], enforces: 'unknown', why, exceptions: [] });
    expect([health, plugins]).toEqual([
      'ok',
      `Network plug-in: none that is known. Whether NetworkPolicies are enforced is not known: ${why}`,
    ]);
  });
});

test('what may not be listed is a matter of rights', () => {
  expect(status(SHOP, NOW, { state: 'forbidden', why: 'no', mend: 'list pods' }).lacksRights).toBe(true);
  expect(status(SHOP, NOW, { state: 'failed', why: 'no' }).lacksRights).toBeUndefined();
});
