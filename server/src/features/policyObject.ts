import type { LabelSelector } from '../model/labels.ts';
import type { IpBlock, NetworkPolicy, Peer, PolicyPort, PolicyRule } from '../model/networkPolicy.ts';
import type { Shown } from '../syntax/yamlText.ts';

/** Policies as they are written in a manifest: fields in the API's order, without those that are absent. */

export function policyObject({ namespace, name, podSelector, policyTypes, ingress, egress }: NetworkPolicy): Shown {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: {
      podSelector: selectorObject(podSelector),
      policyTypes,
      ingress: ingress?.map((rule) => ruleObject(rule, 'from')),
      egress: egress?.map((rule) => ruleObject(rule, 'to')),
    },
  };
}

export function ruleObject({ peers, ports }: PolicyRule, field: 'from' | 'to'): Shown {
  return { [field]: peers?.map(peerObject), ports: ports?.map(portObject) };
}

export function peerObject({ podSelector, namespaceSelector, ipBlock }: Peer): Shown {
  return {
    namespaceSelector: namespaceSelector && selectorObject(namespaceSelector),
    podSelector: podSelector && selectorObject(podSelector),
    ipBlock: ipBlock && blockObject(ipBlock),
  };
}

export function blockObject({ cidr, except }: IpBlock): Shown {
  return { cidr, except: except.length === 0 ? undefined : except };
}

export function portObject({ protocol, port, endPort }: PolicyPort): Shown {
  return { protocol, port, endPort };
}

export function selectorObject({ matchLabels, matchExpressions }: LabelSelector): Shown {
  return {
    matchLabels: Object.keys(matchLabels).length === 0 ? undefined : matchLabels,
    matchExpressions:
      matchExpressions.length === 0
        ? undefined
        : matchExpressions.map(({ key, operator, values }) => ({
            key,
            operator,
            values: values.length === 0 ? undefined : values,
          })),
  };
}
