/** The edits that a person makes to a policy, of six kinds, each on the policy's own namespace or across namespaces. */
import type { ClusterEdit } from '../../server/src/engine/clusterEdit.ts';
import type { NetworkPolicy } from '../../server/src/model/networkPolicy.ts';
import type { Random } from '../support/random.ts';

export const EDIT_KINDS = [
  'label added to a selector',
  'port changed',
  'namespaceSelector added',
  'policy deleted',
  'default-deny added',
  'policyTypes toggled',
] as const;

export type EditKind = (typeof EDIT_KINDS)[number];

/** `wide`: the edited rule reaches every namespace. */
export function policyEdit(policy: NetworkPolicy, kind: EditKind, wide: boolean, random: Random): ClusterEdit {
  const put = (changed: NetworkPolicy): ClusterEdit => ({ policies: { put: [changed] } });
  const ingress = policy.ingress ?? [];
  const [first = {}, ...rest] = ingress;
  const everywhere = { namespaceSelector: { matchLabels: {}, matchExpressions: [] } };
  switch (kind) {
    case 'label added to a selector': {
      const label = { tier: random.pick(['web', 'logic', 'data']) };
      if (!wide) {
        const { podSelector } = policy;
        return put({
          ...policy,
          podSelector: { ...podSelector, matchLabels: { ...podSelector.matchLabels, ...label } },
        });
      }
      const peer = { ...everywhere, podSelector: { matchLabels: label, matchExpressions: [] } };
      return put({ ...policy, ingress: [{ ...first, peers: [...(first.peers ?? []), peer] }, ...rest] });
    }
    case 'port changed': {
      const changed = { ...first, ports: [{ protocol: 'TCP' as const, port: 1024 + random.below(5000) }] };
      return put({ ...policy, ingress: [wide ? { ...changed, peers: [everywhere] } : changed, ...rest] });
    }
    case 'namespaceSelector added': {
      const team = { namespaceSelector: { matchLabels: { team: `team-${random.below(50)}` }, matchExpressions: [] } };
      return put({
        ...policy,
        ingress: [{ ...first, peers: [...(first.peers ?? []), wide ? everywhere : team] }, ...rest],
      });
    }
    case 'policy deleted':
      return { policies: { remove: [policy] } };
    case 'default-deny added': {
      const everyPod = { matchLabels: {}, matchExpressions: [] };
      const name = `default-deny-${wide ? 'all' : 'ingress'}`;
      return put({
        namespace: policy.namespace,
        name,
        podSelector: everyPod,
        policyTypes: wide ? ['Ingress', 'Egress'] : ['Ingress'],
      });
    }
    case 'policyTypes toggled': {
      const types =
        policy.policyTypes?.includes('Egress') === true ? (['Ingress'] as const) : (['Ingress', 'Egress'] as const);
      return put({ ...policy, policyTypes: wide ? ['Egress'] : types });
    }
  }
}
