import { describe, expect, it } from 'vitest';
import { decodeKustomization } from '../../../server/src/syntax/objects/kustomization.ts';

describe('a kustomization', () => {
  it('names what it takes in, and which files are patches; patches written in it are none', () => {
    expect(
      decodeKustomization({
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        namespace: 'shop',
        resources: ['web.yaml', 1],
        bases: ['../base'],
        components: ['../components/policies'],
        patches: [{ path: 'a.yaml', target: { kind: 'NetworkPolicy' } }, { patch: '- op: remove' }],
        patchesStrategicMerge: ['b.yaml', 'kind: NetworkPolicy\nmetadata: {name: web}\n'],
        patchesJson6902: [{ path: 'c.yaml' }, { patch: '[]' }],
      }),
    ).toMatchObject({
      namespace: 'shop',
      resources: ['web.yaml', '../base'],
      components: ['../components/policies'],
      patches: [
        { path: 'b.yaml' },
        { text: 'kind: NetworkPolicy\nmetadata: {name: web}\n' },
        { path: 'a.yaml', target: { kind: 'NetworkPolicy', bySelector: false } },
        { text: '- op: remove' },
        { path: 'c.yaml' },
        { text: '[]' },
      ],
    });
  });

  it('says what it changes: names, labels, numbers, and what is not followed here', () => {
    expect(
      decodeKustomization({
        kind: 'Component',
        namePrefix: 'dev-',
        nameSuffix: '-v2',
        commonLabels: { team: 'shop', count: 1 },
        labels: [{ pairs: { tier: 'web' } }, { pairs: { zone: 'a' }, includeTemplates: true }],
        replicas: [{ name: 'web', count: 3 }],
        configMapGenerator: [{ name: 'settings' }],
        replacements: [{ source: {} }],
        transformers: [],
      }),
    ).toMatchObject({
      kind: 'Component',
      namePrefix: 'dev-',
      nameSuffix: '-v2',
      labels: [
        { pairs: { team: 'shop' }, selectors: true, templates: true },
        { pairs: { tier: 'web' }, selectors: false, templates: false },
        { pairs: { zone: 'a' }, selectors: false, templates: true },
      ],
      replicas: [{ name: 'web', count: 3 }],
      notFollowed: ['replacements'],
    });
  });

  it('without kind is one by its file name only', () => {
    const value = { resources: ['web.yaml'] };
    expect(decodeKustomization(value)).toBeUndefined();
    expect(decodeKustomization(value, true)?.resources).toEqual(['web.yaml']);
  });

  it.each([null, [], 'x', { kind: 'Pod' }])('is not %j', (value) => {
    expect(decodeKustomization(value, true)).toBeUndefined();
  });
});
