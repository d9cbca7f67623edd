/**
 * What an overlay holds, against the real Kustomize: on random trees of bases, components, names, namespaces and labels
 * our objects are its objects, one by one; with patches each object of ours is its object as far as we say that we
 * know it, and each that we lack is said to be unknown.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ClusterObject, WorkloadObject } from '../../server/src/model/manifest.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { FolderWorkspace } from '../../server/src/workspace/folderWorkspace.ts';
import { effectiveObjects, objectKey } from '../../server/src/workspace/objectTable.ts';
import { placeObjects } from '../../server/src/workspace/placeObjects.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';
import { KUSTOMIZE, KUSTOMIZE_NOTE, kustomizeBuild } from '../support/kustomizeProgram.ts';
import { randomNumbers, type Random } from '../support/random.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const folder = temporaryFolder('kustomize');
afterAll(folder.remove);

describe.skipIf(KUSTOMIZE === undefined)(`an overlay is what Kustomize builds${KUSTOMIZE_NOTE}`, () => {
  test.each(Array.from({ length: 25 }, (_, seed) => seed + 1))('random tree %d, without patches', (seed) => {
    const { tree, built } = buildable(seed, false);
    expect(inFolder(tree, 'overlay').objects).toEqual(built);
  });

  test.each(Array.from({ length: 25 }, (_, seed) => seed + 101))('random tree %d, with patches', (seed) => {
    const { tree, built } = buildable(seed, true);
    expect(contradictions(inFolder(tree, 'overlay'), built)).toEqual([]);
  });
});

const boutique = CORPORA === undefined ? undefined : join(CORPORA, 'real-world/online-boutique');
describe.skipIf(KUSTOMIZE === undefined || boutique === undefined)(
  `overlays of a real project${KUSTOMIZE_NOTE}${CORPORA_NOTE}`,
  () => {
    test.each([
      'kustomize',
      'kustomize/base',
      'kubernetes-manifests',
      'kustomize/tests/memorystore-with-all-components',
    ])('%s', (overlay) => {
      const built = kustomizeBuild(join(boutique ?? '', overlay));
      expect(built).toBeDefined();
      const found = inFolder(readTree(boutique ?? ''), overlay);
      expect(contradictions(found, textObjects(built ?? ''))).toEqual([]);
    });
  },
);

type Tree = Readonly<Record<string, string>>;
type Objects = Readonly<Record<string, ClusterObject>>;

interface Found {
  readonly objects: Objects;
  readonly snapshot: WorkspaceSnapshot;
}

/** Where what we say and what Kustomize builds cannot both be true. */
function contradictions({ objects, snapshot }: Found, built: Objects): readonly string[] {
  const unread = snapshot.universe.parts.unread;
  const isUnread = (key: string, object: ClusterObject): boolean => {
    const { namespace } = objectKey(object);
    const isPolicy = key.startsWith('NetworkPolicy/');
    return unread.some(
      (scope) => (scope.namespace === '*' || scope.namespace === namespace) && (scope.layer === undefined || isPolicy),
    );
  };
  const differ: string[] = [];
  for (const [key, object] of Object.entries(built)) {
    const own = objects[key];
    if (own === undefined) {
      if (!isUnread(key, object)) differ.push(`${key} is missing, and nothing says so`);
    } else if (JSON.stringify(known(own, own)) !== JSON.stringify(known(object, own))) {
      differ.push(`${key}: ${JSON.stringify(known(own, own))} against ${JSON.stringify(known(object, own))}`);
    }
  }
  for (const [key, object] of Object.entries(objects)) {
    if (built[key] === undefined && !isUnread(key, object)) differ.push(`${key} is not built`);
  }
  return differ;
}

/** An object without what `as` says it does not know. */
function known(object: ClusterObject, as: ClusterObject): unknown {
  if (object.type === 'namespace' && as.type === 'namespace') {
    const hidden = new Set(as.namespace.unknownLabels);
    return { name: object.namespace.name, labels: without(object.namespace.labels, hidden) };
  }
  if (object.type !== 'workload' || as.type !== 'workload') return object;
  return {
    ...ownFields(object.workload),
    pods: object.workload.pods.map((pod, index) => knownPod(pod, as.workload.pods[index])),
  };
}

