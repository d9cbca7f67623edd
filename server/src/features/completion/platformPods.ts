import { peerWorkloads } from './peers.ts';
import type { Asked } from './proposal.ts';

/** Where a part of the platform runs, as a policy has to name it. */
export interface PlatformPods {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The workload of another namespace that is known to be a part of the platform by its labels; undefined: not seen. */
export function platformPods(asked: Asked, what: keyof typeof KNOWN_BY): PlatformPods | undefined {
  const names = KNOWN_BY[what];
  const found = peerWorkloads(asked).find(
    ({ group: { labels } }) =>
      NAME_KEYS.some((key) => names.has(labels.labels.get(key) ?? '')) ||
      (what === 'ingressController' && labels.labels.has(OPENSHIFT_ROUTER)),
  );
  if (found === undefined) return undefined;
  const { group, labels } = found;
  return { name: group.workload.name, namespace: group.workload.namespace, labels: labels() };
}

const NAME_KEYS = ['app.kubernetes.io/name', 'app', 'k8s-app'];
const OPENSHIFT_ROUTER = 'ingresscontroller.operator.openshift.io/deployment-ingresscontroller';

const KNOWN_BY = {
  ingressController: new Set([
    'ingress-nginx',
    'nginx-ingress',
    'nginx-ingress-controller',
    'traefik',
    'haproxy-ingress',
    'kubernetes-ingress',
    'contour',
    'kong',
    'istio-ingressgateway',
  ]),
  prometheus: new Set(['prometheus', 'prometheus-server', 'kube-prometheus', 'vmagent', 'grafana-agent', 'alloy']),
} as const satisfies Record<string, ReadonlySet<string>>;
