import { describe, expect, test } from 'vitest';
import type { Coverage, CoverageStatus, SourceState } from '../../../server/src/workspace/clusterSource.ts';
import { EMPTY_CONTENTS, FOREIGN_POLICIES_KIND } from '../../../server/src/workspace/clusterSource.ts';
import { unreadScopes } from '../../../server/src/workspace/unreadScopes.ts';

const FORBIDDEN: CoverageStatus = { state: 'forbidden', why: 'User "eve" cannot list it.', mend: 'list it' };
const COMPLETE: CoverageStatus = { state: 'complete' };

function scopes(...coverage: readonly Coverage[]): string[] {
  const state: SourceState = {
    origin: { kind: 'live', context: 'one', server: 'https://a', readAt: 0 },
    namespaces: [{ name: 'shop', labels: {} }],
    contents: new Map([['vault', EMPTY_CONTENTS]]),
    clusterPolicies: [],
    nodes: [],
    coverage,
  };
  return unreadScopes(state).map(({ namespace, layer, why }) => `${namespace} ${layer ?? 'any'}: ${why}`);
}

const policies = (status: CoverageStatus, namespace?: string): Coverage => ({
  kind: 'NetworkPolicy',
  group: 'networking.k8s.io',
  status,
  ...(namespace !== undefined && { namespace }),
});

describe('verdicts are unknown', () => {
  test('everywhere where NetworkPolicies may not be read', () => {
    expect(scopes(policies(FORBIDDEN))).toEqual([
      '* networkPolicy: NetworkPolicies may not be read: User "eve" cannot list it',
    ]);
  });

  test('in the namespaces in which they may not be read', () => {
    expect(scopes(policies(FORBIDDEN), policies(COMPLETE, 'shop'), policies(FORBIDDEN, 'vault'))).toEqual([
      'vault networkPolicy: NetworkPolicies may not be read: User "eve" cannot list it',
    ]);
  });

  test('until they have been read', () => {
    expect(scopes(policies({ state: 'reading' }))).toEqual(['* networkPolicy: NetworkPolicies are still being read']);
  });

  test('where what a mesh authorizes may not be read, for what arrives', () => {
    const authorizations = { kind: 'AuthorizationPolicy', group: 'security.istio.io', status: FORBIDDEN };
    expect(scopes(policies(COMPLETE), authorizations)).toEqual([
      '* mesh: AuthorizationPolicy objects may not be read: User "eve" cannot list it',
    ]);
  });

  test('where policies of another API may not be read, or may exist', () => {
    expect(
      scopes(
        policies(COMPLETE),
        { kind: 'CiliumNetworkPolicy', group: 'cilium.io', status: FORBIDDEN },
        { kind: FOREIGN_POLICIES_KIND, group: '', status: { state: 'failed', why: 'The server answered 500.' } },
      ),
    ).toEqual([
      '* any: CiliumNetworkPolicy objects may not be read: User "eve" cannot list it',
      '* any: policies of other APIs could not be read: The server answered 500',
    ]);
  });
});

describe('verdicts stand', () => {
  test.each<[string, CoverageStatus]>([
    ['what was read completely', COMPLETE],
    ['what was read and is stale', { state: 'stale', since: 0, why: 'The connection was cut.' }],
    ['a snapshot that states nothing', { state: 'unstated' }],
  ])('on %s', (_, status) => {
    expect(scopes(policies(status))).toEqual([]);
  });

  test('where only kinds are missing that decide about no traffic', () => {
    const other = { group: '', status: FORBIDDEN };
    expect(scopes(policies(COMPLETE), { kind: 'Service', ...other }, { kind: 'Pod', ...other })).toEqual([]);
  });

  test('on a kind of the same name in another API', () => {
    expect(scopes({ kind: 'NetworkPolicy', group: 'example.io', status: FORBIDDEN })).toEqual([]);
  });
});