function ownFields({ kind, namespace, name }: WorkloadObject): object {
  return { kind, namespace, name };
}

function knownPod(pod: WorkloadObject['pods'][number], as: WorkloadObject['pods'][number] | undefined): unknown {
  return {
    labels: without(pod.labels, new Set(as?.unknownLabels)),
    ports: as?.portsIncomplete === true ? [] : pod.ports,
    hostNetwork: pod.hostNetwork,
    count: as?.countUnknown === true ? 0 : pod.count,
  };
}

function without(labels: Readonly<Record<string, string>>, hidden: ReadonlySet<string>): object {
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([key]) => !hidden.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function inFolder(tree: Tree, overlay: string): Found {
  const workspace = new FolderWorkspace('file:///w', { now: () => 0, date: () => 0 });
  for (const [file, text] of Object.entries(tree)) workspace.putFile(`file:///w/${file}`, text);
  workspace.setIndexing(undefined);
  workspace.chooseScope(`/w/${overlay}`);
  const kustomization = ['kustomization.yaml', 'Kustomization'].find((name) => `${overlay}/${name}` in tree) ?? '';
  const snapshot = workspace.snapshot(`file:///w/${overlay}/${kustomization}`);
  expect(snapshot.scope).toMatchObject({ kind: 'kustomization', name: overlay });
  return { objects: keyed([...effectiveObjects(snapshot.manifests)].map(({ object }) => object)), snapshot };
}

/** A tree that Kustomize builds: it refuses a patch for an object that an earlier one has deleted. */
function buildable(seed: number, patches: boolean): { readonly tree: Tree; readonly built: Objects } {
  for (let attempt = seed; ; attempt += 1000) {
    const tree = randomTree(randomNumbers(attempt), patches);
    for (const [file, text] of Object.entries(tree)) {
      const path = join(folder.path, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const built = kustomizeBuild(join(folder.path, 'overlay'));
    if (built !== undefined) return { tree, built: textObjects(built) };
  }
}

function textObjects(text: string): Objects {
  const file = { uri: 'file:///built.yaml', text, parsed: parseManifests(text), fragment: false };
  return keyed(placeObjects(file, { namespace: 'default', problemsOf: () => [] }).map(({ object }) => object));
}

function keyed(objects: readonly ClusterObject[]): Objects {
  const pairs = objects.map((object): [string, ClusterObject] => [objectKey(object).key, normal(object)]);
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** With the keys of maps in one order: Kustomize sorts them. */
function normal(object: ClusterObject): ClusterObject {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, sorted(item)]),
    );
  };
  return sorted(object) as ClusterObject;
}

function readTree(root: string): Tree {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file));
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

const NAMES = ['web', 'api', 'db'];

/** A base, a component and an overlay of random fields. */
function randomTree(random: Random, patches: boolean): Tree {
  return {
    'base/kustomization.yaml': kustomization(random, ['objects.yaml'], {}, patches),
    'base/objects.yaml': objects(random),
    'component/kustomization.yaml': kustomization(random, ['policy.yaml'], { component: true }, patches),
    'component/policy.yaml': policy('extra', random),
    'overlay/kustomization.yaml': kustomization(random, ['../base'], { components: ['../component'] }, patches),
  };
}

