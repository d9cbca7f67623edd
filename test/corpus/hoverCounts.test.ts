/** Hovers over the manifest corpora: their counts against a naive reading of the API, their length at every word. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, test } from 'vitest';
import { hover } from '../../server/src/features/hover.ts';
import { selectorPlaces, type SelectorPlace } from '../../server/src/features/policyPlaces.ts';
import { policyViews, type PolicyView } from '../../server/src/features/policyViews.ts';
import type { ClusterState } from '../../server/src/model/cluster.ts';
import type { Pod } from '../../server/src/model/workload.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import type { Json } from '../support/apiObjects.ts';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';
import { stateOf } from '../support/manifestFolder.ts';
import { selectedNamespaces, selectedPods } from '../support/naiveSelector.ts';
import { snapshotOf } from '../support/snapshotOf.ts';

/** Folders that are read as one: each test case, each set of manifests that people apply together. */
const SETS: readonly (readonly string[])[] =
  CORPORA === undefined
    ? []
    : [
        [
          'real-world/online-boutique/kustomize/base',
          'real-world/online-boutique/kustomize/components/network-policies',
        ],
        ['real-world/sock-shop/deploy/kubernetes/manifests', 'real-world/sock-shop/deploy/kubernetes/manifests-policy'],
        ...cases('manifests/netpol-analyzer/tests'),
        ...cases('manifests/network-config-analyzer/tests/k8s_testcases'),
        ...cases('manifests/network-config-analyzer/tests/k8s_testcases/example_policies'),
      ];

