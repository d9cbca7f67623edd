/** A generated cluster as the manifests that a person would keep: one YAML file a namespace, in block style. */
import type { ClusterState } from '../../server/src/model/cluster.ts';
import type { LabelSelector } from '../../server/src/model/labels.ts';
import type { NetworkPolicy, Peer, PolicyPort, PolicyRule } from '../../server/src/model/networkPolicy.ts';
import type { Pod } from '../../server/src/model/workload.ts';

export function clusterManifests(state: ClusterState): ReadonlyMap<string, string> {
  const files = new Map<string, string[]>();
  const add = (namespace: string, document: object): void => {
    const documents = files.get(namespace) ?? [];
    files.set(namespace, documents);
    documents.push(block(document, 0));
  };
  for (const { name, labels } of state.namespaces) {
    add(name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  }
  for (const pod of state.pods) add(pod.workload.namespace, deployment(pod));
  for (const policy of state.policies) add(policy.namespace, policyManifest(policy));
  return new Map([...files].map(([namespace, documents]) => [`${namespace}.yaml`, documents.join('---\n')]));
}

function deployment({ workload: { namespace, name }, labels, ports, count }: Pod): object {
  const containerPorts = ports.map(({ name: portName, port, protocol }) => ({
    name: portName,
    containerPort: port,
    protocol,
  }));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: count,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'registry.example/app:1', ports: containerPorts }] },
      },
    },
  };
}

export function policyManifest({ namespace, name, podSelector, policyTypes, ingress, egress }: NetworkPolicy): object {
  const rules = (list: readonly PolicyRule[] | undefined, peers: 'from' | 'to'): object[] | undefined =>
    list?.map((rule) => ({ [peers]: rule.peers?.map(peerOf), ports: rule.ports?.map(portOf) }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: {
      podSelector: selectorOf(podSelector),
      policyTypes,
      ingress: rules(ingress, 'from'),
      egress: rules(egress, 'to'),
    },
  };
}

function peerOf({ podSelector, namespaceSelector, ipBlock }: Peer): object {
  return {
    podSelector: podSelector && selectorOf(podSelector),
    namespaceSelector: namespaceSelector && selectorOf(namespaceSelector),
    ipBlock,
  };
}

function portOf({ protocol, port, endPort }: PolicyPort): object {
  return { protocol, port, endPort };
}

function selectorOf({ matchLabels, matchExpressions }: LabelSelector): object {
  return {
    matchLabels: Object.keys(matchLabels).length === 0 ? undefined : matchLabels,
    matchExpressions: matchExpressions.length === 0 ? undefined : matchExpressions,
  };
}

/** In block style, `indent` columns to the right. */
export function block(value: object, indent: number): string {
  const pad = ' '.repeat(indent);
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${pad}${key}:${nested(item, indent)}`)
    .join('');
}

function nested(item: unknown, indent: number): string {
  if (Array.isArray(item)) {
    if (item.length === 0) return ' []\n';
    return `\n${item.map((each: unknown) => listItem(each, indent)).join('')}`;
  }
  if (typeof item !== 'object' || item === null) return ` ${scalar(item)}\n`;
  const text = block(item, indent + 2);
  return text === '' ? ' {}\n' : `\n${text}`;
}

function listItem(item: unknown, indent: number): string {
  const pad = ' '.repeat(indent);
  if (typeof item !== 'object' || item === null) return `${pad}- ${scalar(item)}\n`;
  const text = block(item, indent + 2);
  return text === '' ? `${pad}- {}\n` : `${pad}- ${text.slice(indent + 2)}`;
}

function scalar(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_./-]*$/.test(value) ? value : JSON.stringify(value);
}
