import { describe, expect, test } from 'vitest';
import { diffClusters } from '../../../../server/src/engine/diffClusters.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../../server/src/model/cluster.ts';
import type { NetworkPolicy } from '../../../../server/src/model/networkPolicy.ts';
import type { JsonMap } from '../../../../server/src/syntax/objects/jsonAccess.ts';
import { applyEffect, liveUniverse, type ApplyEffect } from '../../../../server/src/workspace/apply/applyEffect.ts';
import type { ApplyTarget } from '../../../../server/src/workspace/apply/clusterApply.ts';
import { EMPTY_CONTENTS, type SourceState } from '../../../../server/src/workspace/clusterSource.ts';
import { compileUniverse, type Universe } from '../../../../server/src/workspace/universe.ts';
import { pod, policy, select } from '../../../support/engineObjects.ts';

const WEB: ApplyTarget = { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' };
const PODS = ['web', 'api'].map((app) => pod(`shop/${app}`, { app }));

function state(...policies: readonly NetworkPolicy[]): SourceState {
  return {
    origin: { kind: 'snapshot' },
    namespaces: [{ name: 'shop', labels: { team: 'a' } }],
    contents: new Map([['shop', { ...EMPTY_CONTENTS, pods: PODS, policies }]]),
    clusterPolicies: [],
    nodes: [],
    coverage: [],
  };
}

function universe({ namespaces, contents, clusterPolicies, nodes }: SourceState): Universe {
  return compileUniverse({ namespaces, contents, clusterPolicies, nodes, unread: [] }, DEFAULT_ENGINE_OPTIONS);
}

/** `web` lets in nobody, or pods of one app. */
function object(app?: string): JsonMap {
  const ingress = app === undefined ? [] : [{ from: [{ podSelector: { matchLabels: { app } } }] }];
  return {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app: 'web' } }, ingress },
  };
}

function lost({ before, after }: ApplyEffect): readonly string[] {
  return [...diffClusters(before, after).changes()]
    .flat()
    .filter(({ type }) => type === 'removed')
    .map(
      ({ from, to }) => `${typeof from === 'string' ? from : 'outside'} → ${typeof to === 'string' ? to : 'outside'}`,
    )
    .sort();
}

describe('the effect of changes', () => {
  test('is that of the objects which the server returned', () => {
    const { cluster } = universe(state());
    expect(lost(applyEffect(cluster, [{ target: WEB, after: object('api') }]))).toEqual([
      'outside → shop/web[Deployment]',
    ]);
    expect(lost(applyEffect(cluster, [{ target: WEB, after: object() }]))).toEqual([
      'outside → shop/web[Deployment]',
      'shop/api[Deployment] → shop/web[Deployment]',
    ]);
  });

  test('counts from the object that was read, where what is watched is older', () => {
    // Watched: web is open. Read: somebody has closed it. Closing it again changes nothing.
    const { cluster } = universe(state());
    const effect = applyEffect(cluster, [{ target: WEB, before: object(), after: object() }]);
    expect(effect).toMatchObject({ meansTheSame: true, delta: { rectangles: [] } });
  });

  test('does not count what only lies over the cluster in the editor', () => {
    const live = state();
    const closed = policy('shop/web', { podSelector: select('app=web') });
    const editor = universe(state(closed));
    const { cluster } = liveUniverse(editor, live);
    expect(lost(applyEffect(cluster, [{ target: WEB, after: object() }]))).toHaveLength(2);
  });

  test('of a delete gives back', () => {
    const closed = policy('shop/web', { podSelector: select('app=web') });
    const effect = applyEffect(universe(state(closed)).cluster, [{ target: WEB, before: object() }]);
    expect(effect.delta?.rectangles.length).toBeGreaterThan(0);
    expect(lost(effect)).toEqual([]);
  });

  test('of a Namespace’s labels is that of the policies which look at them', () => {
    const live = state(
      policy('shop/web', {
        podSelector: select('app=web'),
        ingress: [{ peers: [{ namespaceSelector: select('team=a') }] }],
      }),
    );
    const target: ApplyTarget = { kind: 'Namespace', namespace: '', name: 'shop' };
    const labelled = (team: string): JsonMap => ({ metadata: { name: 'shop', labels: { team } } });
    const change = { target, before: labelled('a'), after: labelled('b') };
    expect(lost(applyEffect(universe(live).cluster, [change]))).toEqual([
      'shop/api[Deployment] → shop/web[Deployment]',
    ]);
  });

  test('is not known of an object that cannot be decoded, and that is said', () => {
    const torn: JsonMap = { metadata: { name: 'web', namespace: 'shop' }, spec: { podSelector: [] } };
    const effect = applyEffect(universe(state()).cluster, [{ target: WEB, after: torn }]);
    expect(effect).toMatchObject({ unreadable: [WEB], meansTheSame: false });
  });
});