function cases(folder: string): readonly (readonly string[])[] {
  return readdirSync(join(CORPORA as string, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [`${folder}/${name}`]);
}

describe.skipIf(CORPORA === undefined)(`hovers count as a naive reading does${CORPORA_NOTE}`, () => {
  test('on every selector', () => {
    const wrong: string[] = [];
    /** Sets with an object that no server would take, of which the naive reading makes nothing. */
    const unread: string[] = [];
    let asked = 0;
    for (const set of SETS) {
      const { snapshot, objects } = read(set);
      let state: ClusterState;
      try {
        state = stateOf(objects);
      } catch {
        unread.push(set[0] ?? '');
        continue;
      }
      for (const file of snapshot.files.keys()) {
        for (const view of policyViews(snapshot, file)) {
          if (view.state.kind !== 'evaluated') continue;
          for (const place of selectorPlaces(view)) {
            const expected = expectedOf(state, view, place);
            if (expected === undefined) continue;
            asked += 1;
            const shown = shownAt(snapshot, view, place);
            if (!agrees(shown, expected))
              wrong.push(`${set[0]} ${file} ${place.path.join('.')}: ${JSON.stringify(expected)} | ${shown}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(unread).toMatchInlineSnapshot(`
      [
        "manifests/netpol-analyzer/tests/malformed-pod-example-2",
        "manifests/network-config-analyzer/tests/k8s_testcases/all_resources_in_same_dir",
        "manifests/network-config-analyzer/tests/k8s_testcases/example_podlist",
        "manifests/network-config-analyzer/tests/k8s_testcases/network-policy-checks-bad-path",
      ]
    `);
    expect(asked).toBeGreaterThan(500);
  });
});

describe.skipIf(CORPORA === undefined)(`hovers stay short${CORPORA_NOTE}`, () => {
  test('on every word of a sample of files', () => {
    const long: string[] = [];
    let asked = 0;
    for (const set of SETS.filter((_, index) => index < 2 || index % 5 === 0)) {
      const { snapshot } = read(set);
      for (const uri of snapshot.files.keys()) {
        const text = snapshot.files.get(uri)?.file.text ?? '';
        for (const { index } of text.matchAll(/[^\s:,{}[\]"']+/g)) {
          const found = hover(snapshot, uri, index);
          if (found === null) continue;
          asked += 1;
          const { value } = found.contents as { readonly value: string };
          const lines = value.split('\n').filter((line) => line !== '').length;
          const visible = value.replace(/\]\(command:[^)]*\)/g, ']').length;
          if (lines > 14 || visible > 1200)
            long.push(`${uri} ${index}: ${lines} lines, ${visible} characters\n${value}`);
        }
      }
    }
    expect(long).toEqual([]);
    expect(asked).toBeGreaterThan(5000);
  });
});

/** Later files win, as the product has it. */
function read(set: readonly string[]): { readonly snapshot: WorkspaceSnapshot; readonly objects: readonly Json[] } {
  const texts = new Map<string, string>();
  const objects = new Map<string, Json>();
  for (const folder of set) {
    const root = join(CORPORA as string, folder);
    const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const entry of entries.map((one) => join(one.parentPath, one.name)).sort()) {
      if (!/\.(ya?ml|json)$/.test(entry)) continue;
      const text = readFileSync(entry, 'utf8');
      texts.set(relative(CORPORA as string, entry), text);
    }
  }
  for (const text of texts.values()) {
    for (const document of parseAllDocuments(text, { merge: true })) {
      if ('errors' in document && document.errors.length === 0) gather(document.toJS(), objects);
    }
  }
  return { snapshot: snapshotOf(texts), objects: [...objects.values()] };
}

function gather(object: Json, objects: Map<string, Json>): void {
  if (object === null || typeof object !== 'object') return;
  if (Array.isArray(object.items)) {
    const kind = String(object.kind ?? '').replace(/List$/, '');
    for (const item of object.items) gather({ ...(kind === '' ? {} : { kind }), ...item }, objects);
  } else if (typeof object.kind === 'string' && typeof object.metadata?.name === 'string') {
    objects.set(`${object.kind}/${object.metadata.namespace ?? 'default'}/${object.metadata.name}`, object);
  }
}

interface Expected {
  /** Pods whose number is written, and that are no pods of their node. */
  readonly pods?: number;
  readonly namespaces?: number;
}

function expectedOf(state: ClusterState, view: PolicyView, { kind, path }: SelectorPlace): Expected | undefined {
  const policy = state.policies.findLast(({ namespace, name }) => namespace === view.namespace && name === view.name);
  if (policy === undefined) return undefined;
  if (kind === 'targets') return { pods: counted(selectedPods(state, policy, { podSelector: policy.podSelector })) };
  const [, direction, rule, , index] = path;
  const peer = policy[direction as 'ingress']?.[rule as number]?.peers?.[index as number];
  if (peer === undefined) return undefined;
  if (kind === 'peerPods') return { pods: counted(selectedPods(state, policy, peer)) };
  return {
    pods: counted(selectedPods(state, policy, peer)),
    namespaces: selectedNamespaces(state, peer.namespaceSelector ?? { matchLabels: {}, matchExpressions: [] }).length,
  };
}

/** A DaemonSet or CronJob without pods of its own says no number. */
function counted(pods: readonly Pod[]): number {
  const numbered = pods.filter(
    ({ workload, name, hostNetwork }) =>
      !hostNetwork && (name !== undefined || !/^(DaemonSet|CronJob)$/.test(workload.kind)),
  );
  return numbered.reduce((sum, { count }) => sum + count, 0);
}

function shownAt(snapshot: WorkspaceSnapshot, { file, placed, manifest }: PolicyView, place: SelectorPlace): string {
  const key = placed.document.sourceMap.key([...manifest.path, ...place.path]);
  const found = hover(snapshot, file.file.uri, placed.start + (key?.start ?? 0), { commandLinks: false });
  return (found?.contents as { readonly value: string } | undefined)?.value.split('\n\n---')[0] ?? '';
}

/** Where no pod is known at all, that is said instead of a number. */
function agrees(shown: string, { pods, namespaces }: Expected): boolean {
  const [head = ''] = shown.split('\n');
  if (namespaces !== undefined && namespaces > 0 && !shown.includes(`${namespaces} namespace`)) return false;
  const number = /(\d[\d,]*) pods? of \d/.exec(head)?.[1]?.replaceAll(',', '');
  if (number !== undefined) return Number(number) === pods;
  return pods === 0 && /[Nn]o pod|known|the pods of|No such namespace/.test(head);
}