function kustomization(
  random: Random,
  resources: readonly string[],
  { component = false, components = [] }: { component?: boolean; components?: readonly string[] },
  patches: boolean,
): string {
  const fields: Record<string, unknown> = {
    apiVersion: component ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1',
    kind: component ? 'Component' : 'Kustomization',
    resources,
    ...(components.length > 0 && random.chance(0.7) ? { components } : {}),
    ...(random.chance(0.5) ? { namespace: random.pick(['dev', 'prod']) } : {}),
    ...(random.chance(0.4) ? { namePrefix: random.pick(['a-', 'b-']) } : {}),
    ...(random.chance(0.3) ? { nameSuffix: '-z' } : {}),
    ...(random.chance(0.4) ? { commonLabels: { team: random.pick(['x', 'y']) } } : {}),
    ...(random.chance(0.5)
      ? {
          labels: [
            { pairs: { tier: 'front' }, includeSelectors: random.chance(0.5), includeTemplates: random.chance(0.5) },
          ],
        }
      : {}),
    ...(!component && random.chance(0.4) ? { replicas: [{ name: 'web', count: random.below(4) }] } : {}),
    ...(patches ? { patches: Array.from({ length: 1 + random.below(3) }, () => patch(random)) } : {}),
  };
  // JSON is YAML.
  return JSON.stringify(fields, undefined, 1);
}

function patch(random: Random): unknown {
  const target = {
    kind: random.pick(['Deployment', 'NetworkPolicy', 'Service', 'Namespace']),
    name: random.pick(['.*', ...NAMES]),
  };
  const merge = (kind: string, apiVersion: string, more: object): object => ({
    target: { kind, name: 'web|nothing' },
    patch: JSON.stringify({ apiVersion, kind, metadata: { name: 'web' }, ...more }, undefined, 1),
  });
  switch (random.below(8)) {
    case 0:
      return { target, patch: JSON.stringify([{ op: 'add', path: '/metadata/annotations', value: { note: 'x' } }]) };
    case 1:
      return {
        target: { kind: 'Deployment', name: random.pick(['.*', 'web']) },
        patch: JSON.stringify([{ op: 'add', path: '/spec/template/metadata/labels/app', value: 'other' }]),
      };
    case 2:
      return {
        target: { kind: 'NetworkPolicy', name: '.*' },
        patch: JSON.stringify([{ op: 'add', path: '/spec/policyTypes', value: ['Egress'] }]),
      };
    case 3:
      return merge('Deployment', 'apps/v1', { spec: { replicas: 5 } });
    case 4:
      return merge('Deployment', 'apps/v1', {
        spec: { template: { spec: { containers: [{ name: 'c', env: [{ name: 'A', value: 'b' }] }] } } },
      });
    case 5:
      return merge('Deployment', 'apps/v1', {
        spec: { template: { metadata: { labels: { app: 'patched' } }, spec: { hostNetwork: random.chance(0.3) } } },
      });
    case 6:
      return merge('Deployment', 'apps/v1', {
        spec: { template: { spec: { containers: [{ name: 'c', ports: [{ containerPort: 9000 }] }] } } },
      });
    default:
      return {
        target: { kind: 'Deployment', name: 'web' },
        patch: JSON.stringify({
          $patch: 'delete',
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'web' },
        }),
      };
  }
}

function objects(random: Random): string {
  const workloads = NAMES.map((name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...(random.chance(0.3) ? { namespace: 'own' } : {}) },
    spec: {
      replicas: 1 + random.below(3),
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 8080 }] }] },
      },
    },
  }));
  const cron = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly' },
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
      },
    },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { ports: [{ port: 80 }], selector: { app: 'web' } },
  };
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'front' },
    spec: {
      ...(random.chance(0.5) ? { defaultBackend: backend } : {}),
      rules: [{ host: 'shop.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { a: 'b' } } };
  return [...workloads, cron, service, ingress, ...(random.chance(0.5) ? [namespace] : [])]
    .map((object) => JSON.stringify(object))
    .concat(policy('web', random))
    .join('\n---\n');
}

function policy(name: string, random: Random): string {
  const selector = (): object => random.pick([{}, { matchLabels: {} }, { matchLabels: { app: random.pick(NAMES) } }]);
  return JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name },
    spec: {
      podSelector: selector(),
      ingress: [
        {
          from: [
            { podSelector: selector() },
            { namespaceSelector: { matchLabels: { a: 'b' } }, podSelector: selector() },
          ],
        },
      ],
      ...(random.chance(0.5)
        ? { egress: [{ to: [{ podSelector: selector() }, { ipBlock: { cidr: '10.0.0.0/8' } }] }, {}] }
        : {}),
    },
  });
}
