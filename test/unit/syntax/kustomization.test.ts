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
    ).toEqual({
      namespace: 'shop',
      resources: ['web.yaml', '../base'],
      components: ['../components/policies'],
      patches: ['a.yaml', 'b.yaml', 'c.yaml'],
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
