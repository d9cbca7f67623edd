/** Where a manifest and the chosen cluster say different things: lenses and hovers. */
import { describe, expect, test } from 'vitest';
import { answeringLenses } from '../../support/lenses.ts';
import { hover } from '../../../server/src/features/hover.ts';
import { matches } from '../../../server/src/features/matches.ts';
import type { Coverage, CoverageStatus } from '../../../server/src/workspace/clusterSource.ts';
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
  return answeringLenses(snapshot, uriOf(file)).flatMap(({ command }) =>
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
    const command = answeringLenses(snapshot, uriOf('policy.yaml'))[2]?.command;
    expect(command).toMatchObject({
      command: 'bulkhead.compareLivePolicy',
      arguments: [{ uri: uriOf('policy.yaml'), policy: 'shop/web' }],
    });
  });

  const dump: SourceView = { kind: 'snapshot', label: 'shop.json', state: stateOfTexts(SHOP, { kind: 'snapshot' }) };
  const half: Coverage = { kind: 'NetworkPolicy', group: '', namespace: 'shop', status: { state: 'reading' } };
  test.each<readonly [what: string, text: string, source: SourceView, expected: readonly string[]]>([
    ['the same', WEB, live(WEB), []],
    ['not there', WEB, live(), ['Not applied yet: apply…']],
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
    const command = answeringLenses(snapshot, uriOf('s.yaml'))[1]?.command;
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

/** The lines of a hover before the first place of a text that speak of manifest and cluster. */
function hoverSays(
  file: string,
  text: string,
  place: string,
  source: SourceView,
  commandLinks = false,
): readonly string[] {
  const snapshot = snapshotOf(shopWith(text, file), { source, now: NOW });
  const found = hover(snapshot, uriOf(file), text.indexOf(place), { commandLinks });
  const lines = (found?.contents as { readonly value: string } | undefined)?.value.split('  \n') ?? [];
  return lines
    .filter((line) => /differs|applied|not known|manifest|Not in/i.test(line))
    .map((line) => line.split('\n')[0] ?? '');
}

describe('the hover of a policy', () => {
  const rules = (...items: readonly string[]): string =>
    policy(`podSelector: { matchLabels: { app: web } }\npolicyTypes: [Ingress]\ningress:\n${items.join('\n')}`);
  const half: Coverage = { kind: 'NetworkPolicy', group: '', namespace: 'shop', status: { state: 'reading' } };
  const dump: SourceView = { kind: 'snapshot', label: 'shop.json', state: stateOfTexts(SHOP, { kind: 'snapshot' }) };
  test.each<readonly [what: string, text: string, source: SourceView, expected: readonly string[]]>([
    ['the same', WEB, live(WEB), []],
    ['not there', WEB, live(), ['**Not applied yet** in prod-eu: answers are as if it were']],
    ['not in a saved cluster', WEB, dump, ['**Not in shop.json**: answers are as if it were applied']],
    [
      'not read yet',
      WEB,
      liveSource(SHOP, NOW, undefined, [half]),
      ['Whether prod-eu has the same is not known: it is still being read'],
    ],
    [
      'other targets and directions',
      WEB,
      live(policy('podSelector: {}\npolicyTypes: [Egress]')),
      [
        '**Differs from prod-eu**: there it selects every pod, there it does not isolate ingress, there it isolates egress. Answers are as if this text were applied',
      ],
    ],
    [
      'other rules',
      rules('- ports: [{ port: 1 }]', '- from: [{ podSelector: {} }]', '- ports: [{ port: 3 }]'),
      live(rules('- ports: [{ port: 2 }]', '- from: [{ namespaceSelector: {} }]')),
      [
        '**Differs from prod-eu**: ingress rule 1 has other ports there, ingress rule 2 has other peers there, ingress rule 3 is missing there. Answers are as if this text were applied',
      ],
    ],
  ])('%s', (_, text, source, expected) => {
    expect(hoverSays('policy.yaml', text, 'name: web', source)).toEqual(expected);
  });

  test('leads to the comparison where the client runs commands', () => {
    const [line] = hoverSays('policy.yaml', WEB, 'name: web', live(ALL), true);
    expect(line).toMatch(/applied · \[Compare\]\(command:bulkhead\.compareLivePolicy\?[^)]*\)$/);
  });
});

describe('the hover of another object', () => {
  const other = edited('app: web, track: stable', 'app: web2, track: stable');
  test.each<readonly [what: string, text: string, place: string, expected: readonly string[]]>([
    [
      'a workload',
      other,
      'name: web,',
      ['**Differs from prod-eu**: label `app` is `web` there. Answers are of the pods there, not of this template'],
    ],
    [
      'its label that differs',
      other,
      'app: web2',
      ['**Differs from prod-eu**: label `app` is `web` there. Answers are of the pods there, not of this template'],
    ],
    ['its label that does not', other, 'track: stable', []],
    [
      'its port',
      edited('containerPort: 8080', 'containerPort: 8000'),
      'containerPort: 8000',
      [
        '**Differs from prod-eu**: port 8000/TCP (`http`) is missing there, port 8080/TCP (`http`) is only there. Answers are of the pods there, not of this template',
      ],
    ],
    [
      'a namespace',
      edited('labels: { team: shop }', 'labels: { team: front }'),
      'name: shop, labels',
      ['**Differs from prod-eu**: label `team` is `shop` there. Answers are of the labels there'],
    ],
  ])('%s', (_, text, place, expected) => {
    expect(hoverSays('shop.yaml', text, place, live())).toEqual(expected);
  });
});

describe('a hover that counts pods of a workload whose manifest differs', () => {
  const manifest = edited('app: web, track: stable', 'app: web2, track: stable').replace('track: canary', 'track: new');
  const text = `${WEB.replace('spec:', 'spec:\n  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]')}---\n${manifest}`;
  test.each(['podSelector: { matchLabels: { app: web } } }', 'from:', 'name: web'])('%s', (place) => {
    expect(hoverSays('shop.yaml', text, place, live(text.split('---\n')[0] ?? ''))).toEqual([
      'Counts are of the pods there; the manifest of web *Deployment* has `app=web2`, and 1 other manifest differs',
    ]);
  });

  test('says so in the list, which leads to the manifest', () => {
    const snapshot = snapshotOf(shopWith(text, 'shop.yaml'), { source: live(text.split('---\n')[0] ?? ''), now: NOW });
    const { items } = matches(snapshot, { uri: uriOf('shop.yaml'), policy: 'shop/web', path: 'spec.podSelector' });
    expect(items.map(({ label, detail }) => [label, detail])).toEqual([
      ['web', 'its manifest has app=web2'],
      ['web-canary', 'its manifest has track=new'],
    ]);
  });

  test('says nothing without a cluster', () => {
    expect(hoverSays('shop.yaml', text, 'from:', { kind: 'files' })).toEqual([]);
  });
});

describe('a selector that means a manifest whose pods are others', () => {
  const selects = policy('podSelector: { matchLabels: { app: web2 } }');
  const manifest = edited('app: web, track: stable', 'app: web2, track: stable');
  const night = `apiVersion: batch/v1
kind: CronJob
metadata: { name: night, namespace: shop }
spec: { jobTemplate: { spec: { template: { metadata: { labels: { app: web2 } }, spec: { containers: [{ name: c }] } } } } }
`;
  const refused: CoverageStatus = { state: 'forbidden', why: 'pods may not be listed', mend: 'list pods' };
  test.each<readonly [what: string, text: string, source: SourceView, expected: readonly string[]]>([
    [
      'that run otherwise',
      manifest,
      live(selects),
      ['By its manifest also web *Deployment* (label `app` is `web` there)'],
    ],
    ['that do not run', night, live(selects), ['By its manifest also night *CronJob* (no pod of it is there)']],
    [
      'of both sorts',
      `${manifest}---\n${night}`,
      live(selects),
      [
        'By their manifests also night *CronJob* (no pod of it is there), web *Deployment* (label `app` is `web` there)',
      ],
    ],
    ['that may not be listed', night, liveSource(shopWith(selects), NOW, refused), []],
    ['and no cluster', night, { kind: 'files' }, []],
  ])('%s', (_, text, source, expected) => {
    const whole = `${selects}---\n${text}`;
    const lines = hoverSays('shop.yaml', whole, 'podSelector', source);
    expect(lines.filter((line) => line.startsWith('By '))).toEqual(expected);
  });
});
