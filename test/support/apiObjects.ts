/** Kubernetes API objects of the corpora, turned into the model without the product's own decoders. */
import type { LabelSelector } from '../../server/src/model/labels.ts';
import type { NetworkPolicy, Peer, PolicyPort, PolicyRule } from '../../server/src/model/networkPolicy.ts';
import type { ContainerPort, Pod } from '../../server/src/model/workload.ts';

// The corpora's objects come from many programs; what is read of them is checked by the verdicts they lead to.
// eslint-disable-next-line typescript/no-explicit-any
export type Json = any;

export function policyOf(object: Json, defaultNamespace = 'default'): NetworkPolicy {
  const spec = object.spec ?? {};
  return {
    namespace: object.metadata.namespace ?? defaultNamespace,
    name: object.metadata.name,
    podSelector: selectorOf(spec.podSelector),
    ...(spec.policyTypes == null ? {} : { policyTypes: spec.policyTypes }),
    ...(spec.ingress == null ? {} : { ingress: spec.ingress.map((rule: Json) => ruleOf(rule, rule?.from)) }),
    ...(spec.egress == null ? {} : { egress: spec.egress.map((rule: Json) => ruleOf(rule, rule?.to)) }),
  };
}

export function selectorOf(selector: Json): LabelSelector {
  return {
    matchLabels: textValues(selector?.matchLabels),
    matchExpressions: (selector?.matchExpressions ?? []).map(({ key, operator, values }: Json) => ({
      key,
      operator,
      values: values ?? [],
    })),
  };
}

export function containerPortsOf(ports: readonly Json[] | null | undefined): ContainerPort[] {
  return (ports ?? []).map(({ name, port, containerPort, protocol }) => ({
    ...(name == null || name === '' ? {} : { name }),
    port: containerPort ?? port,
    protocol: protocol ?? 'TCP',
  }));
}

/** A pod of its own, as the tables name it. */
export function tablePod(pod: Json): Pod {
  const name: string = pod.name;
  return {
    workload: { namespace: pod.namespace, name, kind: pod.kind ?? 'Pod' },
    name,
    labels: pod.labels ?? {},
    ports: containerPortsOf(pod.ports),
    ips: pod.ip ? [pod.ip] : [],
    hostNetwork: false,
    count: 1,
  };
}

export function textValues(map: Json): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, (value ?? '') as string]));
}

function ruleOf(rule: Json, peers: Json): PolicyRule {
  return {
    ...(peers == null ? {} : { peers: peers.map(peerOf) }),
    ...(rule?.ports == null ? {} : { ports: rule.ports.map(portOf) }),
  };
}

function peerOf({ podSelector, namespaceSelector, ipBlock }: Json): Peer {
  return {
    ...(podSelector == null ? {} : { podSelector: selectorOf(podSelector) }),
    ...(namespaceSelector == null ? {} : { namespaceSelector: selectorOf(namespaceSelector) }),
    ...(ipBlock == null ? {} : { ipBlock: { cidr: ipBlock.cidr, except: ipBlock.except ?? [] } }),
  };
}

function portOf({ protocol, port, endPort }: Json): PolicyPort {
  return {
    ...(protocol == null ? {} : { protocol }),
    ...(port == null ? {} : { port }),
    ...(endPort == null ? {} : { endPort }),
  };
}
