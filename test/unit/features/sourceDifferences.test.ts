/** Where a manifest and the chosen cluster say different things: lenses and hovers. */
import { describe, expect, test } from 'vitest';
import { codeLenses } from '../../../server/src/features/codeLens.ts';
import type { Coverage } from '../../../server/src/workspace/clusterSource.ts';
import type { SourceView } from '../../../server/src/workspace/snapshot.ts';
import { annotated } from '../../support/annotations.ts';
import { liveSource, stateOfTexts } from '../../support/clusterSource.ts';
import { SHOP, policy, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from '../../support/snapshotOf.ts';

const NOW = new Date(2026, 10, 12, 9, 14).getTime();
const WEB = policy('podSelector: { matchLabels: { app: web } }');
const ALL = policy('podSelector: {}');
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: { app: web } }\n';
const SERVICES: Coverage = { kind: 'Service', group: '', status: { state: 'complete' } };

/** A live cluster that holds what these texts say. */
const live = (...texts: readonly string[]): SourceView =>
  liveSource(new Map([...SHOP, ...texts.map((text, index) => [`${index}.yaml`, text] as const)]), NOW, undefined, [
    SERVICES,
  ]);

function titles(file: string, text: string, source: SourceView, more: SnapshotOptions = {}): readonly string[] {
  const snapshot = snapshotOf(shopWith(text, file), { source, now: NOW, ...more });
  return codeLenses(snapshot, uriOf(file)).flatMap(({ command }) =>
    /differs|not applied|not in/i.test(command?.title ?? '') ? [command?.title ?? ''] : [],
  );
}

/** The shop's manifests with another text in place of one of theirs. */
const edited = (before: string, after: string): string => (SHOP.get('shop.yaml') ?? '').replace(before, after);

describe('the lens of a policy', () => {
  test('stands at the end of its row and leads to the comparison', () => {
    const snapshot = snapshotOf(shopWith(WEB), { source: live(ALL), now: NOW });
    expect(annotated(snapshot).split('\n')[0]).toBe(
      '«Isolates ingress of 5 pods (web, web-canary) │ live: prod-eu │ Differs from the cluster»',
    );
    const command = codeLenses(snapshot, uriOf('policy.yaml'))[2]?.command;
    expect(command).toMatchObject({
      command: 'bulkhead.compareLivePolicy',
      arguments: [{ uri: uriOf('policy.yaml'), policy: 'shop/web' }],
    });
  });

  const dump: SourceView = { kind: 'snapshot', label: 'shop.json', state: stateOfTexts(SHOP, { kind: 'snapshot' }) };
  const half: Coverage = { kind: 'NetworkPolicy', group: '', namespace: 'shop', status: { state: 'reading' } };
  test.each<readonly [what: string, text: string, source: SourceView, expected: readonly string[]]>([
    ['the same', WEB, live(WEB), []],
    ['not there', WEB, live(), ['Not applied yet']],
    ['not there, of a saved cluster', WEB, dump, ['Not in the snapshot']],
    ['not read yet', WEB, liveSource(SHOP, NOW, undefined, [half]), []],
    ['without a cluster', WEB, { kind: 'files' }, []],
    ['with one that gives nothing', WEB, { kind: 'none', label: 'prod-eu', problem: 'it is gone' }, []],
    ['without a name', policy('podSelector: {}', 'namespace: shop'), live(), []],
  ])('%s', (_, text, source, expected) => {
    expect(titles('policy.yaml', text, source)).toEqual(expected);
  });

  test('is at the end of the line where lenses are', () => {
    const settings = { lens: { policy: 'inlay', rule: 'off', selector: 'off', workload: 'off' } } as const;
    expect(annotated(snapshotOf(shopWith(WEB), { source: live(ALL), now: NOW, settings })).split('\n')[0]).toBe(
      'apiVersion: networking.k8s.io/v1 ⟵ Isolates ingress of 5 pods (web, web-canary) · Differs from the cluster',
    );
  });
});

describe('the lens of another object', () => {
  test.each<readonly [what: string, text: string, expected: readonly string[]]>([
    ['nothing differs', edited('', ''), []],
    [
      "a label of a workload's template",
      edited('app: web, track: stable', 'app: web2, track: stable'),
      ['Differs from the cluster: label app is web there'],
    ],
    [
      'several things of it',
      edited('app: web, track: stable', 'app: web2, tier: front'),
      ['Differs from the cluster: label app is web there, and 2 more'],
    ],
    ['the number of its pods', edited('replicas: 4', 'replicas: 9'), []],
    [
      'a label of a namespace',
      edited('labels: { team: shop }', 'labels: { team: shop, env: prod }'),
      ['Differs from the cluster: label env=prod is missing there'],
    ],
  ])('%s', (_, text, expected) => {
    expect(titles('shop.yaml', text, live())).toEqual(expected);
  });

  test('of a Service leads to what the cluster has', () => {
    const snapshot = snapshotOf(shopWith(SERVICE.replace('app: web', 'app: api'), 's.yaml'), {
      source: live(SERVICE),
      now: NOW,
    });
    const command = codeLenses(snapshot, uriOf('s.yaml'))[1]?.command;
    expect(command?.title).toBe('Differs from the cluster: selector app is web there');
    expect(command?.command).toBe('bulkhead.openLiveObject');
    expect(command?.arguments?.[0]).toMatch(/^bulkhead-object:\/shop\/web\.Service\.yaml\?/);
  });

  test('shows hostile names harmlessly', () => {
    const hostile = edited('app: web, track: stable', 'app: web, track: stable, "a\\u202eb": x');
    expect(titles('shop.yaml', hostile, live())).toEqual([
      'Differs from the cluster: label a\\u202eb=x is missing there',
    ]);
  });
});
