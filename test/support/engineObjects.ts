/** Short forms of pods and policies for tests of the engine. */
import type { LabelSelector, Labels } from '../../server/src/model/labels.ts';
import type { ClusterState } from '../../server/src/model/cluster.ts';
import type { NetworkPolicy, Protocol } from '../../server/src/model/networkPolicy.ts';
import type { Namespace, Pod } from '../../server/src/model/workload.ts';

/** `select('app=web', 'tier')`: a label, or a key that has to be there. */
export function select(...parts: readonly string[]): LabelSelector {
  const matchLabels: [string, string][] = [];
  const matchExpressions: LabelSelector['matchExpressions'][number][] = [];
  for (const part of parts) {
    const [key = '', value] = part.split('=');
    if (value === undefined) matchExpressions.push({ key, operator: 'Exists', values: [] });
    else matchLabels.push([key, value]);
  }
  return { matchLabels: Object.fromEntries(matchLabels), matchExpressions };
}

/** `pod('shop/web', { app: 'web' })`: a Deployment's pods. */
export function pod(name: string, labels: Labels = {}, more: Partial<Pod> = {}): Pod {
  const [namespace = '', workload = ''] = name.split('/');
  return {
    workload: { namespace, name: workload, kind: 'Deployment' },
    labels,
    ports: [],
    ips: [],
    hostNetwork: false,
    count: 1,
    ...more,
  };
}

export function namespace(name: string, labels: Labels = {}): Namespace {
  return { name, labels };
}

/** `policy('shop/web', { podSelector: select('app=web') })`. */
export function policy(name: string, spec: Partial<NetworkPolicy> = {}): NetworkPolicy {
  const [where = '', own = ''] = name.split('/');
  return { namespace: where, name: own, podSelector: select(), ...spec };
}

export function tcp(port: number | string): { readonly protocol: Protocol; readonly port: number | string } {
  return { protocol: 'TCP', port };
}

export function state(parts: Partial<ClusterState>): ClusterState {
  return { namespaces: [], pods: [], policies: [], unreadable: [], ...parts };
}
