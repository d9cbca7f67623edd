/** The least rights that Bulkhead reads with, as text that kubectl takes. */
import { expect, test } from 'vitest';
import { readRole, type RoleNeeds } from '../../../server/src/features/readRole.ts';
import type { JsonValue } from '../../../server/src/model/manifest.ts';
import { asList, asMap, asString } from '../../../server/src/syntax/objects/jsonAccess.ts';
import { parseManifests } from '../../../server/src/syntax/parseManifests.ts';

const NEEDS: RoleNeeds = { policies: [], plugins: [] };
const CILIUM = { group: 'cilium.io', kind: 'CiliumNetworkPolicy' };
const CLUSTERWIDE = { group: 'cilium.io', kind: 'CiliumClusterwideNetworkPolicy' };

function roles(needs: Partial<RoleNeeds>): readonly JsonValue[] {
  const { documents } = parseManifests(readRole({ ...NEEDS, ...needs }));
  expect(documents.flatMap(({ document }) => document.problems)).toEqual([]);
  return documents.map(({ document }) => document.value as JsonValue);
}

const text = (list: JsonValue | undefined): string =>
  asList(list)
    .map((item) => asString(item))
    .join();

/** `verbs group/resource (names)`. */
function rules(role: JsonValue | undefined): string[] {
  return asList(asMap(role)['rules']).map((rule) => {
    const { apiGroups, resources, resourceNames, verbs } = asMap(rule);
    const names = resourceNames === undefined ? '' : ` (${text(resourceNames)})`;
    return `${text(verbs)} ${text(apiGroups)}/${text(resources)}${names}`;
  });
}

test('for the whole cluster it is one ClusterRole that can only read', () => {
  const [role, ...more] = roles({});
  expect(more).toEqual([]);
  expect(role).toMatchObject({ kind: 'ClusterRole', metadata: { name: 'bulkhead-read' } });
  expect(rules(role)).toEqual([
    'list,watch networking.k8s.io/networkpolicies',
    'list,watch /pods',
    'list,watch apps/replicasets',
    'list,watch batch/jobs',
    'list,watch /services',
    'list,watch discovery.k8s.io/endpointslices',
    'list,watch networking.k8s.io/ingresses',
    'list,watch /namespaces',
    'list,watch /nodes',
    'list,watch admissionregistration.k8s.io/validatingwebhookconfigurations',
    'list,watch admissionregistration.k8s.io/mutatingwebhookconfigurations',
    'list,watch apiregistration.k8s.io/apiservices',
    'list apps/daemonsets',
  ]);
});

test('what a cluster has more is in it by name: other policies, and what tells its network plug-in', () => {
  const [role] = roles({ policies: [CILIUM, CLUSTERWIDE], plugins: ['cilium', 'kindnet', 'ovn-kubernetes'] });
  expect(rules(role)).toEqual(
    expect.arrayContaining([
      'list,watch cilium.io/ciliumnetworkpolicies',
      'list,watch cilium.io/ciliumclusterwidenetworkpolicies',
      'get /configmaps (cilium-config)',
      'get rbac.authorization.k8s.io/clusterroles (kindnet)',
      'get config.openshift.io/networks (cluster)',
    ]),
  );
});

test('for namespaces it is a Role in each, without what only a ClusterRole can allow', () => {
  const found = roles({ namespaces: ['shop', 'data'], policies: [CILIUM, CLUSTERWIDE], plugins: ['cilium'] });
  expect(found.map((role) => asMap(asMap(role)['metadata'])['namespace'])).toEqual(['shop', 'data']);
  expect(rules(found[0])).toEqual([
    'list,watch networking.k8s.io/networkpolicies',
    'list,watch /pods',
    'list,watch apps/replicasets',
    'list,watch batch/jobs',
    'list,watch /services',
    'list,watch discovery.k8s.io/endpointslices',
    'list,watch networking.k8s.io/ingresses',
    'list,watch cilium.io/ciliumnetworkpolicies',
    'get /namespaces (shop)',
  ]);
});

test('every rule says what it adds, and a line tries it', () => {
  const role = readRole({ ...NEEDS, plugins: ['cilium'] });
  expect(role.match(/^- apiGroups/gm)?.length).toBe(role.match(/^# .*\n- apiGroups/gm)?.length);
  expect(role).toContain('#   kubectl auth can-i watch networkpolicies.networking.k8s.io --all-namespaces\n');
  expect(role).toContain('#   kubectl auth can-i list nodes\n');
  expect(role).toContain('#   kubectl auth can-i get configmaps/cilium-config -n kube-system\n');
  expect(readRole({ ...NEEDS, namespaces: ['shop'] })).toContain(
    '#   kubectl auth can-i get namespaces/shop -n shop\n',
  );
});

test('a namespace that no server would take is left out of the text', () => {
  expect(roles({ namespaces: ['shop', 'a\n- evil', '__proto__'] })).toHaveLength(1);
});
